"""What comes out of a session: one typed line, its chips, and putting them right."""

from datetime import date, timedelta

import pytest

from rr import db
from rr.errors import Conflict, Invalid, NotFound, Refused
from rr.sessions import commands, queries
from rr.sessions.agenda import queries as agenda_queries
from rr.sessions.capture import commands as capture_commands
from rr.sessions.capture import queries as capture_queries
from rr.sessions.models import Capture
from rr.sessions.rules import CaptureKind
from tests.builders import a_session

TODAY = date(2026, 11, 18)
EXAMPLE = "Ask Locality about the lease @chair end of May #hubs !legal advice"


@pytest.fixture
def running(one, people):
    return a_session(one, people, day=TODAY, facilitator=people.facilitator)


def lines(look, people, session_id):
    return look(capture_queries.lines, session_id, actor=people.facilitator)


def capture(one, people, session_id, text=EXAMPLE, kind=CaptureKind.IDEA, **more):
    return one(capture_commands.capture, session_id, text, kind, **more, actor=people.facilitator)


def correct(one, who, number, field, new, old):
    return one(capture_commands.correct, number, {field: new}, {field: old}, actor=who)


def test_one_typed_line_is_one_action_with_its_lead_date_topic_and_support(one, people, look, running):
    capture(one, people, running)

    (line,) = lines(look, people, running)
    assert (line.kind, line.text, line.as_typed) == (CaptureKind.ACTION, "Ask Locality about the lease", EXAMPLE)
    assert (line.lead, line.due, line.topic_label) == ("chair", date(2027, 5, 31), "Community places or hubs")
    assert [(need.words, need.kind) for need in line.needs] == [("legal advice", "legal-body")]
    assert (line.by, line.in_plan, line.corrected) == ("Facilitator", False, False)


@pytest.mark.parametrize("kind", CaptureKind)
def test_a_line_without_marks_is_of_the_kind_chosen_beside_the_box(one, people, look, running, kind):
    capture(one, people, running, "  We opened the hall ", kind)

    (line,) = lines(look, people, running)
    assert (line.kind, line.text, line.lead, line.due, line.topic, line.needs) == (kind, "We opened the hall", "", None, None, ())


def test_lines_come_newest_first_and_know_their_agenda_item(one, people, look, running, clock):
    item = look(lambda d: agenda_queries.agenda(d, queries.detail(d, running, actor=people.support))).items[1]
    capture(one, people, running, "First", item_id=item.id)
    clock.shift(timedelta(minutes=1))
    capture(one, people, running, "Second", item_id=item.id + 1000)

    assert [(line.text, line.item) for line in lines(look, people, running)] == [("Second", ""), ("First", item.title)]


def test_an_empty_line_is_refused_and_a_line_is_kept_once(one, people, look, running):
    with pytest.raises(Invalid) as refusal:
        capture(one, people, running, "   ")
    assert list(refusal.value.errors) == ["line"]

    assert capture(one, people, running, key="k1") == capture(one, people, running, key="k1")
    assert len(lines(look, people, running)) == 1


def test_what_was_not_understood_is_said_until_the_line_was_corrected(one, people, look, running):
    number = capture(one, people, running, "Paint the hall #painting", CaptureKind.ACTION)

    def said():
        return look(capture_queries.problems, running, lines(look, people, running)[0], actor=people.facilitator)

    assert said()[0].startswith("“#painting” is not a topic.")
    correct(one, people.facilitator, number, "text", "Paint the hall", "Paint the hall #painting")
    assert said() == ()


def test_a_line_whose_date_was_not_understood_says_so_until_it_has_one(one, people, look, running):
    number = capture(one, people, running, "Order tables by the end of half term", CaptureKind.ACTION)

    def has_date_not_understood():
        return lines(look, people, running)[0].has_date_not_understood

    assert has_date_not_understood()
    correct(one, people.facilitator, number, "due", date(2027, 2, 19), None)
    assert not has_date_not_understood()


@pytest.mark.parametrize(("text", "kind"), [("Order tables", CaptureKind.ACTION), ("We opened in May", CaptureKind.ACHIEVEMENT)])
def test_a_line_that_names_no_date_or_needs_none_says_nothing_of_one(one, people, look, running, text, kind):
    capture(one, people, running, text, kind)

    (line,) = lines(look, people, running)
    assert (line.kind, line.text, line.due, line.has_date_not_understood) == (kind, text, None, False)


def test_each_chip_is_corrected_or_taken_away(one, people, look, running):
    number = capture(one, people, running)
    correct(one, people.facilitator, number, "lead", "Nia Larkin", "chair")
    correct(one, people.facilitator, number, "due", date(2027, 6, 1), date(2027, 5, 31))
    correct(one, people.facilitator, number, "topic", "future", "hubs")
    (line,) = lines(look, people, running)
    assert (line.lead, line.due, line.topic, line.as_typed) == ("Nia Larkin", date(2027, 6, 1), "future", EXAMPLE)
    with db.reading() as session:
        assert session.get(Capture, number).lead_contact_id is not None  # the chair signed up under this name

    for field, empty, old in (("lead", "", "Nia Larkin"), ("due", None, date(2027, 6, 1)), ("topic", None, "future")):
        correct(one, people.facilitator, number, field, empty, old)
    (line,) = lines(look, people, running)
    assert (line.lead, line.due, line.topic, line.kind) == ("", None, None, CaptureKind.ACTION)
    with db.reading() as session:
        assert session.get(Capture, number).lead_contact_id is None


def test_support_is_added_changed_and_taken_away_with_the_line(one, people, look, running):
    number = capture(one, people, running)
    need = lines(look, people, running)[0].needs[0]
    one(capture_commands.change_support, need.id, "A survey of the roof", "hubs-buildings", actor=people.facilitator)
    one(capture_commands.add_support, number, "Somebody who knows grants", actor=people.facilitator)
    changed, added = lines(look, people, running)[0].needs
    assert (changed.words, changed.kind) == ("A survey of the roof", "hubs-buildings")
    assert (added.words, added.kind) == ("Somebody who knows grants", "funding-income")

    one(capture_commands.remove_line, number, actor=people.facilitator)
    assert lines(look, people, running) == ()
    with pytest.raises(NotFound):
        correct(one, people.facilitator, number, "kind", CaptureKind.IDEA, CaptureKind.ACTION)


def test_two_people_correct_different_chips_and_both_stay_and_the_same_one_is_refused(one, people, look, running):
    number = capture(one, people, running)
    correct(one, people.facilitator, number, "lead", "The worker", "chair")
    correct(one, people.support, number, "topic", "vision", "hubs")
    with pytest.raises(Conflict) as refusal:
        correct(one, people.support, number, "lead", "Nia", "chair")

    assert refusal.value.clashes == {"lead": ("The worker", "Nia")}
    (line,) = lines(look, people, running)
    assert (line.lead, line.topic) == ("The worker", "vision")


def test_a_line_becomes_another_kind_and_keeps_what_it_says(one, people, look, running):
    number = capture(one, people, running)
    correct(one, people.facilitator, number, "kind", CaptureKind.DECISION, CaptureKind.ACTION)

    (line,) = lines(look, people, running)
    assert (line.kind, line.lead, len(line.needs)) == (CaptureKind.DECISION, "chair", 1)


@pytest.mark.parametrize(("field", "value"), [("text", " "), ("topic", "painting"), ("lead", "x" * 201), ("kind", "rumour")])
def test_a_correction_that_cannot_be_is_refused(one, people, look, running, field, value):
    number = capture(one, people, running)
    before = lines(look, people, running)
    old = getattr(before[0], field)
    with pytest.raises(Invalid) as refusal:
        correct(one, people.facilitator, number, field, value, old)

    assert list(refusal.value.errors) == [field]
    assert lines(look, people, running) == before


def test_a_line_that_is_in_the_plan_is_changed_there(one, people, look, running):
    number = capture(one, people, running)
    one(commands.finish, running, held_on=TODAY, head_count=8, newcomers_came=1, actor=people.facilitator)

    assert lines(look, people, running)[0].in_plan
    for run in (
        lambda: correct(one, people.facilitator, number, "text", "Other", "Ask Locality about the lease"),
        lambda: correct(one, people.facilitator, number, "kind", CaptureKind.IDEA, CaptureKind.ACTION),
        lambda: one(capture_commands.remove_line, number, actor=people.facilitator),
        lambda: one(capture_commands.add_support, number, "Money", actor=people.facilitator),
    ):
        with pytest.raises(Refused, match="in the action plan"):
            run()


def test_a_line_is_behind_its_sessions_gate(one, people, look, running):
    number = capture(one, people, running)
    need = lines(look, people, running)[0].needs[0]
    for run in (
        lambda: correct(one, people.other_facilitator, number, "text", "Mine", "Ask Locality about the lease"),
        lambda: correct(one, people.other_facilitator, number + 1000, "text", "Mine", ""),
        lambda: one(capture_commands.remove_line, number, actor=people.admin),
        lambda: one(capture_commands.change_support, need.id, "Money", "other", actor=people.other_facilitator),
        lambda: look(capture_queries.lines, running, actor=people.other_facilitator),
    ):
        with pytest.raises(NotFound):
            run()
    assert lines(look, people, running)[0].text == "Ask Locality about the lease"
