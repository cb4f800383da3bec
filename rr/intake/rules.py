"""A request's states and what moves it from one to the next (design 4, 'States and rules')."""

from datetime import date
from typing import Any

from rr.errors import Refused
from rr.labels import Colour, Labelled


class RequestStatus(Labelled):
    """What has become of a sign-up. `sentence` says so in a refusal."""

    sentence: str

    NEW = "new", "New", "mark_email_unread", "orange", "This request is new."
    WAITING_FOR_THEM = "waiting_for_them", "Waiting for them", "hourglass_top", "blue", "This request is waiting for their answer."
    ACCEPTED = "accepted", "Accepted", "check", "green", "This request has been accepted."
    SIGNPOSTED = "signposted", "Signposted", "signpost", "violet", "This request has been signposted."
    NOT_NOW = "not_now", "Not now", "pause", "gray", "This request is set aside for now."
    WITHDRAWN = "withdrawn", "Withdrawn", "logout", "gray", "This request has been withdrawn."
    DUPLICATE = "duplicate", "Duplicate", "content_copy", "gray", "This request is marked as a duplicate."
    SPAM = "spam", "Spam", "report", "gray", "This request is marked as spam."

    def __init__(self, value: str, label: str, icon: str, colour: Colour, sentence: str) -> None:
        super().__init__(value, label, icon, colour)
        self.sentence = sentence


UNDECIDED = frozenset({RequestStatus.NEW, RequestStatus.WAITING_FOR_THEM})
NEVER_COUNTS = (RequestStatus.SPAM, RequestStatus.DUPLICATE)
LONG_WAIT = 5  # working days: domain 6.4, "waiting over 5 working days for first contact"


class Source(Labelled):
    EXPORT = "export", "Imported file"
    FORM = "form", "Sign-up form"
    TELEPHONE = "telephone", "Telephone"
    WEBHOOK = "webhook", "Web form"


PRIVACY_NOTICE_OF = date(2026, 11, 22)  # change it with the words of the notice in signup.html


def notice_shown(source: Source, on: date) -> str:
    """The version of the privacy notice that stood on our own form on a day; "" where that isn't known."""
    return PRIVACY_NOTICE_OF.isoformat() if source is Source.FORM and on >= PRIVACY_NOTICE_OF else ""


class Format(Labelled):
    """The answer to "In person or online?"; `where` says it without the question."""

    where: str

    IN_PERSON = "in_person", "In person", "in person"
    ONLINE = "online", "Online", "online"
    EITHER = "either", "Either", "in person or online"

    def __init__(self, value: str, label: str, where: str) -> None:
        super().__init__(value, label)
        self.where = where


class PartnershipKnows(Labelled):
    """Does the partnership know of the sign-up and agree with it?"""

    YES = "yes", "Yes"
    NOT_YET = "not_yet", "Not yet"
    NOT_SURE = "not_sure", "Not sure"


class RowResult(Labelled):
    """What became, or would become, of a row of an imported file. `many` is the word for their number."""

    many: str

    TAKEN = "taken", "New", "add", "green", "New"
    ALREADY = "already", "Duplicate", "content_copy", "gray", "Duplicates"
    CHANGED = "changed", "Changed answers", "edit", "orange", "Changed answers"
    REFUSED = "refused", "Refused", "block", "orange", "Refused"

    def __init__(self, value: str, label: str, icon: str, colour: Colour, many: str) -> None:
        super().__init__(value, label, icon, colour)
        self.many = many


NOT_IMPORTED = (RowResult.REFUSED, RowResult.CHANGED)  # what somebody has to look at


class Answer(Labelled):
    """What a decision asks for: the field that holds it, its label, and the sentence for when it is missing."""

    missing: str

    QUESTION = "words", "What you asked them", "Write what you asked them, so that everybody knows what we are waiting for."
    WHERE_TO = "partner_id", "Signpost to", "Choose a support partner, or write who else can help them."
    BACK_ON = "back_on", "Return to the queue on", "Choose a day after today. The request returns to the queue on that day."
    OTHER_REQUEST = "duplicate_of_id", "The request that it repeats", "Choose the request that this one repeats."

    def __init__(self, value: str, label: str, missing: str) -> None:
        super().__init__(value, label)
        self.missing = missing


def _said(**about: Any) -> dict[str, Any]:
    return about


class Move(Labelled):
    """What a person of the support team decides, in the order of the buttons. `label` is for its button and for the menu."""

    ACCEPT = (
        "accept",
        _said(
            label="Accept",
            icon="check_circle",
            past="We said yes",
            did="accepted {}",
            news="{} accepted. Its draft session is ready for a date.",
            to=RequestStatus.ACCEPTED,
            key="a",
            makes_session=True,
        ),
    )
    ASK_FOR_MORE = (
        "ask_for_more",
        _said(
            label="Ask for more",
            icon="help",
            past="We asked for more",
            did="asked for more about {}",
            news="{} is waiting for their answer.",
            to=RequestStatus.WAITING_FOR_THEM,
            key="m",
            asks=Answer.QUESTION,
            is_first_contact=True,
        ),
    )
    SIGNPOST = (
        "signpost",
        _said(
            label="Signpost",
            icon="signpost",
            past="We signposted them",
            did="signposted {}",
            news="{} signposted.",
            to=RequestStatus.SIGNPOSTED,
            key="s",
            asks=Answer.WHERE_TO,
        ),
    )
    NOT_NOW = (
        "not_now",
        _said(
            label="Not now",
            icon="snooze",
            past="We said not now",
            did="set aside {}",
            news="{} set aside. It returns to the queue on its date.",
            to=RequestStatus.NOT_NOW,
            key="n",
            asks=Answer.BACK_ON,
        ),
    )
    CONTACTED = (
        "contacted",
        _said(
            label="Contacted",
            icon="call",
            past="We contacted them",
            did="marked {} as contacted",
            news="{} marked as contacted.",
            open_from=UNDECIDED | {RequestStatus.ACCEPTED, RequestStatus.SIGNPOSTED, RequestStatus.NOT_NOW},
            key="t",
            hint="You phoned or wrote to them, or they answered",
            is_first_contact=True,
        ),
    )
    COME_BACK = (
        "come_back",
        _said(
            label="Reopen",
            icon="undo",
            past="We reopened it",
            did="reopened {}",
            news="{} is open again.",
            to=RequestStatus.NEW,
            open_from=frozenset({RequestStatus.NOT_NOW}),
            key="o",
        ),
    )
    DUPLICATE = (
        "duplicate",
        _said(
            label="Duplicate",
            icon="content_copy",
            past="We marked it as a duplicate",
            did="marked {} as a duplicate",
            news="{} marked as a duplicate.",
            to=RequestStatus.DUPLICATE,
            asks=Answer.OTHER_REQUEST,
        ),
    )
    SPAM = (
        "spam",
        _said(
            label="Spam",
            icon="report",
            past="We marked it as spam",
            did="marked {} as spam",
            news="{} marked as spam.",
            to=RequestStatus.SPAM,
        ),
    )
    WITHDRAW = (
        "withdraw",
        _said(
            label="They withdrew",
            icon="logout",
            past="They withdrew",
            did="marked {} as withdrawn",
            news="{} withdrawn.",
            to=RequestStatus.WITHDRAWN,
        ),
    )

    def __init__(self, value: str, about: dict[str, Any]) -> None:
        self._describe(value, **about)

    def _describe(
        self,
        value: str,
        *,
        label: str,
        icon: str,  # in the thread
        past: str,  # what the thread says
        did: str,  # what the audit says that somebody did; {} stands for the request
        news: str,  # what whoever decided it is told; {} stands for the request's reference
        to: RequestStatus | None = None,  # None: the status stays as it is
        open_from: frozenset[RequestStatus] = UNDECIDED,
        key: str = "",  # on the keyboard; a move without one is in the menu "More"
        hint: str = "",
        asks: Answer | None = None,  # what has to be answered first
        is_first_contact: bool = False,
        makes_session: bool = False,  # so it needs a partnership
    ) -> None:
        super().__init__(value, label, icon)
        self.past, self.did, self.news, self.to, self.open_from = past, did, news, to, open_from
        self.key, self.hint, self.asks = key, hint, asks
        self.is_first_contact, self.makes_session = is_first_contact, makes_session

    @property
    def settles(self) -> bool:
        """Whether the request is dealt with for now, so that the next one can be looked at."""
        return self.to not in (None, RequestStatus.NEW)


def moves(status: RequestStatus) -> tuple[Move, ...]:
    """The moves open from here, in the order of their buttons. Give it the effective status."""
    return tuple(move for move in Move if status in move.open_from)


def after(status: RequestStatus, move: Move) -> RequestStatus:
    """The status that a move leads to. Refuses a move that isn't open from here. Give it the effective status."""
    if status not in move.open_from:
        raise Refused(status.sentence, _way_forward(status, move))
    return move.to or status


def _way_forward(status: RequestStatus, move: Move) -> str:
    if move is Move.COME_BACK:
        return "Only a request that was set aside can be reopened."
    if status is RequestStatus.NOT_NOW:
        return "Reopen it first, then decide."
    return "To change that, undo the last decision first."


def undo_allowed(draft_touched: bool) -> None:
    """Refuses to undo a decision once the draft session that it made was edited: that work would be lost."""
    if draft_touched:
        raise Refused(
            "This decision can't be undone, because its draft session has been edited since.",
            "Cancel the session instead, or change what is wrong in it.",
        )
