"""How the stories go, as days: from the sign-up to the session that was written up."""

from datetime import date, timedelta

from rr.intake.rules import UNDECIDED, RequestStatus
from rr.synthetic.world import Place, Story, World

DAYS = 730  # how far back the sign-ups go
LONGEST_OPEN = 60  # days until somebody decides even the hardest request
FATES = (
    (0.02, RequestStatus.SPAM),
    (0.05, RequestStatus.DUPLICATE),
    (0.09, RequestStatus.SIGNPOSTED),
    (0.13, RequestStatus.NOT_NOW),
    (0.15, RequestStatus.WITHDRAWN),
    (0.17, RequestStatus.WAITING_FOR_THEM),
    (0.19, RequestStatus.NEW),
    (1.00, RequestStatus.ACCEPTED),
)


def invent(world: World, places: list[Place], *, many: int, actions: int) -> list[Story]:
    """All stories, the oldest sign-up first; the last year has somewhat more of them than the one before."""
    ages = sorted((1 + int((DAYS - 1) * world.dice.random() ** 1.1) for _ in range(many)), reverse=True)
    stories = [_story(world, world.dice.choice(places), world.today - timedelta(days=age)) for age in ages]
    finished = [story for story in stories if story.finished]
    told = 0
    for place, story in enumerate(finished):
        wobble = (2, -2, 1, -1, 0)[place % 5] if place < len(finished) - len(finished) % 5 else 0
        share = actions * (place + 1) // len(finished) - told
        told += share
        story.actions = share + wobble
    return stories


def _story(world: World, place: Place, came: date) -> Story:
    roll = world.dice.random()
    fate = next(status for most, status in FATES if roll < most)
    if fate in UNDECIDED and (world.today - came).days > LONGEST_OPEN:
        fate = RequestStatus.WITHDRAWN
    contacted, decided = world.later(came, 1, 7), None
    decided = world.later(contacted, 0, 6)
    story = Story(place, came, RequestStatus.NEW)
    if fate is RequestStatus.NEW or contacted > world.today:
        story.matched = world.chance(0.8)
        return story
    story.contacted = contacted if fate is not RequestStatus.SPAM else None
    if decided > world.today:
        story.matched = world.chance(0.9)
        return story
    story.status, story.decided = fate, decided
    if fate is RequestStatus.ACCEPTED:
        _session_of(world, story, decided)
    return story


def _session_of(world: World, story: Story, decided: date) -> None:
    day = world.later(decided, 7, 45)
    if day >= world.today:
        story.planned = day if world.chance(0.7) else None
        return
    story.planned = day
    if world.chance(0.04):
        story.cancelled = True
        return
    if world.chance(0.01):
        return  # its day has passed, and nobody said how it was
    story.held = day
    waits = (world.today - day).days < 7 and world.chance(0.5)
    story.finished = None if waits else day
