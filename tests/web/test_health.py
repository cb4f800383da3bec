import pytest
from sqlalchemy import text

from rr import db


def test_the_process_says_that_it_is_up_without_a_database(client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(db, "engine", lambda: db.make_engine("sqlite:////nowhere/rr.db"))
    assert (client.get("/healthz").status_code, client.get("/healthz").json()) == (200, {"status": "up"})


def test_it_is_ready_when_the_database_answers_and_is_migrated(client) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ready"})


def test_it_is_not_ready_with_an_older_database_and_says_what_to_do(client) -> None:
    with db.writer().begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["why"] == "The database is not at the newest version. Run: python -m rr migrate"


def test_it_is_not_ready_without_a_database_and_gives_nothing_away(client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(db, "engine", lambda: db.make_engine("sqlite:////nowhere/secret.db"))
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"status": "not ready", "why": "The database can't be opened."})
