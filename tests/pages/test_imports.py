from pathlib import Path

import pytest

from rr.intake.imports import commands as importer
from rr.intake.imports import queries as batches
from tests import rows
from tests.builders import an_export, an_import, as_file

DEMO = Path(__file__).parents[2] / "data" / "demo"
THIRD = DEMO / "sign-up-for-support-2025-01-31.csv"


def texts(page):
    return "\n".join(element.value for kind in ("markdown", "caption", "header") for element in page.get(kind))


def with_file(page, name, data):
    return page.get_by_key("imports_file").set_value((name, data, "text/csv")).run()


@pytest.mark.parametrize("who", ["support", "manager"])
def test_a_file_is_seen_first_and_then_taken_in_with_one_click(app, people, look, who):
    page = with_file(app(getattr(people, who), "imports"), THIRD.name, THIRD.read_bytes())

    assert not page.exception
    assert [metric.value for metric in page.metric] == ["39", "0", "0", "1"]
    assert look(batches.batches, actor=people.support).rows == ()
    assert "2023-02-30" in page.dataframe[0].value["Reason or remark"][0]

    page.get_by_key("imports_take").click().run()
    assert not page.exception
    (batch,) = look(batches.batches, actor=people.support).rows
    assert (batch.taken, batch.refused) == (39, 1)
    assert page.query_params["id"] == str(batch.id)
    (refused,) = rows.drawn(page, "imports_rows")
    assert refused["heading"] == "Line 28, entry 4016"
    assert refused["detail"][0] == "Latch Ford"
    assert "2023-02-30" in refused["detail"][1]


def test_a_file_that_holds_nothing_new_has_nothing_to_press(app, one, people):
    one(importer.import_signups, an_import({}), actor=people.support)
    page = with_file(app(people.support, "imports"), "a.csv", an_export({}))

    assert "Nothing in this file is new" in texts(page)
    assert "imports_take" not in {button.key for button in page.button}


def test_a_file_of_another_kind_is_refused_with_the_way_forward(app, people, look):
    page = with_file(app(people.support, "imports"), "a.csv", b"a,b\n1,2\n")

    assert not page.exception
    assert "Gravity Forms" in page.error[0].value
    assert look(batches.batches, actor=people.support).rows == ()


OF_A_FORM_OF_THEIR_OWN = (
    b"When,Who are you?,Where do you live?,How do we reach you?,Ref\n03/04/2024 10:15,Ida Testmere,Fratton,ida@example.org,77\n"
)


def choose(page, **columns):
    for name, header in columns.items():
        page.get_by_key(f"imports_column_{name}").set_value(header)
    return page


def test_a_form_that_nobody_knows_is_read_once_its_columns_are_chosen_and_then_remembered(app, people, look):
    page = with_file(app(people.support, "imports"), "a.csv", OF_A_FORM_OF_THEIR_OWN)
    assert page.error[0].value.startswith("Missing: the number of the entry; the date of the entry; ")

    choose(
        page,
        entry_date="When",
        entry_id="Ref",
        name=["Who are you?"],
        area_text="Where do you live?",
        email="How do we reach you?",
    )
    page.get_by_key("imports_mapping_name").set_value("Council form")
    page.get_by_key("imports_columns_save").click().run()
    assert not page.exception
    assert [metric.value for metric in page.metric] == ["0", "0", "0", "1"]
    assert any("Say which comes first" in warning.value for warning in page.warning)

    page.get_by_key("imports_day_first").set_value(True).run()
    assert not page.exception
    assert [metric.value for metric in page.metric] == ["1", "0", "0", "0"]

    page.get_by_key("imports_take").click().run()
    assert not page.exception
    (batch,) = look(batches.batches, actor=people.support).rows
    assert batch.taken == 1

    again = with_file(app(people.manager, "imports"), "b.csv", OF_A_FORM_OF_THEIR_OWN)
    assert "Read by the columns remembered as “Council form”" in texts(again)
    assert [metric.value for metric in again.metric] == ["0", "0", "0", "1"]  # the day wasn't said when the columns were saved


def test_the_columns_that_were_found_are_shown_as_the_file_calls_them_and_can_be_corrected(app, people):
    page = with_file(app(people.support, "imports"), "a.csv", an_export({"Access needs": "Mondays"}))
    page.session_state["imports_columns"] = True
    page.run()

    name = page.get_by_key("imports_column_name")
    assert (name.options[:2], name.value) == (["Your name (First)", "Your name (Last)"], ["Your name (First)", "Your name (Last)"])
    assert page.get_by_key("imports_column_entry_date").value == "Entry Date"

    choose(page, avoid="Access needs", access_needs="")
    page.get_by_key("imports_columns_save").click().run()
    assert not page.exception
    assert [warning.value for warning in page.warning] == ["No column answers “Access needs”\\."]


def test_nothing_of_a_file_stays_in_the_tab_once_it_is_imported(app, people):
    page = with_file(app(people.support, "imports"), THIRD.name, THIRD.read_bytes())
    page.get_by_key("imports_take").click().run()

    kept = [repr(page.session_state[key]) for key in page.session_state._state.filtered_state]
    assert not [value for value in kept if "Nettle" in value or "una.nettle" in value]


def test_previous_imports_open_with_what_was_refused(app, one, people):
    number = one(
        importer.import_signups,
        as_file(an_export({"Email": "", "Phone": "", "Big Local area": "<b>Heath</b>"}), "first.csv"),
        actor=people.support,
    )
    page = app(people.support, "imports")
    assert "1 file imported. The last one, on 18 November 2026, had 0 new requests." in texts(page)
    assert rows.texts(page, "imports_list") == ["first.csv | 18 November 2026, Support | 1 refused"]
    rows.follow(page, "imports_list", f"/imports?id={number}")

    assert not page.exception
    (refused,) = rows.drawn(page, "imports_rows")
    assert refused["detail"][0] == "<b>Heath</b>"
    assert "neither an e-mail address nor a phone number" in refused["detail"][1]


def test_a_file_that_is_not_there(app, people):
    assert app(people.support, "imports", id=99).title[-1].value == "Not found"


@pytest.mark.parametrize("who", ["facilitator", "admin"])
def test_nobody_else_finds_the_page(app, people, who):
    page = app(getattr(people, who), "imports")
    assert [title.value for title in page.title] == ["Not found"]
    assert [element.type for element in page.main] == ["main", "title", "warning", "page_link"]
