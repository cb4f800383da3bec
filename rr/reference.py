"""The reference lists in data/: loaded by migrate, safe to load again."""

import csv
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from rr import name_words
from rr.access import Actor
from rr.audit import Revision
from rr.base import Base
from rr.config import DATA
from rr.db import Session, wait_for_migrations
from rr.needs.models import SupportKind, SupportPartner
from rr.partnerships.matching import derived_aliases, normalise
from rr.partnerships.models import Alias, Partnership
from rr.toolkit.models import Activity, Recipe, RecipeStep, Topic
from rr.toolkit.rules import DeliveryMode, Phase, When


def load_reference(db: Session, *, actor: Actor, now: Any) -> int:
    """Add what is in the lists and not yet in the database, and return how many rows that was.

    Nothing that is there is changed: the team may have edited it. Two at once: one after the other.
    """
    wait_for_migrations(db.connection())
    if db.get(Revision, 1) is None:
        db.add(Revision(id=1))
        db.flush()
    added = _partnerships(db)
    added += _missing(db, Topic, "code", ((r["code"], _topic(r, n)) for n, r in enumerate(_rows("topics"))))
    added += _missing(db, SupportKind, "code", ((r["code"], _kind(r, n)) for n, r in enumerate(_rows("support_kinds"))))
    added += _missing(db, SupportPartner, "name", ((r["name"], SupportPartner(**r)) for r in _rows("support_partners")))
    added += _missing(db, Activity, "code", ((r["code"], _activity(r)) for r in _rows("activities")))
    added += _recipes(db)
    name_words.keep_up(db.connection())  # in an empty database the migrations found no names yet
    return added


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _missing(db: Session, table: type[Base], key: str, rows: Iterator[tuple[str, Base]] | Any) -> int:
    there = set(db.execute(select(getattr(table, key))).scalars())
    new = [row for code, row in rows if code not in there]
    db.add_all(new)
    db.flush()
    return len(new)


def _partnerships(db: Session) -> int:
    there = set(db.execute(select(col(Partnership.name))).scalars())
    new = [
        Partnership(name=row["name"], region=row["region"], local_authority=row["local_authority"])
        for row in _rows("big_local_areas")
        if row["name"] not in there
    ]
    db.add_all(new)
    db.flush()
    names = {normalise(partnership.name) for partnership in new}
    wanted: dict[str, list[Alias]] = {}
    written: dict[str, list[str]] = {}
    for row in _rows("area_aliases"):
        written.setdefault(row["name"], []).append(row["alias"])
    for partnership in new:
        for text in (*derived_aliases(partnership.name), *written.get(partnership.name, ())):
            alias = Alias(partnership_id=partnership.id, text=text, normal=normalise(text))
            wanted.setdefault(alias.normal, []).append(alias)
    taken = set(db.execute(select(col(Alias.normal))).scalars()) | names
    db.add_all(same[0] for normal, same in wanted.items() if len(same) == 1 and normal not in taken)  # a shared name is nobody's
    db.flush()
    return len(new)


def _topic(row: dict[str, str], position: int) -> Topic:
    return Topic(code=row["code"], label=row["label"], description=row["in the announcement"], position=position)


def _kind(row: dict[str, str], position: int) -> SupportKind:
    return SupportKind(code=row["code"], label=row["label"], words=row["words"], position=position)


def _activity(row: dict[str, str]) -> Activity:
    return Activity(
        **{name: row[name] for name in ("code", "name", "purpose", "how", "materials", "topics", "source")},
        phase=Phase(row["phase"]),
        place=DeliveryMode(row["place"]),
        minutes_from=int(row["minutes_from"]),
        minutes_to=int(row["minutes_to"]),
        group_from=int(row["group_from"]) if row["group_from"] else None,
        group_to=int(row["group_to"]) if row["group_to"] else None,
        **{name: row[name] == "yes" for name in ("minutes_are_ours", "celebrates", "newcomers")},
    )


def _recipes(db: Session) -> int:
    there = set(db.execute(select(col(Recipe.code))).scalars())
    steps = list(_rows("recipe_steps"))
    added = 0
    for row in _rows("recipes"):
        if row["code"] in there:
            continue
        recipe = Recipe(code=row["code"], name=row["name"], when=When(row["when"]), minutes=int(row["minutes"]), summary=row["summary"])
        db.add(recipe)
        db.flush()
        db.add_all(
            RecipeStep(
                recipe_id=recipe.id,
                position=int(step["position"]),
                activity=step["activity"],
                phase=Phase(step["phase"]) if step["phase"] else None,
                minutes=int(step["minutes"]),
                prefer=step["prefer"],
                why=step["why"],
            )
            for step in steps
            if step["recipe"] == row["code"]
        )
        added += 1
    db.flush()
    return added
