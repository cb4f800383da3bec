from pathlib import Path

import pytest

from rr.intake.imports import commands as importer
from rr.intake.imports import queries as batches
from tests.builders import an_export

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
    assert look(batches.batches, actor=people.support) == ()
    assert "2023-02-30" in page.dataframe[0].value["Why, or what to know"][0]

    page.get_by_key("imports_take").click().run()
    assert not page.exception
    (batch,) = look(batches.batches, actor=people.support)
    assert (batch.taken, batch.refused) == (39, 1)
    assert page.query_params["id"] == str(batch.id)
    assert "Line 28, entry 4016" in texts(page)
    assert "Latch Ford" in texts(page)


def test_a_file_that_holds_nothing_new_has_nothing_to_press(app, one, people):
    one(importer.import_signups, "a.csv", an_export({}), actor=people.support)
    page = with_file(app(people.support, "imports"), "a.csv", an_export({}))

    assert "Nothing in this file is new" in texts(page)
    assert "imports_take" not in {button.key for button in page.button}


def test_a_file_of_another_kind_is_refused_with_the_way_forward(app, people, look):
    page = with_file(app(people.support, "imports"), "a.csv", b"a,b\n1,2\n")

    assert not page.exception
    assert "Gravity Forms" in page.error[0].value
    assert look(batches.batches, actor=people.support) == ()


def test_earlier_files_open_with_what_was_refused(app, one, people):
    number = one(
        importer.import_signups, "first.csv", an_export({"Email": "", "Phone": "", "Big Local area": "<b>Heath</b>"}), actor=people.support
    )
    page = app(people.support, "imports")
    assert "The last file came on 18 November 2026 and brought 0 requests" in texts(page)
    page.get_by_key(f"imports_open_{number}").click().run()

    assert not page.exception
    assert "neither an e\\-mail address nor a phone number" in texts(page)
    assert "\\<b\\>Heath" in texts(page)


def test_a_file_that_is_not_there(app, people):
    assert app(people.support, "imports", id=99).title[-1].value == "Not here"


@pytest.mark.parametrize("who", ["facilitator", "admin"])
def test_nobody_else_finds_the_page(app, people, who):
    with pytest.raises(ValueError, match="Could not find a navigation page"):
        app(getattr(people, who), "imports")
