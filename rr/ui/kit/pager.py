"""The pages of a list: the number is read before the query, the control is drawn after the list.

found = lists.listed(db, chosen, page=pager.current("plans_page"))   # a Paged: there may be fewer pages by now
rows("plans_list", …)
pager.draw("plans_page", found)
"""

from typing import Any

import streamlit as st

from rr.paging import Paged
from rr.ui.kit import address


def current(key: str) -> int:
    """The page that the address asks for, 1 if it asks for none. It may be beyond the last: the query clamps it (`rr.paging.clamp`)."""
    asked = address.read(key)
    return int(asked) if asked.isdecimal() and len(asked) < 7 else 1


def draw(key: str, found: Paged[Any]) -> None:
    """Draw the pages' numbers where there is more than one page. What somebody presses stands in the address; the first page doesn't."""
    if found.pages > 1:
        address.show(key, found.page)
        st.pagination(found.pages, key=key, on_change=_to_address, args=(key,))


def restart(key: str) -> None:
    """Go back to the first page, when something else is listed now."""
    address.write(key, "")


def _to_address(key: str) -> None:
    number = st.session_state[key]
    address.write(key, "" if number == 1 else str(number))
