"""Synthetic data for benchmarks: as much as it says, the same for the same seed, and such that the app can go on from there."""

import random
import re
import shutil

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from rr import db, gesture
from rr.access import SYSTEM
from rr.audit import AuditEntry
from rr.errors import Refused
from rr.intake.models import Decision, SupportRequest
from rr.partnerships import commands as partnerships
from rr.partnerships.models import Contact, Note, Partnership
from rr.plans import roll_up
from rr.plans.models import Action, ActionPlan, ActionUpdate
from rr.progress import queries as progress
from rr.progress.figures import ProgressFilters
from rr.sessions.models import SupportSession
from rr.story import search
from rr.synthetic import generate, names, texts
from rr.synthetic.generate import Size
from tests.conftest import NOW, TODAY


def count(table):
    with db.reading() as session:
        return session.execute(select(func.count()).select_from(table)).scalar_one()


def highest(column):
    with db.reading() as session:
        return session.execute(select(func.max(column))).scalar_one()


def test_size_s_is_as_large_as_the_real_programme(database, clock):
    generate.generate(Size.S, seed=1)

    assert [count(table) for table in (Partnership, SupportRequest, Action)] == [150, 300, 1500]
    assert count(AuditEntry) >= 10_000


def test_nothing_in_it_has_happened_after_today(database, clock):
    generate.generate(Size.S, seed=1)

    assert highest(col(SupportRequest.received_on)) < TODAY
    assert highest(col(SupportSession.held_on)) < TODAY
    assert highest(col(Decision.at)).date() <= TODAY
    assert highest(col(ActionUpdate.at)) < NOW


def test_the_dashboard_has_something_to_show_for_every_figure(database, clock):
    generate.generate(Size.S, seed=1)

    with db.reading() as session:
        board = progress.board(session, ProgressFilters(), actor=SYSTEM, today=TODAY)
    empty = {figure for figure, number in board.now.counts.items() if not number}
    assert empty <= {"unmatched", "unfinished", "waiting_long"}  # a few at most among three hundred


def test_its_plans_repeat_what_their_updates_and_reviews_say(database, clock):
    generate.generate(Size.S, seed=1)

    with db.reading() as session:
        stored = (
            session.execute(select(col(ActionPlan.id), col(ActionPlan.last_update_on), col(ActionPlan.next_review_on))).mappings().all()
        )
        facts = {row["id"]: row for row in roll_up.from_facts(session)}
    assert {row["id"]: dict(row) for row in stored} == facts
    assert len({tuple(row.values())[1:] for row in facts.values()}) > 10


def test_people_can_work_on_after_it(database, clock):
    generate.generate(Size.S, seed=1)
    before = highest(col(Note.id))

    assert gesture.perform(partnerships.add_note, 1, "They moved to the library.", actor=SYSTEM) == before + 1


def test_its_people_are_found(database, clock):
    generate.generate(Size.S, seed=1)

    with db.reading() as session:
        name, partnership_id = session.execute(select(col(Contact.name), col(Contact.partnership_id)).limit(1)).one()
        assert partnership_id in [hit.partnership_id for hit in search.find(session, name, actor=SYSTEM)]


def test_a_database_with_something_in_it_is_left_alone(database, people):
    with pytest.raises(Refused, match="isn't empty"):
        generate.generate(Size.S, seed=1)

    assert count(SupportRequest) == 0


def test_the_same_seed_gives_the_same_data_and_another_seed_other_data(template_sqlite, tmp_path, clock, monkeypatch):
    def made(name, seed):
        shutil.copy(template_sqlite, tmp_path / name)
        engine = db.make_engine(f"sqlite:///{tmp_path / name}")
        monkeypatch.setattr(db, "engine", lambda: engine)
        generate.generate(Size.S, seed)
        with db.reading() as session:
            request = (col(SupportRequest.ref), col(SupportRequest.name), col(SupportRequest.words), col(SupportRequest.received_at))
            requests = session.execute(select(*request)).all()
            actions = session.execute(select(col(Action.title), col(Action.first_step), col(Action.lead))).all()
            updates = session.execute(select(col(ActionUpdate.action_id), col(ActionUpdate.status), col(ActionUpdate.at))).all()
        engine.dispose()
        return requests, actions, updates

    first = made("one.db", 1)
    assert made("again.db", 1) == first
    assert made("other.db", 2) != first


@pytest.mark.parametrize(
    "make",
    [
        texts.request_words,
        texts.note_words,
        lambda rng: texts.compose(rng, texts.ACTIONS),
        lambda rng: texts.compose(rng, texts.PLACES),
        names.person_name,
        names.area_name,
    ],
    ids=["requests", "notes", "actions", "places", "people", "areas"],
)
def test_texts_and_names_differ_by_the_thousand(make):
    rng = random.Random(1)

    assert len({make(rng) for _ in range(10_000)}) > 2_000


def test_composed_sentences_are_whole():
    lists = [value for name, value in vars(texts).items() if name.isupper() and name != "STREETS" and isinstance(value, tuple)]
    sentences = [sentence for one in [*lists, *texts.LINES.values(), *texts.UPDATES.values()] for sentence in one]

    composed = [texts.compose(random.Random(seed), [sentence]) for sentence in sentences for seed in range(20)]

    assert len(sentences) > 100
    assert [text for text in composed if re.search(r"[{}]|^\s|\s$|  |^[a-z]", text)] == []


def test_invented_areas_differ_from_each_other_and_from_those_of_the_list():
    taken = {names.area_name(random.Random(seed)) for seed in range(50)}

    made = names.area_names(random.Random(3), 5_000, other_than=taken)

    assert len(set(made)) == 5_000
    assert not set(made) & taken
