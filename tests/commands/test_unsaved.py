"""What people have typed and not saved: kept for them alone, and removed when it is saved, discarded, too old, or its account disabled."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, time, timedelta

import pytest
from sqlalchemy import select

from rr import db
from rr.access import PUBLIC, SYSTEM, Actor, Purpose, Who
from rr.accounts import commands as accounts
from rr.errors import Invalid, NotFound
from rr.partnerships import commands as partnerships
from rr.unsaved import commands, queries
from rr.unsaved.models import Draft
from rr.unsaved.rules import MOST_CHARACTERS, MOST_DRAFTS
from tests.conftest import NOW
from tests.test_quiet import written_down

NOTE = "partnership_note_3"


@pytest.fixture
def mine(look):
    """What somebody gets back, by form and field."""

    def read(actor, now=NOW):
        return {(one.form, one.field): (one.typed, one.base, one.at) for one in look(queries.own, actor=actor, now=now)}

    return read


def test_what_is_typed_is_kept_with_the_value_that_the_form_was_drawn_from(one, people, clock, mine):
    one(commands.keep, NOTE, {"words": "Ring af", "on": "2027-03-14"}, {"on": date(2027, 1, 1)}, actor=people.support)
    clock.shift(timedelta(seconds=5))
    one(commands.keep, NOTE, {"words": "Ring after four"}, {"words": "Somebody else's"}, actor=people.support)

    assert mine(people.support) == {
        (NOTE, "words"): ("Ring after four", (), NOW + timedelta(seconds=5)),
        (NOTE, "on"): ("2027-03-14", ("2027-01-01",), NOW),
    }


@pytest.mark.parametrize(
    "typed", ["", "Zoë 🙂\nand\tmore  ", "a\x00b\ud800c", True, False, [], ["Future", "Bread & jam"], "x" * MOST_CHARACTERS]
)
def test_whatever_is_typed_comes_back_as_it_was(one, people, mine, typed):
    one(commands.keep, NOTE, {"words": typed}, {}, actor=people.support)

    assert mine(people.support) == {(NOTE, "words"): (typed, (), NOW)}


@pytest.mark.parametrize("value", [None, "", 0, 120, True, "in_person", date(2027, 3, 14), time(18, 30), ("a", "b"), [3, 5]])
def test_each_kind_of_value_is_kept_as_what_the_form_was_drawn_from(one, people, mine, value):
    one(commands.keep, NOTE, {"words": "x"}, {"words": value}, actor=people.support)

    ((_, (stored,), _),) = mine(people.support).values()
    assert stored == {date(2027, 3, 14): "2027-03-14", time(18, 30): "18:30:00", ("a", "b"): ["a", "b"]}.get(
        value if not isinstance(value, list) else (), value
    )


def test_a_field_that_is_as_it_was_at_first_is_no_longer_kept(one, people, mine):
    one(commands.keep, NOTE, {"words": "x", "on": ""}, {}, actor=people.support)
    one(commands.keep, NOTE, {"words": None, "gone": None}, {}, actor=people.support)

    assert mine(people.support) == {(NOTE, "on"): ("", (), NOW)}


def test_more_than_any_field_takes_is_not_kept_and_what_was_kept_stays(one, people, mine):
    one(commands.keep, NOTE, {"words": "x"}, {}, actor=people.support)
    one(commands.keep, NOTE, {"words": "x" * (MOST_CHARACTERS + 1), "on": ["x" * MOST_CHARACTERS]}, {}, actor=people.support)

    assert mine(people.support) == {(NOTE, "words"): ("x", (), NOW)}


def test_two_people_who_type_on_one_record_have_each_their_own(one, people, mine):
    one(commands.keep, NOTE, {"words": "Sam's"}, {}, actor=people.support)
    one(commands.keep, NOTE, {"words": "Max's"}, {}, actor=people.manager)
    one(commands.discard, NOTE, actor=people.manager)

    assert mine(people.support) == {(NOTE, "words"): ("Sam's", (), NOW)}
    assert mine(people.manager) == {}


def test_what_is_saved_is_no_longer_kept_and_what_is_refused_still_is(one, people, mine):
    for form in (NOTE, "partnership_note_4"):
        one(commands.keep, form, {"words": "Ring after four"}, {}, actor=people.support)
    with pytest.raises(Invalid):
        one(partnerships.add_note, 3, words="", actor=people.support, saves=NOTE)
    assert (NOTE, "words") in mine(people.support)

    one(partnerships.add_note, 3, words="Ring after four", actor=people.support, saves=NOTE, key="k")
    assert mine(people.support) == {("partnership_note_4", "words"): ("Ring after four", (), NOW)}


def test_a_form_that_arrives_twice_leaves_nothing_that_was_kept_between(one, people, mine):
    for _ in range(2):
        one(commands.keep, NOTE, {"words": "Ring after four"}, {}, actor=people.support)
        one(partnerships.add_note, 3, words="Ring after four", actor=people.support, saves=NOTE, key="k")

    assert mine(people.support) == {}


def test_it_is_written_quietly(one, people):
    before = written_down()
    one(commands.keep, NOTE, {"words": "x"}, {}, actor=people.support)
    one(commands.discard, NOTE, actor=people.support)
    one(commands.remove_old_drafts, actor=SYSTEM)

    assert written_down() == before


def test_after_fourteen_days_it_is_neither_given_back_nor_kept(one, people, clock, mine):
    one(commands.keep, NOTE, {"words": "old"}, {}, actor=people.support)
    clock.shift(timedelta(hours=1))
    one(commands.keep, NOTE, {"on": "newer"}, {}, actor=people.manager)
    later = NOW + timedelta(days=14)
    assert len(mine(people.support, later)) == 1
    assert mine(people.support, later + timedelta(seconds=1)) == {}

    clock.move_to(later + timedelta(minutes=30))
    with pytest.raises(NotFound):
        one(commands.remove_old_drafts, actor=people.support)
    assert one(commands.remove_old_drafts, actor=SYSTEM) == 1
    assert one(commands.remove_old_drafts, actor=SYSTEM) == 0
    assert [draft.account_id for draft in stored()] == [people.manager.account_id]


def stored():
    with db.reading() as session:
        return session.execute(select(Draft)).scalars().all()


def test_disabling_an_account_removes_what_its_person_typed_and_keeps_nothing_more(one, people, mine):
    for person in (people.support, people.manager):
        one(commands.keep, NOTE, {"words": person.name}, {}, actor=person)
    one(accounts.disable, people.support.account_id, actor=people.admin)
    with pytest.raises(NotFound, match="disabled"):
        one(commands.keep, NOTE, {"words": "Late"}, {}, actor=people.support)

    assert [draft.typed for draft in stored()] == ["Manager"]


def test_beyond_the_most_of_one_person_the_oldest_go(one, people, clock, mine):
    one(commands.keep, "other", {"words": "x"}, {}, actor=people.manager)
    one(commands.keep, "first", {"words": "x"}, {}, actor=people.support)
    clock.shift(timedelta(seconds=1))
    one(commands.keep, "form", {f"field {number}": "x" for number in range(MOST_DRAFTS)}, {}, actor=people.support)

    assert len(mine(people.support)) == MOST_DRAFTS
    assert ("first", "words") not in mine(people.support)
    assert len(mine(people.manager)) == 1


@pytest.mark.parametrize("actor", [PUBLIC, Actor(Who.LINK, purpose=Purpose.PARTNERSHIP, partnership_id=3)])
def test_whoever_has_no_account_keeps_nothing(one, look, people, actor):
    with pytest.raises(NotFound):
        one(commands.keep, NOTE, {"words": "x"}, {}, actor=actor)
    with pytest.raises(NotFound):
        one(commands.discard, NOTE, actor=actor)
    with pytest.raises(NotFound):
        look(queries.own, actor=actor, now=NOW)


def test_one_person_in_eight_tabs_types_into_one_field_at_once(one, people, mine):
    with ThreadPoolExecutor(8) as tabs:
        list(tabs.map(lambda n: one(commands.keep, NOTE, {"words": f"Tab {n}", f"field {n}": "x"}, {}, actor=people.support), range(8)))

    kept = mine(people.support)
    assert len(kept) == 9
    assert kept[NOTE, "words"][0] in {f"Tab {number}" for number in range(8)}
