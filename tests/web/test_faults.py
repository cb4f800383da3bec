from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from rr import faults


def test_a_fault_is_logged_with_its_path_and_without_anybodys_words(caplog) -> None:
    address = "@".join(("ada", "example.org"))
    try:
        try:
            int(address)
        except ValueError as cause:
            raise KeyError(address) from cause
    except KeyError as fault:
        reference = faults.record(fault, "a test")
    assert f"error {reference} in a test" in caplog.text
    assert "builtins.ValueError" in caplog.text
    assert "builtins.KeyError" in caplog.text
    assert "test_faults.py" in caplog.text
    assert address not in caplog.text


def test_a_page_that_fails_shows_a_reference_and_no_words_of_the_error(caplog) -> None:
    def script() -> None:
        from rr.ui.kit.faults import tell

        tell(ValueError("@".join(("ada", "example.org"))))

    [shown] = AppTest.from_function(script).run().error
    [reference] = [record.args[0] for record in caplog.records if record.name == "rr.faults"]
    assert (
        shown.value == f"What was saved before is safe. Load the page again. If this keeps happening, give us this reference: {reference}."
    )


def test_a_refusal_that_nobody_caught_is_shown_as_its_sentence_and_is_no_bug(caplog) -> None:
    def script() -> None:
        from rr.errors import Refused
        from rr.ui.kit.faults import tell

        tell(Refused("That is closed", "Open another."))

    [shown] = AppTest.from_function(script).run().warning
    assert shown.value == r"Open another\."
    assert [record for record in caplog.records if record.name == "rr.faults"] == []


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_page_of_a_damaged_database_is_a_sentence_that_names_the_way_back(client, database) -> None:
    client.cookies.set("rr_session", "somebody")
    database.dispose()
    Path(database.url.database).write_bytes(b"This is no database. " * 500)

    answer = client.get("/requests")

    assert answer.status_code == 503
    assert "The database is damaged" in answer.text
    assert "python -m rr restore FILE" in answer.text
