"""The benchmark on the real server and a small database: what it touches is there, and what it saves is stored."""

from contextlib import closing

import pytest
from sqlalchemy import func, select

from rr import db, gesture
from rr.access import SYSTEM
from rr.models import METADATA
from rr.partnerships import commands as partnerships
from tests.bench import sampling
from tests.bench.__main__ import chosen_jobs
from tests.bench.databases import connected, copy_rows
from tests.bench.sampling import Bench, Options
from tests.conftest import _named, _run

TOUCHED = ["blank", "/requests as support", "filter", "save", "nothing cached", "document", "search"]


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch, closing(Bench(Options(tmp_path_factory.mktemp("bench"), ["S"], samples=1))) as bench:
        patch.setattr(sampling, "WARM_UP", 0)
        yield bench


def test_nothing_that_is_measured_fails_on_a_small_database(bench):
    rows = [row for job in chosen_jobs(TOUCHED, quick=False).values() for row in job(bench)]

    assert [(row.what, row.note) for row in rows if row.failed or row.times is None] == []
    assert len(rows) == 25


def test_postgresql_gets_the_same_rows_and_goes_on_from_there(bench, postgresql):
    def counts(url):
        with connected(url), db.reading() as session:
            return {table.name: session.execute(select(func.count()).select_from(table)).scalar_one() for table in METADATA.sorted_tables}

    address, outside = postgresql
    _run(outside, "CREATE DATABASE bench_copy TEMPLATE template_rr STRATEGY WAL_LOG")
    source, target = bench.template("S"), _named(address, "bench_copy")
    copy_rows(source, target)

    assert counts(target) == counts(f"sqlite:///{source}")
    with connected(target):
        before = counts(target)["note"]
        assert gesture.perform(partnerships.add_note, 1, "They moved.", actor=SYSTEM) == before + 1
