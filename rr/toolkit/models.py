"""The activity library, the recipes that propose an agenda, and the topics."""

from datetime import datetime

from sqlmodel import Field

from rr.base import LINE, LONG, SHORT, Base, Instant, Versioned, choice, string
from rr.toolkit.rules import DeliveryMode, Phase, When


class Topic(Base, table=True):
    """What a partnership wants to focus on. A list that the team edits."""

    code: str = Field(primary_key=True, max_length=SHORT)
    label: str = string(LINE, personal=False)
    description: str = string(LINE, personal=False)
    position: int = 0


class Activity(Versioned, table=True):
    """An entry of the library."""

    id: int = Field(default=None, primary_key=True)
    code: str = string(SHORT, personal=False, unique=True)
    name: str = string(LINE, personal=False)
    phase: Phase = Field(sa_type=choice(Phase), index=True)
    purpose: str = string(LONG, personal=False)
    how: str = string(LONG, personal=False)
    materials: str = string(LONG, personal=False)
    minutes_from: int
    minutes_to: int
    minutes_are_ours: bool = False
    group_from: int | None = None
    group_to: int | None = None
    place: DeliveryMode = Field(default=DeliveryMode.EITHER, sa_type=choice(DeliveryMode, "place"))
    topics: str = string(LINE, personal=False, description="topic codes with spaces between; none means any")
    celebrates: bool = False
    newcomers: bool = False
    source: str = string(LONG, personal=False)
    added_by_id: int | None = Field(default=None, foreign_key="account.id", description="empty for the reference list")
    added_at: datetime | None = Field(default=None, sa_type=Instant)


class Recipe(Base, table=True):
    """A shape for a session, from which an agenda is proposed."""

    id: int = Field(default=None, primary_key=True)
    code: str = string(SHORT, personal=False, unique=True)
    name: str = string(LINE, personal=False)
    when: When = Field(sa_type=choice(When))
    minutes: int
    summary: str = string(LONG, personal=False)


class RecipeStep(Base, table=True):
    """One step of a recipe: a fixed activity, or a phase of which the best-fitting activity is chosen."""

    __tablename__ = "recipe_step"
    id: int = Field(default=None, primary_key=True)
    recipe_id: int = Field(foreign_key="recipe.id", index=True)
    position: int
    activity: str = string(SHORT, personal=False, description="an activity's code, or empty")
    phase: Phase | None = Field(default=None, sa_type=choice(Phase))
    minutes: int
    prefer: str = string(SHORT, personal=False)
    why: str = string(LINE, personal=False)
