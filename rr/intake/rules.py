"""A request's states and what moves it from one to the next (design 4, 'States and rules')."""

from rr.errors import Refused
from rr.labels import Labelled


class RequestStatus(Labelled):
    NEW = "new", "New"
    WAITING_FOR_THEM = "waiting_for_them", "Waiting for them"
    ACCEPTED = "accepted", "Accepted"
    SIGNPOSTED = "signposted", "Signposted"
    NOT_NOW = "not_now", "Not now"
    WITHDRAWN = "withdrawn", "Withdrawn"
    DUPLICATE = "duplicate", "Duplicate"
    SPAM = "spam", "Spam"


class Source(Labelled):
    EXPORT = "export", "Imported file"
    FORM = "form", "Sign-up form"
    TELEPHONE = "telephone", "Telephone"
    WEBHOOK = "webhook", "Web form"


class Format(Labelled):
    IN_PERSON = "in_person", "In person"
    ONLINE = "online", "Online"
    EITHER = "either", "Either"


class PartnershipKnows(Labelled):
    """Does the partnership know of the sign-up and agree with it?"""

    YES = "yes", "Yes"
    NOT_YET = "not_yet", "Not yet"
    NOT_SURE = "not_sure", "Not sure"


class RowResult(Labelled):
    """What became, or would become, of a row of an imported file."""

    TAKEN = "taken", "Taken in"
    ALREADY = "already", "Already there"
    CHANGED = "changed", "There with other answers"
    REFUSED = "refused", "Refused"


class Move(Labelled):
    """What a person of the support team decides. `.label` is for its button, `.past` for the thread."""

    CONTACTED = "contacted", "We have been in touch"
    ACCEPT = "accept", "Accept"
    ASK_FOR_MORE = "ask_for_more", "Ask for more"
    SIGNPOST = "signpost", "Signpost"
    NOT_NOW = "not_now", "Not now"
    WITHDRAW = "withdraw", "They withdrew"
    DUPLICATE = "duplicate", "Duplicate"
    SPAM = "spam", "Spam"
    COME_BACK = "come_back", "Bring back now"

    @property
    def past(self) -> str:
        return PAST[self]


class Answer(Labelled):
    """What has to be said along with a move."""

    WHERE_TO = "where_to", "Where do we signpost them to?"
    BACK_ON = "back_on", "When shall it come back?"
    OTHER_REQUEST = "other_request", "Which request does it repeat?"
    QUESTION = "question", "What did we ask?"


PAST = {
    Move.CONTACTED: "We were in touch",
    Move.ACCEPT: "We said yes",
    Move.ASK_FOR_MORE: "We asked for more",
    Move.SIGNPOST: "We signposted them",
    Move.NOT_NOW: "We said not now",
    Move.WITHDRAW: "They withdrew",
    Move.DUPLICATE: "We marked it as a duplicate",
    Move.SPAM: "We marked it as spam",
    Move.COME_BACK: "We brought it back",
}

NEEDS = {
    Move.SIGNPOST: Answer.WHERE_TO,
    Move.NOT_NOW: Answer.BACK_ON,
    Move.DUPLICATE: Answer.OTHER_REQUEST,
    Move.ASK_FOR_MORE: Answer.QUESTION,
}

FIRST_CONTACT = frozenset({Move.CONTACTED, Move.ASK_FOR_MORE})

LONG_WAIT = 5  # working days: domain 6.4, "waiting over 5 working days for first contact"

NEVER_COUNTS = (RequestStatus.SPAM, RequestStatus.DUPLICATE)

UNDECIDED = frozenset({RequestStatus.NEW, RequestStatus.WAITING_FOR_THEM})

DECISIONS = {
    Move.ACCEPT: RequestStatus.ACCEPTED,
    Move.ASK_FOR_MORE: RequestStatus.WAITING_FOR_THEM,
    Move.SIGNPOST: RequestStatus.SIGNPOSTED,
    Move.NOT_NOW: RequestStatus.NOT_NOW,
    Move.WITHDRAW: RequestStatus.WITHDRAWN,
    Move.DUPLICATE: RequestStatus.DUPLICATE,
    Move.SPAM: RequestStatus.SPAM,
}

ALLOWED: dict[RequestStatus, dict[Move, RequestStatus]] = {
    RequestStatus.NEW: {Move.CONTACTED: RequestStatus.NEW, **DECISIONS},
    RequestStatus.WAITING_FOR_THEM: {Move.CONTACTED: RequestStatus.WAITING_FOR_THEM, **DECISIONS},
    RequestStatus.ACCEPTED: {Move.CONTACTED: RequestStatus.ACCEPTED},
    RequestStatus.SIGNPOSTED: {Move.CONTACTED: RequestStatus.SIGNPOSTED},
    RequestStatus.NOT_NOW: {Move.CONTACTED: RequestStatus.NOT_NOW, Move.COME_BACK: RequestStatus.NEW},
    RequestStatus.WITHDRAWN: {},
    RequestStatus.DUPLICATE: {},
    RequestStatus.SPAM: {},
}

STANDS = {
    RequestStatus.NEW: "This request is new.",
    RequestStatus.WAITING_FOR_THEM: "This request is waiting for their answer.",
    RequestStatus.ACCEPTED: "This request has been accepted.",
    RequestStatus.SIGNPOSTED: "This request has been signposted.",
    RequestStatus.NOT_NOW: "This request is set aside for now.",
    RequestStatus.WITHDRAWN: "This request has been withdrawn.",
    RequestStatus.DUPLICATE: "This request is marked as a duplicate.",
    RequestStatus.SPAM: "This request is marked as spam.",
}


def moves(status: RequestStatus) -> tuple[Move, ...]:
    """The moves open from here, in the order of their buttons. Give it the effective status."""
    return tuple(move for move in Move if move in ALLOWED[status])


def after(status: RequestStatus, move: Move) -> RequestStatus:
    """The status that a move leads to. Refuses a move that isn't open from here. Give it the effective status."""
    allowed = ALLOWED[status]
    if move not in allowed:
        raise Refused(STANDS[status], _way_forward(status, move))
    return allowed[move]


def _way_forward(status: RequestStatus, move: Move) -> str:
    if move is Move.COME_BACK:
        return "Only a request that was set aside can be brought back."
    if status is RequestStatus.NOT_NOW:
        return "Bring it back first, then decide it."
    return "To change that, undo the last decision first."


def needs(move: Move) -> Answer | None:
    """What has to be said with the move, or None."""
    return NEEDS.get(move)


def is_first_contact(move: Move) -> bool:
    """Does it count as getting in touch with them?"""
    return move in FIRST_CONTACT


def undo_allowed(draft_touched: bool) -> None:
    """Refuses to undo a decision once the draft session that it made was edited: that work would be lost."""
    if draft_touched:
        raise Refused(
            "This decision can't be undone, because its draft session has been edited since.",
            "Cancel the session instead, or change what is wrong in it.",
        )
