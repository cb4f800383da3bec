import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware

from rr import gesture
from rr.access import Can, demand
from rr.accounts import commands
from rr.accounts.rules import digest
from rr.errors import NotFound, Refused
from rr.web.files import File, attachment, file_route
from rr.web.guard import COOKIE, Guard
from tests.web.conftest import browser, signed_in


def figures(session, actor, ids, params) -> File:
    demand(actor, Can.IMPORT)
    if ids["id"] != 7:
        raise NotFound("Not found.")
    return File(f"For {actor.name}.csv", "text/csv", params.get("print", "").encode())


@pytest.fixture
def shelf():
    return browser(Starlette(routes=[file_route("/files/figures/{id:int}.csv", figures)], middleware=[Middleware(Guard)]))


def test_a_file_is_sent_to_be_saved_and_kept_by_no_cache(shelf, client, people) -> None:
    shelf.cookies.set(COOKIE, signed_in(client, people.support))
    answer = shelf.get("/files/figures/7.csv?print=large")
    assert (answer.status_code, answer.text) == (200, "large")
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.headers["content-disposition"] == "attachment; filename=\"For Support.csv\"; filename*=UTF-8''For%20Support.csv"
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("number", ["8", "0", "99999999999999999999"])
def test_a_file_that_is_not_there_and_one_that_is_not_theirs_look_the_same(shelf, client, people, number) -> None:
    shelf.cookies.set(COOKIE, signed_in(client, people.support))
    missing = shelf.get(f"/files/figures/{number}.csv")
    shelf.cookies.set(COOKIE, signed_in(client, people.admin))
    not_theirs = shelf.get("/files/figures/7.csv")
    assert missing.status_code == not_theirs.status_code == 404
    assert missing.text == not_theirs.text
    assert "Page not found" in missing.text


def test_a_file_is_not_for_somebody_who_signed_out(shelf, client, people) -> None:
    token = signed_in(client, people.support)
    shelf.cookies.set(COOKIE, token)
    gesture.perform(commands.sign_out, digest(token), actor=people.support)
    assert shelf.get("/files/figures/7.csv").status_code == 303


def test_without_the_guard_a_file_is_for_nobody(client) -> None:
    bare = browser(Starlette(routes=[file_route("/files/figures/{id:int}.csv", figures)]))
    assert bare.get("/files/figures/7.csv").status_code == 401


def test_a_file_that_cannot_be_made_is_a_page_that_says_why(client, people) -> None:
    def refused(session, actor, ids, params) -> File:
        raise Refused("The template is missing the style “Quote”", "Correct it in Word.")

    shelf = browser(Starlette(routes=[file_route("/files/figures/{id:int}.csv", refused)], middleware=[Middleware(Guard)]))
    shelf.cookies.set(COOKIE, signed_in(client, people.support))

    answer = shelf.get("/files/figures/7.csv")

    assert answer.status_code == 500
    assert "The template is missing the style “Quote”" in answer.text
    assert "Correct it in Word." in answer.text


@pytest.mark.parametrize("address", ["/files/plan/1.docx", "/files/plan/1.docx?print=large", "/files/import/1.csv", "/files/plan/one.docx"])
def test_what_is_not_there_is_not_found(client, people, address) -> None:
    signed_in(client, people.support)
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("plan.docx", "attachment; filename=\"plan.docx\"; filename*=UTF-8''plan.docx"),
        ('a"b\r\nX: y/../c.csv', "attachment; filename=\"a b X y .. c.csv\"; filename*=UTF-8''a%20b%20X%20y%20..%20c.csv"),
        ("Café.docx", "attachment; filename=\"Cafe.docx\"; filename*=UTF-8''Caf%C3%A9.docx"),
        ("../../etc", "attachment; filename=\"etc\"; filename*=UTF-8''etc"),
        ("///", "attachment; filename=\"file\"; filename*=UTF-8''file"),
    ],
)
def test_a_file_name_holds_nothing_that_a_header_or_a_folder_would_read(name, header) -> None:
    assert attachment(name) == header
