"""The list of all areas: kept ready, since it names areas, stages and days, nothing about a person; and its rows on screen."""

from typing import Any

import streamlit as st

from rr.access import Actor, Can, cache_key
from rr.days import say
from rr.db import Session, revision
from rr.labels import share
from rr.partnerships.rules import Stage
from rr.story import areas
from rr.story.areas import AreaList, AreaRow
from rr.ui.kit.rows import Badge, Row, to


def ready(db: Session, actor: Actor, **wanted: Any) -> AreaList:
    """`areas.listed`, kept until the data, what is wanted, or what the viewer may see is another: what happened last in each

    area takes a look at all actions of a page's areas.
    """
    return _ready(f"{revision(db)} {cache_key(actor, Can.READ_REQUESTS)} {sorted(wanted.items())!r}", db, actor, wanted)


@st.cache_data(max_entries=256, show_spinner=False)
def _ready(key: str, _db: Session, _actor: Actor, _wanted: dict[str, Any]) -> AreaList:
    return areas.listed(_db, actor=_actor, **_wanted)


def sentence(found: AreaList) -> str:
    """How many have signed up, of those that the other filters leave."""
    total = sum(found.counts.values())
    reached = total - found.counts[Stage.NOT_REACHED]
    return f"{share(reached, total, 'partnership', 'has', 'have')} signed up. Search forgives spelling." if total else ""


def row(area: AreaRow) -> Row:
    """An area in the list: its name opens its story."""
    last = f"{say(area.last_on)}: {area.last_what}" if area.last_on else "Nothing has happened yet"
    stage = Badge.of(area.stage)
    return Row(area.id, area.name, to("partnership", id=area.id), detail=(f"{area.region} · {last}",), badges=(stage,))
