"""Who people are in a partnership, and the stages that a partnership goes through."""

import re
from typing import Self

from rr.labels import Labelled


class Stage(Labelled):
    """Where a partnership stands now, in the order of the offer.

    An open plan, session or request beats one that is finished; of several open ones the furthest counts, of several finished ones too.
    """

    NOT_REACHED = "not_reached", "Not reached yet", "radio_button_unchecked", "gray"
    SIGNED_UP = "signed_up", "Signed up", "campaign", "orange"
    ACCEPTED = "accepted", "Accepted", "check_circle", "blue"
    SESSION_PLANNED = "session_planned", "Session planned", "event", "blue"
    SESSION_HELD = "session_held", "Session held", "groups", "violet"
    PLAN_AGREED = "plan_agreed", "Plan agreed", "checklist", "green"
    PLAN_FINISHED = "plan_finished", "Plan finished", "flag", "green"

    @property
    def rank(self) -> int:
        """0 for not reached, then one more for each stage."""
        return list(Stage).index(self)


class ContactRole(Labelled):
    """A person's part in a partnership, in the words of the programme."""

    CHAIR = "chair", "Chair"
    VICE_CHAIR = "vice_chair", "Vice chair"
    TREASURER = "treasurer", "Treasurer"
    SECRETARY = "secretary", "Secretary"
    RESIDENT_MEMBER = "resident_member", "Resident member"
    WORKER = "worker", "Worker"
    LTO = "lto", "Locally trusted organisation"
    AREA_COORDINATOR = "area_coordinator", "Area coordinator"
    AREA_ADVISOR = "area_advisor", "Area advisor"
    OTHER = "other", "Other"

    @classmethod
    def from_words(cls, text: str) -> Self | None:
        """The role that somebody's own words mean, whatever the case, the hyphens or what stands around it.

        None if no role, or no present one ("former chair"), can be read. Of several roles, one
        from outside the partnership comes first, then an officer, a worker, a member.
        """
        words = _plain(text)
        if words in _MEANINGS:
            return cls(_MEANINGS[words])
        if not words or _NOT_THEM.search(words):
            return None
        for phrase, role in _MEANINGS.items():
            if role != "other" and re.search(rf"\b{phrase}\b", words):
                return cls(role)
        return None


class ConsentKind(Labelled):
    """What somebody agrees to; `agreed` and `withdrew` say what they did."""

    agreed: str
    withdrew: str

    CONTACT = "contact", "To be contacted", "agreed to be contacted", "withdrew consent to be contacted"
    SHARE = "share", "To share their details with support partners", "agreed to sharing", "withdrew consent to sharing"

    def __init__(self, value: str, label: str, agreed: str, withdrew: str) -> None:
        super().__init__(value, label)
        self.agreed, self.withdrew = agreed, withdrew


class ConsentHow(Labelled):
    """How somebody said so; `words` are for within a sentence."""

    words: str

    SIGN_UP = "sign_up", "Sign-up form", "on the sign-up form"
    TELEPHONE = "telephone", "By telephone", "by telephone"
    EMAIL = "email", "By e-mail", "by e-mail"
    IN_PERSON = "in_person", "In person", "in person"
    LETTER = "letter", "In a letter or on paper", "in writing"

    def __init__(self, value: str, label: str, words: str) -> None:
        super().__init__(value, label)
        self.words = words


# Read in this order, so "vice chair" is met before "chair", and paid or outside roles before "member".
_MEANINGS = {
    phrase: role
    for role, phrases in {
        "area_coordinator": ("area coordinator", "areacoordinator", "ac"),
        "area_advisor": ("area advisor", "area adviser"),
        "lto": ("locally trusted organisation", "locally trusted organization", "local trusted organisation", "lto", "ltos"),
        "vice_chair": ("vice chair", "vicechair", "vice chairperson", "vice chairman", "vice chairwoman", "deputy chair"),
        "chair": ("chair", "cochair", "chairperson", "chairman", "chairwoman"),
        "treasurer": ("treasurer",),
        "secretary": ("secretary",),
        "worker": ("worker", "workers", "project manager", "programme manager", "development officer", "project officer"),
        "resident_member": ("resident member", "resident", "residents", "partnership member", "board member", "community member", "member"),
        "other": ("other", "something else", "none of these"),
    }.items()
    for phrase in phrases
}
_NOT_THEM = re.compile(r"\b(former|formerly|ex|past|previous|previously|not|was|behalf|assistant to)\b")


def _plain(text: str) -> str:
    joined = re.sub(r"\bco[-\s]+(?=ord|chair)", "co", text.casefold())
    return " ".join(re.findall(r"\w+", joined.replace("_", " ")))
