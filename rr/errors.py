"""What a person may be told when something can't be done. Anything else that is raised is a bug."""

from collections.abc import Mapping
from typing import Any


class Refused(Exception):
    """An expected refusal: a headline and a way forward, both written for the person who asked."""

    def __init__(self, headline: str, way_forward: str = "") -> None:
        super().__init__(headline)
        self.headline = headline
        self.way_forward = way_forward


class NotFound(Refused):
    """Not there, or not theirs: the two read the same, so that nobody learns what exists."""


class Invalid(Refused):
    """What was typed can't be taken. `errors` names each field and says how to put it right."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("There is a problem", " ".join(errors.values()))
        self.errors = dict(errors)


class Conflict(Refused):
    """Somebody else changed the same field meanwhile. `clashes` holds (theirs, ours) for each field."""

    def __init__(self, clashes: Mapping[str, tuple[Any, Any]]) -> None:
        super().__init__("Somebody else changed this while you were typing", "Both values are shown. Save again to keep yours.")
        self.clashes = dict(clashes)


class Unavailable(Refused):
    """The database itself can't be used: damaged, locked, full or not answering. Nothing was saved."""


class SignedOut(Exception):
    """Nobody is signed in any more: the way to the sign-in page is shown instead."""
