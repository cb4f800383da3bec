"""The list of all areas, kept ready: names of areas, stages and days, nothing about a person."""

from typing import Any

import streamlit as st

from rr.access import Actor, Can, cache_key
from rr.db import Session, revision
from rr.story import search
from rr.story.search import Listing


def ready(db: Session, actor: Actor, **wanted: Any) -> Listing:
    """`search.listed`, kept until the data, what is wanted, or what the viewer may see is another: what happened last in each

    area takes a look at all actions of a page's areas.
    """
    return _ready(f"{revision(db)} {cache_key(actor, Can.READ_REQUESTS)} {sorted(wanted.items())!r}", db, actor, wanted)


@st.cache_data(max_entries=256, show_spinner=False)
def _ready(key: str, _db: Session, _actor: Actor, _wanted: dict[str, Any]) -> Listing:
    return search.listed(_db, actor=_actor, **_wanted)
