"""The kit's forms and gestures, on small scripts of their own: what is drawn, what a refusal shows, and which clicks count."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from rr.access import Actor
from rr.db import Session
from rr.errors import Conflict, Invalid, Refused
from rr.ui.kit import act
from tests import news
from tests.conftest import People, sign_in
from tests.forms import beside

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@dataclass
class Book:
    """Stands for the database: a command that notes what it was told, or refuses it."""

    told: list[tuple[Any, ...]] = field(default_factory=list)
    refusal: Refused | None = None

    def drop(self, db: Session, record: int, *, actor: Actor, now: object) -> None:
        self.told.append((record, "dropped"))

    def put(self, db: Session, record: int, *words: Any, actor: Actor, now: object, **given: Any) -> int:
        if self.refusal is not None:
            raise self.refusal
        self.told.append((record, *words, *given.values()))
        return record * 100


@dataclass
class Seconds:
    """The clock that tells clicks apart, which a test sets."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def book() -> Book:
    return Book()


@pytest.fixture
def seconds(monkeypatch: pytest.MonkeyPatch) -> Seconds:
    made = Seconds()
    monkeypatch.setattr(act, "monotonic", made)
    return made


@pytest.fixture
def run(people: People, book: Book) -> Callable[..., AppTest]:
    def start(script: Callable[..., None], **given: Any) -> AppTest:
        put = book.put  # one function, as a module's is
        test = AppTest.from_function(script, default_timeout=30, kwargs={"put": put} | given)
        test.user = {"session": sign_in(people.support)}
        return test.run()

    return start


def notices(test: AppTest) -> list[str]:
    return [toast.value for toast in test.toast]


# --- Forms


def details(put, base=None) -> None:
    import streamlit as st

    from rr.sessions.drafts import SessionDraft
    from rr.ui.kit.act import act, show_news
    from rr.ui.kit.form import form_for

    form = form_for(SessionDraft, "kit", base or {}, id=7)

    def save() -> None:
        done = act(put, 7, form.values(), form.base, form=form, done="Saved.")
        st.session_state["said"] = done

    show_news()
    with form.fields():
        form.date("day", key="date")
        form.time("time")
        form.number("minutes")
        form.choice("format")
        form.text("place")
        form.submit("Save", save)


def test_a_field_is_drawn_with_what_its_draft_says(run: Any) -> None:
    test = run(details, base={"place": "The library", "minutes": 120})
    place = test.get_by_key("kit_place_7")

    assert (place.label, place.value, place.proto.max_chars) == ("Place", "The library", 200)
    assert test.get_by_key("kit_minutes_7").value == 120
    assert test.get_by_key("kit_date_7").label == "Date"
    assert test.get_by_key("kit_format_7").options == ["In person", "Online", "In person or online"]
    assert test.get_by_key("kit_format_7").placeholder == "Not settled"


def test_what_is_sent_goes_by_the_drafts_names_and_success_gives_the_commands_result(run: Any, book: Book) -> None:
    test = run(details, base={"place": "The library", "minutes": 120})
    test.get_by_key("kit_place_7").set_value("The old chapel")
    test.get_by_key("kit_save_7").click().run()

    mine = {"day": None, "time": None, "minutes": 120, "format": None, "place": "The old chapel"}
    assert book.told == [(7, mine, {"place": "The library", "minutes": 120})]
    assert test.session_state["said"] == act.Done(700)
    assert news.said(test) == "Saved."
    assert test.get_by_key("kit_place_7").value == "The library", "drawn afresh from what is stored"


def test_each_refusal_stands_below_its_field_and_what_was_typed_stays(run: Any, book: Book) -> None:
    book.refusal = Invalid({"time": "Enter *a* time.", "place": "Enter a place.", "people": "Enter how many."})
    test = run(details)
    test.get_by_key("kit_place_7").set_value("x")
    test.get_by_key("kit_save_7").click().run()

    assert beside(test, "kit_time_7") == "Enter *a* time."
    assert beside(test, "kit_place_7") == "Enter a place."
    assert [beside(test, key) for key in ("kit_date_7", "kit_minutes_7", "kit_format_7")] == ["", "", ""]
    assert test.error[0].value == "Nothing was saved. Please check: **Start time**; **Place**.\n\nEnter how many\\."
    assert test.get_by_key("kit_place_7").value == "x"
    assert test.session_state["said"] is None


def test_of_a_conflict_both_values_are_shown_and_the_next_save_is_deliberate(run: Any, book: Book) -> None:
    book.refusal = Conflict({"place": ("The library", "The old chapel"), "minutes": (None, 1200)})
    test = run(details, base={"place": "", "minutes": 120})
    test.get_by_key("kit_place_7").set_value("The old chapel")
    test.get_by_key("kit_save_7").click().run()

    assert beside(test, "kit_place_7") == "Somebody else saved “The library”. You entered “The old chapel”."
    assert beside(test, "kit_minutes_7") == "Somebody else saved “nothing”. You entered “1,200”."
    assert test.error[0].value.startswith("Nothing was saved. Please check: **Minutes booked**; **Place**.")

    book.refusal = None
    test.get_by_key("kit_save_7").click().run()
    assert [base for *_, base in book.told] == [{"place": "The library", "minutes": None}]
    assert not test.error


def test_a_bug_is_no_traceback_and_keeps_what_was_typed(run: Any, book: Book) -> None:
    book.refusal = ValueError("secret")  # type: ignore[assignment]
    test = run(details)
    test.get_by_key("kit_place_7").set_value("x")
    test.get_by_key("kit_save_7").click().run()

    assert "give us this reference" in test.error[0].value
    assert "secret" not in test.error[0].value
    assert test.get_by_key("kit_place_7").value == "x"


def answers(put) -> None:
    from rr.drafts import BaseDraft, field
    from rr.ui.kit.act import act
    from rr.ui.kit.form import form_for

    class AnswersDraft(BaseDraft):
        words: str = field("Words", 100, hint="A few.")
        topics: tuple[str, ...] = field("Topics", choices={"a": "Apples", "b": "Bread"})
        way: str = field("Way", 10, choices={"up": "Up", "down": "Down"}, default="up")
        size: str | None = field("Size", choices={"s": "Small", "l": "Large"})
        agreed: bool = field("They agree")
        who: str = field("Who", 100)

    form = form_for(AnswersDraft, "kit", {"topics": ("a",), "size": "s", "who": "Mo"})
    form.area("words", label="Their words")
    form.many("topics")
    form.radio("way")
    form.segments("size")
    form.tick("agreed")
    form.choice("who", ["Mo", "Nia"], accept_new_options=True)
    with form.fields():
        form.submit("Send", lambda: act(put, 1, **form.values(), form=form), key="send")


def test_every_kind_of_field_is_drawn_and_sent(run: Any, book: Book) -> None:
    test = run(answers)
    assert (test.get_by_key("kit_words").label, test.get_by_key("kit_words").proto.help) == ("Their words", "A few.")
    assert test.get_by_key("kit_topics").options == ["Apples", "Bread"]
    test.get_by_key("kit_send").click().run()
    assert book.told == [(1, "", ["a"], "up", "s", False, "Mo")]

    test.get_by_key("kit_words").set_value("Well")
    test.get_by_key("kit_topics").set_value(["b"])
    test.get_by_key("kit_way").set_value("down")
    test.get_by_key("kit_size").set_value("l")
    test.get_by_key("kit_agreed").check()
    book.refusal = Conflict({"topics": (("a", "c"), ("b",)), "size": (None, "l")})
    test.get_by_key("kit_send").click().run()
    assert beside(test, "kit_topics") == "Somebody else saved “Apples, c”. You entered “Bread”."
    assert beside(test, "kit_size") == "Somebody else saved “nothing”. You entered “Large”."

    book.refusal = None
    test.get_by_key("kit_send").click().run()
    assert book.told[1:] == [(1, "Well", ["b"], "down", "l", True, "Mo")]


# --- Panels


def note_panel(put) -> None:
    from rr.partnerships.drafts import NoteDraft
    from rr.ui.kit.act import act
    from rr.ui.kit.popover_form import panel

    with panel("Note", "kit_panel", {"words": "As stored"}, icon="edit", draft=NoteDraft, prefix="kit", id=3) as form:
        if form is not None:
            with form.fields():
                form.area("words")
                form.submit("Save", lambda: act(put, 3, **form.values(), form=form))


def opened(test: AppTest, *, is_open: bool = True) -> AppTest:
    test.session_state["kit_panel"] = is_open
    return test.run()


def test_a_panel_closes_when_its_form_was_saved_and_stays_with_what_was_typed_when_it_was_refused(run: Any, book: Book) -> None:
    book.refusal = Invalid({"words": "Write the note first."})
    test = opened(run(note_panel))
    test.get_by_key("kit_words_3").set_value("Another")
    test.get_by_key("kit_save_3").click().run()
    assert beside(test, "kit_words_3") == "Write the note first."
    assert test.get_by_key("kit_words_3").value == "Another"

    book.refusal = None
    test.get_by_key("kit_save_3").click().run()
    assert book.told == [(3, "Another")]
    assert test.session_state["kit_panel"] is False


def test_a_panel_that_was_closed_forgets_what_was_typed_and_refused(run: Any, book: Book) -> None:
    book.refusal = Invalid({"words": "Write the note first."})
    test = opened(run(note_panel))
    test.get_by_key("kit_words_3").set_value("Another")
    test.get_by_key("kit_save_3").click().run()
    opened(test, is_open=False)
    opened(test)

    assert test.get_by_key("kit_words_3").value == "As stored"
    assert beside(test, "kit_words_3") == ""
    assert not test.error


# --- Clicks


def taps(put) -> None:
    import streamlit as st

    from rr.ui.kit.act import act, spot

    for record in (1, 2):
        for word in ("well", "stuck"):
            st.button(f"{record} {word}", key=f"{record}_{word}", on_click=act, args=(put, record, word))
    st.button("Up", key="up", on_click=act, args=(put, 1, "up"), kwargs={"repeat": True})
    st.button("Drop", key="1_drop", on_click=act, args=(put.__self__.drop, 1))
    st.session_state["drawn"] = st.session_state.get("drawn", 0) + 1
    st.button("Edit", key="edit", on_click=act, args=(put, 3, "edit"), kwargs={"base": st.session_state["drawn"]})
    at = st.session_state.setdefault("at", 1)
    place = spot("queue", at)

    def accept() -> None:
        if act(put, at, "accept", spot=place):
            st.session_state["at"] = at + 1

    st.button("Accept", key="accept", on_click=accept)


@pytest.mark.parametrize(
    ("clicks", "counted"),
    [
        (["1_well", "2_well"], [(1, "well"), (2, "well")]),
        (["1_well", "1_stuck"], [(1, "well"), (1, "stuck")]),
        (["1_well", "1_stuck", "1_well"], [(1, "well"), (1, "stuck"), (1, "well")]),
        (["1_well", "1_drop", "1_well"], [(1, "well"), (1, "dropped"), (1, "well")]),
        (["1_well", "1_well"], [(1, "well")]),
        (["1_well", "2_stuck", "1_well", "2_stuck"], [(1, "well"), (2, "stuck")]),
        (["up", "up", "up"], [(1, "up"), (1, "up"), (1, "up")]),
        (["edit", "edit"], [(3, "edit", 1)]),
        (["accept", "accept", "accept"], [(1, "accept")]),
        (["accept", "2_well"], [(1, "accept"), (2, "well")]),
    ],
)
def test_only_the_second_half_of_a_double_click_is_held_back(
    run: Any, book: Book, seconds: Seconds, clicks: list[str], counted: list[Any]
) -> None:
    test = run(taps)
    seen = []
    for key in clicks:
        test.get_by_key(key).click().run()
        seen += notices(test)
        seconds.now += 0.1

    assert book.told == counted
    assert len(seen) == len(clicks) - len(counted), "each click that isn't counted says so"


def test_a_click_that_was_held_back_says_why(run: Any, book: Book, seconds: Seconds) -> None:
    test = run(taps)
    test.get_by_key("1_well").click().run()
    test.get_by_key("1_well").click().run()
    assert notices(test) == ["Saved once. The second click was not counted."]

    test.get_by_key("accept").click().run()
    assert notices(test) == []
    test.get_by_key("accept").click().run()
    assert notices(test) == ["Not counted: the next one had just come up. Look at it, then click again."]


def test_the_same_click_counts_again_after_a_moment_and_not_while_the_clicking_goes_on(run: Any, book: Book, seconds: Seconds) -> None:
    test = run(taps)
    for wait in (0, 0.4, 0.4, 0.4, 0.6):
        seconds.now += wait
        test.get_by_key("1_well").click().run()
    assert book.told == [(1, "well"), (1, "well")]

    for wait in (0.6, 0.4, 0.9, 0.9, 1.1):
        seconds.now += wait
        test.get_by_key("accept").click().run()
    assert book.told[2:] == [(1, "accept"), (2, "accept")]


def interrupted(put) -> None:
    import streamlit as st
    from streamlit.runtime.scriptrunner import get_script_run_ctx
    from streamlit.runtime.scriptrunner_utils.script_requests import RerunData

    from rr.ui.kit.act import act

    def tap() -> None:
        here = get_script_run_ctx()
        here.script_requests.request_rerun(RerunData(page_script_hash=here.page_script_hash))
        st.session_state["before"] = True
        done = act(put, 1, "well", done="Saved.")
        st.session_state["after"] = done.result

    st.button("Tap", key="tap", on_click=tap)


def test_another_click_does_not_stop_a_callback_half_way(run: Any, book: Book) -> None:
    test = run(interrupted)
    test.get_by_key("tap").click().run()

    assert book.told == [(1, "well")]
    assert test.session_state["before"] is True
    assert test.session_state["after"] == 100


def note(put) -> None:
    from rr.partnerships.drafts import NoteDraft
    from rr.ui.kit.act import act
    from rr.ui.kit.form import form_for

    form = form_for(NoteDraft, "kit")
    with form.fields():
        form.text("words")
        form.submit("Save", lambda: act(put, 5, *form.values().values(), form=form))


def sent(test: AppTest, words: str) -> AppTest:
    test.get_by_key("kit_words").set_value(words)
    return test.get_by_key("kit_save").click().run()


def test_the_same_words_count_once_within_a_moment_and_other_words_always(run: Any, book: Book, seconds: Seconds) -> None:
    test = run(note)
    for wait, words in ((0, "Ring after four"), (0.2, "Ring after four"), (0.2, "Ring before four"), (1.6, "Ring before four")):
        seconds.now += wait
        sent(test, words)

    assert book.told == [(5, "Ring after four"), (5, "Ring before four"), (5, "Ring before four")]


def test_the_second_half_of_a_double_click_on_a_form_that_was_emptied_is_no_mistake(run: Any, book: Book, seconds: Seconds) -> None:
    test = sent(run(note), "Ring after four")
    book.refusal = Invalid({"words": "Write the note first."})
    seconds.now += 0.3
    test.get_by_key("kit_save").click().run()
    assert notices(test) == ["Saved once. The second click was not counted."]
    assert not test.error

    seconds.now += 5  # however late it comes: nobody has typed anything since
    test.get_by_key("kit_save").click().run()
    assert not test.error

    seconds.now += 15
    test.get_by_key("kit_save").click().run()
    assert beside(test, "kit_words") == "Write the note first."
    assert book.told == [(5, "Ring after four")]
