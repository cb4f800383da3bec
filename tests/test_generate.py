"""Synthetic data for benchmarks: as much as it says, the same for the same seed, and such that the app can go on from there."""

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
from rr.plans.models import Action, ActionUpdate
from rr.progress import queries as progress
from rr.progress.figures import Figure, Filters
from rr.sessions.models import SupportSession
from rr.story import search
from rr.synthetic import generate
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
        board = progress.board(session, Filters(), actor=SYSTEM, today=TODAY)
    empty = {figure for figure, number in board.counts.items() if not number}
    assert empty <= {Figure.UNMATCHED, Figure.UNFINISHED, Figure.WAITING_LONG}  # a few at most among three hundred


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
            requests = session.execute(select(col(SupportRequest.ref), col(SupportRequest.name), col(SupportRequest.received_at))).all()
            updates = session.execute(select(col(ActionUpdate.action_id), col(ActionUpdate.status), col(ActionUpdate.at))).all()
        engine.dispose()
        return requests, updates

    first = made("one.db", 1)
    assert made("again.db", 1) == first
    assert made("other.db", 2) != first
