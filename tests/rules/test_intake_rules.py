from datetime import date

import pytest

from rr.days import working_days
from rr.errors import Refused
from rr.intake import rules, states
from rr.intake.rules import Answer, Move, RequestStatus

DECIDED = {
    Move.ACCEPT: RequestStatus.ACCEPTED,
    Move.ASK_FOR_MORE: RequestStatus.WAITING_FOR_THEM,
    Move.SIGNPOST: RequestStatus.SIGNPOSTED,
    Move.NOT_NOW: RequestStatus.NOT_NOW,
    Move.WITHDRAW: RequestStatus.WITHDRAWN,
    Move.DUPLICATE: RequestStatus.DUPLICATE,
    Move.SPAM: RequestStatus.SPAM,
}
OPEN = [
    *((RequestStatus.NEW, move, to) for move, to in DECIDED.items()),
    *((RequestStatus.WAITING_FOR_THEM, move, to) for move, to in DECIDED.items()),
    *(
        (status, Move.CONTACTED, status)
        for status in (
            RequestStatus.NEW,
            RequestStatus.WAITING_FOR_THEM,
            RequestStatus.ACCEPTED,
            RequestStatus.SIGNPOSTED,
            RequestStatus.NOT_NOW,
        )
    ),
    (RequestStatus.NOT_NOW, Move.COME_BACK, RequestStatus.NEW),
]
SHUT = [(status, move) for status in RequestStatus for move in Move if (status, move) not in {(status, move) for status, move, _ in OPEN}]


@pytest.mark.parametrize(("status", "move", "expected"), OPEN)
def test_an_open_move_leads_to_its_status(status, move, expected):
    assert rules.after(status, move) is expected


@pytest.mark.parametrize(("status", "move"), SHUT)
def test_any_other_move_is_refused_with_a_headline_and_a_way_forward(status, move):
    with pytest.raises(Refused) as refusal:
        rules.after(status, move)

    assert refusal.value.headline.startswith("This request ")
    assert refusal.value.way_forward.endswith(".")


def test_a_request_set_aside_says_to_reopen_it_first():
    with pytest.raises(Refused) as refusal:
        rules.after(RequestStatus.NOT_NOW, Move.ACCEPT)

    assert refusal.value.headline == "This request is set aside for now."
    assert refusal.value.way_forward == "Reopen it first, then decide."


def test_the_moves_from_a_status_come_in_the_order_of_their_buttons():
    assert rules.moves(RequestStatus.NOT_NOW) == (Move.CONTACTED, Move.COME_BACK)
    assert rules.moves(RequestStatus.SPAM) == ()


@pytest.mark.parametrize(
    ("move", "expected"),
    [
        (Move.SIGNPOST, Answer.WHERE_TO),
        (Move.NOT_NOW, Answer.BACK_ON),
        (Move.DUPLICATE, Answer.OTHER_REQUEST),
        (Move.ASK_FOR_MORE, Answer.QUESTION),
        *((move, None) for move in (Move.CONTACTED, Move.ACCEPT, Move.WITHDRAW, Move.SPAM, Move.COME_BACK)),
    ],
)
def test_a_move_asks_for_the_answer_that_it_needs(move, expected):
    assert move.asks is expected


def test_every_move_and_status_has_its_words_and_its_stored_value():
    assert Move.ACCEPT.past == "We said yes"
    assert Move.ASK_FOR_MORE.past == "We asked for more"
    assert all(move.label and move.icon and move.past and move.news.startswith("{} ") for move in Move)
    assert all(status.label and status.icon and status.sentence.startswith("This request ") for status in RequestStatus)
    assert RequestStatus("waiting_for_them").label == "Waiting for them"
    assert f"{RequestStatus.NOT_NOW}" == "not_now"


def test_no_two_moves_share_a_key_and_the_browser_keeps_its_own():
    keys = [move.key for move in Move if move.key]

    assert len(keys) == len(set(keys))
    assert not {"c", "r"} & set(keys)


@pytest.mark.parametrize("move", list(Move))
def test_only_contacted_and_asking_for_more_are_first_contact(move):
    assert move.is_first_contact is (move in (Move.CONTACTED, Move.ASK_FOR_MORE))


@pytest.mark.parametrize(
    ("status", "first_contact_on", "expected"),
    [
        (RequestStatus.NEW, None, True),
        (RequestStatus.NEW, date(2026, 11, 20), False),
        (RequestStatus.WAITING_FOR_THEM, date(2026, 11, 20), False),
        (RequestStatus.ACCEPTED, None, False),
        (RequestStatus.NOT_NOW, None, False),
    ],
)
def test_a_request_waits_for_us_while_undecided_and_without_contact(status, first_contact_on, expected):
    assert states.is_waiting(status, first_contact_on) is expected


@pytest.mark.parametrize(
    ("first_contact_on", "expected"),
    [
        (None, 6),
        (date(2026, 11, 13), 0),
        (date(2026, 11, 16), 1),
        (date(2026, 11, 18), 3),
    ],
)
def test_waiting_is_counted_in_working_days_until_first_contact_or_today(first_contact_on, expected):
    assert states.waited(date(2026, 11, 13), first_contact_on, date(2026, 11, 23)) == expected


@pytest.mark.parametrize(
    ("status", "back_on", "expected"),
    [
        (RequestStatus.NOT_NOW, date(2026, 11, 23), RequestStatus.NEW),
        (RequestStatus.NOT_NOW, date(2026, 11, 1), RequestStatus.NEW),
        (RequestStatus.NOT_NOW, date(2026, 11, 24), RequestStatus.NOT_NOW),
        (RequestStatus.NOT_NOW, None, RequestStatus.NOT_NOW),
        (RequestStatus.ACCEPTED, date(2026, 11, 1), RequestStatus.ACCEPTED),
    ],
)
def test_a_request_set_aside_comes_back_as_new_on_its_date(status, back_on, expected):
    assert states.effective_status(status, back_on, date(2026, 11, 23)) is expected


def test_undo_is_refused_with_the_reason_once_the_draft_was_edited():
    rules.undo_allowed(draft_touched=False)

    with pytest.raises(Refused) as refusal:
        rules.undo_allowed(draft_touched=True)

    assert refusal.value.headline == "This decision can't be undone, because its draft session has been edited since."
    assert refusal.value.way_forward == "Cancel the session instead, or change what is wrong in it."


@pytest.mark.parametrize("today", [date(2026, 11, 18), date(2026, 12, 29), date(2027, 1, 4), date(2027, 4, 1)])
@pytest.mark.parametrize("days", [0, 2, 5, 10])
def test_whoever_signed_up_by_this_day_and_nobody_after_has_waited_so_long(days: int, today: date) -> None:
    edge = states.received_by(today, days + 1)
    assert working_days(edge, today) > days
    assert all(working_days(date.fromordinal(day), today) <= days for day in range(edge.toordinal() + 1, today.toordinal() + 1))
