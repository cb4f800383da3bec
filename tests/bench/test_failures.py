"""The benchmark tells the truth: what failed is counted as failed, and isn't timed."""

import sqlite3
from contextlib import ExitStack, closing
from types import SimpleNamespace

import pytest
from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.testing.v1 import AppTest

from rr import gesture
from rr.access import SYSTEM
from rr.story import search
from tests.bench import imports, people, problems, searches, writers
from tests.bench.client import Tab
from tests.bench.databases import connected, sqlite_copy
from tests.bench.fake import answering, box, button, component, end, news, text
from tests.bench.gestures import STATUSES, taps, words
from tests.bench.imports import clean_file, messy_file
from tests.bench.problems import Failed
from tests.bench.sampling import take
from tests.bench.searches import Typed
from tests.bench.server import Server
from tests.bench.table import Samples


def tab_at(address):
    return closing(Tab(address, "rr_session=x"))


# What a run shows


def exception():
    message = ForwardMsg()
    message.delta.new_element.exception.type = "KeyError"
    return message


def page_not_found():
    message = ForwardMsg()
    message.page_not_found.page_name = "nowhere"
    return message


def signed_out():
    message = ForwardMsg()
    message.auth_redirect.url = "/auth/logout"
    return message


@pytest.mark.parametrize(
    ("message", "problem"),
    [
        (
            box(format=Alert.ERROR, title="Something went wrong on our side", body="Load the page again."),
            "Something went wrong on our side",
        ),
        (box(format=Alert.ERROR, body="No."), "No."),
        (box(format=Alert.WARNING, icon=problems.NOT_FOUND, title="Not found"), "Not found"),
        (box(format=Alert.WARNING, icon=problems.REFUSED, title="This plan is closed"), "This plan is closed"),
        (exception(), "KeyError"),
        (page_not_found(), "page not found"),
        (signed_out(), "signed out"),
        (end(ForwardMsg.FINISHED_WITH_COMPILE_ERROR), "the script doesn't compile"),
    ],
)
def test_a_run_that_shows_an_error_has_failed(message, problem):
    with answering([[text("Requests"), message, end()]]) as (address, _), tab_at(address) as tab, pytest.raises(Failed) as failed:
        tab.open("requests")

    assert str(failed.value) == problem


@pytest.mark.parametrize(
    "message",
    [
        text("Something went wrong with the lease, they say"),
        box(format=Alert.SUCCESS, body="Saved."),
        box(format=Alert.INFO, icon=":material/info:", body="The agenda is empty."),
        box(format=Alert.WARNING, icon=":material/event_repeat:", body="Two sessions on this day."),
    ],
)
def test_a_run_that_shows_no_error_is_timed(message):
    with answering([[message, end()]]) as (address, _), tab_at(address) as tab:
        assert tab.open("requests") > 0


def test_the_blank_page_may_say_that_its_record_is_missing_but_not_fail_otherwise():
    missing = box(format=Alert.WARNING, icon=problems.NOT_FOUND, title="Not found")

    assert problems.on_page([missing], blank=True) == []
    assert problems.on_page([missing, box(format=Alert.ERROR, title="Something went wrong")], blank=True) == ["Something went wrong"]


def not_here():
    from rr.errors import NotFound
    from rr.ui.kit.page import not_here

    not_here(NotFound("Not found, or you don't have access to it."))


def refused_page():
    from rr.errors import Refused
    from rr.ui.kit.faults import tell

    tell(Refused("This can't be shown", "Go back."))


def broken_page():
    from rr.ui.kit.faults import tell

    tell(KeyError("a bug"))


def refused_gesture():
    from rr.ui.kit.act import show_news
    from rr.ui.kit.news import News, tell

    tell(News("Somebody else settled this meanwhile", refused=True))
    show_news()


@pytest.mark.parametrize("draws", [not_here, refused_page, broken_page, refused_gesture])
def test_the_boxes_that_our_pages_really_draw_are_known(draws):
    shown = AppTest.from_function(draws).run()

    drawn = [box(format=one.proto.format, icon=one.proto.icon, title=one.proto.title) for one in (*shown.error, *shown.warning)]
    drawn += [news(one.proto) for one in shown.main if one.type == "bidi_component"]
    assert len(problems.on_page(drawn)) == 1


# How a tab speaks


def test_a_run_that_is_begun_again_counts_until_its_end():
    early = [text("one"), end(ForwardMsg.FINISHED_EARLY_FOR_RERUN), text("two"), end()]

    with answering([early]) as (address, _), tab_at(address) as tab:
        tab.open("requests")

        assert tab.size()[0] == 4


def test_a_click_runs_the_fragment_of_its_button():
    runs = [[button("save", "f1"), end()], [end(ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)]]

    with answering(runs) as (address, asked), tab_at(address) as tab:
        tab.open("review?id=7")
        tab.rerun(save=True)

    assert asked[0].rerun_script.query_string == "id=7"
    assert asked[1].rerun_script.fragment_id == "f1"
    assert [(state.id, state.trigger_value) for state in asked[1].rerun_script.widget_states.widgets] == [("$$ID-0123abcd-save", True)]


def test_a_press_in_a_component_is_sent_as_its_trigger():
    with answering([[component("list"), end()], [end()]]) as (address, asked), tab_at(address) as tab:
        tab.open("needs")
        tab.press("list", "act", {"id": 7})

    (state,) = asked[1].rerun_script.widget_states.widgets
    assert state.id == "$$STREAMLIT_INTERNAL_KEY_$$ID-0123abcd-list__events"
    assert state.json_trigger_value == '[{"event": "act", "value": {"id": 7}}]'


def test_what_is_not_drawn_cannot_be_touched():
    with answering([[end()]]) as (address, _), tab_at(address) as tab:
        tab.open("needs")

        with pytest.raises(Failed, match="needs_none_7"):
            tab.rerun(needs_none_7=True)


# Samples


@pytest.fixture
def server(tmp_path):
    log = tmp_path / "server.log"
    log.write_text("  You can now view your Streamlit app in your browser.\n")
    return Server(0, "", tmp_path / "rr.db", log)


def raising(fault):
    def step():
        raise fault

    return step


def test_a_failure_is_counted_and_not_timed(server):
    samples = Samples()

    went_on = [take(samples, server, step) for step in (lambda: 5.0, raising(Failed("Not found")), lambda: 6.0)]

    assert (samples.taken, samples.failures, went_on) == ([5.0, 6.0], ["Not found"], [True, True, True])


@pytest.mark.parametrize(
    "line",
    [
        "error 0123abcd in a page\n  pages/plan.py:7 in <module>: page.nothing\nbuiltins.AttributeError\n",
        "Traceback (most recent call last):\n  File …\nKeyError: 1\n",
        "2026-11-18 09:00:00.000 Uncaught app execution\n",
        "ERROR:    Exception in ASGI application\n",
    ],
)
def test_a_run_that_leaves_a_fault_in_the_log_has_failed_however_fast_it_was(server, line):
    samples = Samples()

    def step():
        with server.log.open("a") as log:
            log.write(line)
        return 1.0

    take(samples, server, step)
    take(samples, server, lambda: 7.0)  # what was logged before isn't counted again

    assert (samples.taken, samples.failures) == ([7.0], [line.splitlines()[0]])


def test_a_broken_connection_ends_a_row_with_a_failure(server):
    samples = Samples()

    with answering([[end()]]) as (address, _), tab_at(address) as tab:
        went_on = [take(samples, server, step) for step in (lambda: tab.open("plans"), tab.rerun)]

    assert (len(samples.taken), len(samples.failures), went_on) == (1, 1, [True, False])


def test_people_at_once_are_counted_with_their_failures():
    broken = [box(format=Alert.ERROR, title="Something went wrong"), end()]
    runs = [[text("one"), end()], broken, [text("two"), end()]]
    samples = Samples()

    with answering(runs) as (address, _), ExitStack() as stack:
        tabs = [stack.enter_context(tab_at(address)) for _ in range(4)]
        people.use_together(tabs, samples, seconds=20, thinking=0)

    assert len(samples.taken) == 8
    assert samples.failures.count("Something went wrong") == 4
    assert len(samples.failures) == 8  # and each server hung up after three runs


# Gestures


@pytest.fixture
def database(tmp_path):
    path = tmp_path / "rr.db"
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("CREATE TABLE action_update (id INTEGER PRIMARY KEY, action_id INTEGER, status TEXT, words TEXT)")
        raw.executemany("INSERT INTO action_update (action_id, status, words) VALUES (?, ?, ?)", [(1, "stuck", ""), (2, "done", "")])
        raw.commit()
    return path


def tab_that(database, store):
    """A tab whose gestures do what `store` does with the database, the key and the value."""

    def rerun(**touched):
        with closing(sqlite3.connect(database)) as raw:
            store(raw, *next(iter(touched.items())))
            raw.commit()
        return 4.0

    return SimpleNamespace(rerun=rerun)


def store_tap(raw, key, _value):
    action_id, status = key.removeprefix("review_status_").split("_", 1)
    raw.execute("INSERT INTO action_update (action_id, status, words) VALUES (?, ?, '')", (int(action_id), status))


def store_other_status(raw, key, value):
    store_tap(raw, "review_status_1_dropped", value)
    store_tap(raw, "review_status_2_dropped", value)


def store_twice(raw, key, value):
    store_tap(raw, key, value)
    store_tap(raw, key, value)


def nothing(raw, key, value):
    pass


def test_a_stored_tap_is_timed_and_each_does_something_else(database):
    step = taps(tab_that(database, store_tap), (1, 2), database)

    assert [step() for _ in range(5)] == [4.0] * 5
    with closing(sqlite3.connect(database)) as raw:
        stored = raw.execute("SELECT action_id, status FROM action_update WHERE id > 2 ORDER BY id").fetchall()
    assert stored == [(1, STATUSES[0]), (2, STATUSES[0]), (1, STATUSES[1]), (2, STATUSES[1]), (1, STATUSES[0])]


@pytest.mark.parametrize("store", [nothing, store_other_status, store_twice])
def test_a_tap_that_is_not_stored_as_it_was_made_has_failed(database, store):
    step = taps(tab_that(database, store), (1, 2), database)

    with pytest.raises(Failed, match="the tap was not stored"):
        step()


def test_words_are_looked_up_too(database):
    def store(raw, key, value):
        if not value.endswith("1"):
            raw.execute("UPDATE action_update SET words = ? WHERE action_id = 1", (value,))

    step = words(tab_that(database, store), 1, database)

    assert step() == 4.0
    with pytest.raises(Failed, match="the words were not stored"):
        step()
    assert step() == 4.0


# In this process


@pytest.fixture
def copy(template_sqlite):
    with sqlite_copy(template_sqlite) as path:
        yield path


@pytest.mark.parametrize(("loses", "failed"), [((), 0), (("note 1",), 20)])
def test_a_note_that_was_not_stored_has_failed(copy, monkeypatch, loses, failed):
    perform = gesture.perform
    monkeypatch.setattr(writers, "EACH", 3)
    monkeypatch.setattr(gesture, "perform", lambda f, at, text, **given: None if text.endswith(loses) else perform(f, at, text, **given))

    row = writers.write_together(f"sqlite:///{copy}", "S", "SQLite")

    assert (row.failed, row.runs) == (failed, 60)


def test_a_writer_who_gets_an_error_has_failed(copy, monkeypatch):
    monkeypatch.setattr(writers, "EACH", 2)
    monkeypatch.setattr(gesture, "perform", lambda *args, **given: raising(RuntimeError("locked"))())

    row = writers.write_together(f"sqlite:///{copy}", "S", "SQLite")

    assert (row.failed, row.runs, row.times, row.met) == (40, 40, None, False)


@pytest.mark.parametrize(
    ("typed", "hits", "failures"),
    [
        (Typed("area", "Allenton"), [1], []),
        (Typed("area", "Allenton"), [], ["0 hits"] * 4),
        (Typed("nothing", "zzyzx", finds=False), [], []),
        (Typed("nothing", "zzyzx", finds=False), [1], ["1 hits"] * 4),
    ],
)
def test_a_search_that_finds_nothing_fast_has_failed(copy, monkeypatch, typed, hits, failures):
    monkeypatch.setattr(search, "find", lambda *args, **given: hits)

    with connected(f"sqlite:///{copy}"):
        assert searches.search_for(typed, SYSTEM, 3).failures == failures


def test_a_download_that_is_no_document_has_failed(monkeypatch):
    monkeypatch.setattr(searches, "fetch", lambda *args: (5.0, b"<h1>Sign in</h1>"))

    with pytest.raises(Failed, match="Word"):
        searches.download("", "", "")


@pytest.mark.parametrize("make", [clean_file, messy_file])
def test_every_row_of_a_file_is_accounted_for(copy, make):
    file = make(400)

    with connected(f"sqlite:///{copy}"):
        rows = list(imports.import_rows("S", "a file", file))

    assert [(row.failed, row.note) for row in rows] == [(0, ""), (0, f"{file.new} new")]
    assert file.rows == 400


def test_the_messy_file_is_messy():
    file = messy_file(400)

    assert 300 < file.new < 400
    assert file.data.decode("cp1252") != file.data.decode("utf-8", errors="replace")
    assert "ZoÃ«" in file.data.decode("cp1252")


def test_an_import_that_loses_a_row_has_failed(copy):
    file = clean_file(20)

    with connected(f"sqlite:///{copy}"):
        _, imported = imports.import_rows("S", "a file", imports.SignUps(file.data, file.rows, file.new + 1))

    assert (imported.failed, imported.runs, imported.times, imported.met) == (1, 1, None, False)
    assert "20 stored of 21 new ones" in imported.note
