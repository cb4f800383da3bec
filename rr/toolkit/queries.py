"""What the toolkit holds: topics, activities and recipes. Nothing in it is about a partnership."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlmodel import col

from rr.access import Actor, Can, Scope, demand, scope
from rr.accounts.models import Account
from rr.db import Session
from rr.paging import Paged, clamp, offset
from rr.toolkit.models import Activity, Recipe, RecipeStep, Topic
from rr.toolkit.recipe import ActivityFacts, RecipeFacts, StepFacts
from rr.toolkit.rules import DeliveryMode, Phase, When

PER_PAGE = 27  # nine rows of three cards
PHASES = {phase: number for number, phase in enumerate(Phase)}


@dataclass(frozen=True)
class ActivityFilters:
    """What the library is narrowed to. None = any. `minutes`: it can be done in them; `people`: it suits so many."""

    phase: Phase | None = None
    topic: str | None = None
    minutes: int | None = None
    people: int | None = None


@dataclass(frozen=True)
class ActivityRow:
    """An activity as the library shows it. No group bound = no limit on that side; no topics = any."""

    id: int
    name: str
    phase: Phase
    purpose: str
    how: str
    materials: str
    minutes_from: int
    minutes_to: int
    minutes_are_ours: bool
    group_from: int | None
    group_to: int | None
    place: DeliveryMode
    topics: tuple[str, ...]
    celebrates: bool
    newcomers: bool
    source: str
    added_by: str | None
    added_by_id: int | None
    may_edit: bool


@dataclass(frozen=True)
class ActivityList(Paged[ActivityRow]):
    """One page of activities; `total` is how many the filters leave, `every` how many there are."""

    every: int


@dataclass(frozen=True)
class StepRow:
    """A recipe's step in words: an activity's name, or the phase of which the best-fitting one is chosen."""

    title: str
    minutes: int
    why: str
    is_chosen: bool


@dataclass(frozen=True)
class RecipeRow:
    """A recipe as the toolkit shows it."""

    id: int
    name: str
    when: When
    minutes: int
    summary: str
    steps: tuple[StepRow, ...]


def topics(db: Session) -> dict[str, str]:
    """Code to label, in the order of the list."""
    rows = db.execute(select(col(Topic.code), col(Topic.label)).order_by(col(Topic.position), col(Topic.code))).all()
    return {row.code: row.label for row in rows}


def activities(db: Session) -> tuple[ActivityFacts, ...]:
    """The whole library, as far as proposing an agenda looks at it."""
    rows = db.execute(
        select(
            col(Activity.id),
            col(Activity.code),
            col(Activity.name),
            col(Activity.phase),
            col(Activity.minutes_from),
            col(Activity.minutes_to),
            col(Activity.group_from),
            col(Activity.group_to),
            col(Activity.place),
            col(Activity.topics),
            col(Activity.celebrates),
            col(Activity.newcomers),
        ).order_by(col(Activity.code))
    ).all()
    return tuple(ActivityFacts(**_values(row)) for row in rows)


def recipes(db: Session) -> tuple[RecipeFacts, ...]:
    """All recipes with their steps, by code: two statements, however many there are."""
    steps = _steps(db)
    rows = db.execute(
        select(col(Recipe.id), col(Recipe.code), col(Recipe.name), col(Recipe.when), col(Recipe.minutes)).order_by(col(Recipe.code))
    ).all()
    return tuple(RecipeFacts(row.id, row.code, row.name, row.when, row.minutes, tuple(steps.get(row.id, ()))) for row in rows)


def _steps(db: Session) -> dict[int, list[StepFacts]]:
    rows = db.execute(
        select(
            col(RecipeStep.recipe_id),
            col(RecipeStep.position),
            col(RecipeStep.activity),
            col(RecipeStep.phase),
            col(RecipeStep.minutes),
            col(RecipeStep.prefer),
            col(RecipeStep.why),
        ).order_by(col(RecipeStep.recipe_id), col(RecipeStep.position))
    ).all()
    found: dict[int, list[StepFacts]] = {}
    for row in rows:
        found.setdefault(row.recipe_id, []).append(StepFacts(row.position, row.activity, row.phase, row.minutes, row.prefer, row.why))
    return found


def recipe_rows(db: Session, *, actor: Actor) -> tuple[RecipeRow, ...]:
    """The recipes in words, shortest first."""
    demand(actor, Can.READ_TOOLKIT)
    names = {row.code: row.name for row in db.execute(select(col(Activity.code), col(Activity.name))).all()}
    steps = _steps(db)
    rows = db.execute(
        select(col(Recipe.id), col(Recipe.name), col(Recipe.when), col(Recipe.minutes), col(Recipe.summary)).order_by(
            col(Recipe.minutes), col(Recipe.code)
        )
    ).all()
    return tuple(
        RecipeRow(row.id, row.name, row.when, row.minutes, row.summary, tuple(_step(step, names) for step in steps.get(row.id, ())))
        for row in rows
    )


def _step(step: StepFacts, names: dict[str, str]) -> StepRow:
    title = names.get(step.activity) or (step.phase.label if step.phase else "To be chosen")
    return StepRow(title, step.minutes, step.why, is_chosen=step.activity not in names)


def library(db: Session, filters: ActivityFilters, *, actor: Actor, page: int = 1, per_page: int = PER_PAGE) -> ActivityList:
    """The activities that the filters leave, in the order in which a session takes them. Two statements."""
    demand(actor, Can.READ_TOOLKIT)
    wanted = _conditions(filters)
    total, every = db.execute(select(func.count().filter(and_(True, *wanted)), func.count()).select_from(Activity)).one()
    page = clamp(page, total, per_page)
    in_order = case(PHASES, value=col(Activity.phase), else_=len(PHASES))
    rows = db.execute(
        _activities().where(*wanted).order_by(in_order, col(Activity.name), col(Activity.id)).limit(per_page).offset(offset(page, per_page))
    ).all()
    return ActivityList(tuple(_activity(row, actor) for row in rows), total, page, per_page, every)


def _activities() -> Any:
    return select(
        col(Activity.id),
        col(Activity.name),
        col(Activity.phase),
        col(Activity.purpose),
        col(Activity.how),
        col(Activity.materials),
        col(Activity.minutes_from),
        col(Activity.minutes_to),
        col(Activity.minutes_are_ours),
        col(Activity.group_from),
        col(Activity.group_to),
        col(Activity.place),
        col(Activity.topics),
        col(Activity.celebrates),
        col(Activity.newcomers),
        col(Activity.source),
        col(Activity.added_by_id),
        col(Account.name).label("added_by"),
    ).outerjoin(Account, col(Account.id) == col(Activity.added_by_id))


def _activity(row: Any, actor: Actor) -> ActivityRow:
    return ActivityRow(**_values(row), may_edit=may_edit(row.added_by_id, actor))


def _values(row: Any) -> dict[str, Any]:
    """A row's columns by name, the topics apart."""
    return row._asdict() | {"topics": tuple(row.topics.split())}


def may_edit(added_by_id: int | None, actor: Actor) -> bool:
    """Their own activities, for whoever may add some; those of others and of the reference list, for whoever may edit them."""
    own = added_by_id is not None and added_by_id == actor.account_id
    return scope(actor, Can.ADD_ACTIVITIES if own else Can.EDIT_ACTIVITIES) is not Scope.NONE


def _conditions(filters: ActivityFilters) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if filters.phase is not None:
        found.append(col(Activity.phase) == filters.phase)
    if filters.topic:
        found.append(or_(col(Activity.topics) == "", (" " + col(Activity.topics) + " ").contains(f" {filters.topic} ", autoescape=True)))
    if filters.minutes is not None:
        found.append(col(Activity.minutes_from) <= filters.minutes)
    if filters.people is not None:
        found.append(or_(col(Activity.group_from).is_(None), col(Activity.group_from) <= filters.people))
        found.append(or_(col(Activity.group_to).is_(None), col(Activity.group_to) >= filters.people))
    return found
