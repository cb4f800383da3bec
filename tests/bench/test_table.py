"""Rows, goals and what is chosen to be measured."""

import json

import pytest

from tests.bench import table
from tests.bench.__main__ import LONG, chosen_jobs, measured
from tests.bench.pages import addresses
from tests.bench.people import memory_row
from tests.bench.sampling import Bench, Options
from tests.bench.server import ROOT
from tests.bench.table import NONE_FAILS, Percentiles, Samples, growth, line, make_row, p95_below, times_blank, worst_below

EVEN = [10.0] * 100
SLOW_TAIL = [20.0] * 90 + [60.0] * 10


@pytest.mark.parametrize(
    ("samples", "expected"),
    [
        ([], None),
        ([7.0], Percentiles(7, 7)),
        ([3.0, 1.0, 2.0], Percentiles(2, 3)),
        (range(1, 101), Percentiles(50.5, 95)),
        (range(1, 21), Percentiles(10.5, 19)),
    ],
)
def test_percentiles(samples, expected):
    assert Percentiles.of(samples) == expected


@pytest.mark.parametrize(
    ("taken", "failures", "goal", "met"),
    [
        ([20.0] * 100, [], times_blank(2.5), True),
        ([26.0] * 100, [], times_blank(2.5), False),
        (SLOW_TAIL, [], times_blank(2.5), False),  # p95 alone
        ([1.0] * 99, ["Not found"], times_blank(2.5), False),  # fast, and one run failed
        ([], ["Not found"], times_blank(2.5), False),
        (SLOW_TAIL, [], p95_below(100), True),
        (SLOW_TAIL, [], p95_below(60), False),
        (SLOW_TAIL, [], worst_below(61), True),
        (SLOW_TAIL, [], worst_below(60), False),
        (SLOW_TAIL, ["locked"], worst_below(61), False),
        (SLOW_TAIL, [], NONE_FAILS, True),
        (SLOW_TAIL, ["locked"], NONE_FAILS, False),
        (SLOW_TAIL, [], None, None),
        (SLOW_TAIL, ["locked"], None, False),  # a failure is missed without a goal too
    ],
)
def test_a_goal_is_met_by_p50_and_p95_and_only_without_failures(taken, failures, goal, met):
    assert make_row("L", "/plans", Samples(taken, EVEN, failures), goal).met is met


def test_a_row_says_how_many_runs_failed_and_what_failed_most_often():
    row = make_row("L", "/plans", Samples([20.0] * 17, EVEN, ["Not found", "signed out", "signed out"], 12, 40.0), times_blank(2.5))

    assert line(row).split() == [
        *("L", "/plans", "10.0", "10.0", "20.0", "20.0", "20.0", "2.00", "2.00", "12", "40.0", "3", "of", "20"),
        *("≤", "2.5", "×", "blank", "MISSED", "failed:", "signed", "out"),
    ]


def test_a_row_without_any_time_can_be_printed():
    assert line(make_row("L", "/plans", Samples(failures=["Not found"]))).split() == [
        *("L", "/plans", "1", "of", "1", "MISSED", "failed:", "Not", "found")
    ]


@pytest.mark.parametrize(
    ("small", "large", "failures", "grown", "met"),
    [
        ([20.0] * 100, [22.0] * 100, [], Percentiles(1.1, 1.1), True),
        ([20.0] * 100, [30.0] * 100, [], Percentiles(1.5, 1.5), False),
        ([20.0] * 100, SLOW_TAIL, [], Percentiles(1, 3), False),
        ([20.0] * 100, [22.0] * 99, ["Not found"], Percentiles(1.1, 1.1), False),
    ],
)
def test_growth_compares_both_percentiles_of_two_sizes(small, large, failures, grown, met):
    rows = [make_row("S", "/plans", Samples(small, EVEN)), make_row("L", "/plans", Samples(large, EVEN, failures))]
    rows.append(make_row("L", "only here", Samples(large, EVEN)))

    (row,) = growth(rows, "S", "L", 1.2)

    assert (row.size, row.what, row.failed, row.met) == ("S→L", "/plans", len(failures), met)
    assert (row.ratio.p50, row.ratio.p95) == pytest.approx((grown.p50, grown.p95))


def test_one_size_has_not_grown():
    assert growth([make_row("S", "/plans", Samples(EVEN, EVEN))], "S", "S", 1.2) == []


@pytest.mark.parametrize(
    ("levels", "failures", "met"),
    [
        ([600.0] * 20 + [640.0] * 20, [], True),
        ([600.0] * 20 + [670.0] * 20, [], False),
        ([600.0] * 40, ["Not found"], False),
        ([], ["Not found"], False),
    ],
)
def test_memory_is_level_when_it_grows_by_less_than_a_tenth_and_every_page_was_shown(levels, failures, met):
    row = memory_row("L", 2000, levels, failures)

    assert (row.met, row.runs, row.failed) == (met, 2000, len(failures))


def test_the_file_holds_every_row(tmp_path):
    rows = [make_row("S", "/plans", Samples(EVEN, EVEN), times_blank(2.5)), make_row("L", "/plans", Samples(failures=["Not found"]))]

    table.write(tmp_path / "bench.json", rows, {"seconds": 7})

    written = json.loads((tmp_path / "bench.json").read_text())
    assert written["about"] == {"seconds": 7}
    assert [(row["size"], row["what"], row["runs"], row["failed"], row["ratio"], row["met"]) for row in written["rows"]] == [
        ("S", "/plans", 100, 0, {"p50": 1.0, "p95": 1.0}, True),
        ("L", "/plans", 1, 1, None, False),
    ]


def test_every_page_is_measured():
    measured = {address.partition("?")[0] for _, address in addresses()}

    assert measured == {file.stem for file in (ROOT / "pages").glob("*.py")}


def test_a_few_rows_can_be_chosen_by_words_in_their_names():
    chosen = chosen_jobs(["/plans?", "writers"], quick=False)

    assert list(chosen) == ["/plans?plans_view=Actions as manager", "20 writers, SQLite", "20 writers, PostgreSQL"]


def test_a_job_that_breaks_off_has_failed_and_the_next_is_measured(tmp_path, capsys):
    def broken(bench):
        yield make_row("L", "first", Samples(EVEN))
        raise KeyError("renamed")

    rows = measured(Bench(Options(tmp_path, ["L"])), {"broken": broken, "next": lambda bench: iter([make_row("L", "next", Samples(EVEN))])})

    assert [(row.what, row.failed, row.met) for row in rows] == [("first", 0, None), ("broken", 1, False), ("next", 0, None)]
    assert "failed: KeyError('renamed')" in capsys.readouterr().out


def test_a_quick_run_leaves_out_what_takes_long_unless_it_is_asked_for():
    left_out = set(chosen_jobs([], quick=False)) - set(chosen_jobs([], quick=True))

    assert left_out == {name for name in chosen_jobs([], quick=False) if any(word in name for word in LONG)}
    assert len(left_out) == 6
    assert list(chosen_jobs(["memory"], quick=True)) == ["memory"]
