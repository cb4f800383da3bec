import re

import pytest
from sqlalchemy import select
from sqlmodel import col

from rr import clock, db, gesture
from rr.access import SYSTEM
from rr.accounts import commands
from rr.accounts.models import Role, SignIn
from rr.accounts.queries import whose
from rr.accounts.rules import digest
from rr.web.forms import local
from rr.web.guard import COOKIE
from tests.web.conftest import PASSWORD, signed_in, token_in, with_password


def person_behind(token: str | None):
    with db.reading() as session:
        return whose(session, digest(token or ""), clock.now())


def send(client, address: str = "/signin", **form: str):
    return client.post(address, data={"csrf_token": token_in(client.get("/signin").text), **form})


def without_token(html: str) -> str:
    return html.replace(token_in(html), "")


def test_signing_in_goes_on_to_where_somebody_wanted_to_go(client, people) -> None:
    answer = send(client, email=with_password(people.support), password=PASSWORD, next="/requests?id=7")
    assert (answer.status_code, answer.headers["location"]) == (303, "/requests?id=7")
    assert person_behind(client.cookies[COOKIE]) == people.support
    [cookie] = [line for line in answer.headers.get_list("set-cookie") if line.startswith(COOKIE)]
    assert {part.strip().lower() for part in cookie.split(";")[1:]} == {"httponly", "path=/", "samesite=lax", "max-age=43200"}


def test_the_cookie_is_secure_where_the_address_is(client, people, configured) -> None:
    email = with_password(people.support)
    client.base_url = "https://localhost:8501"
    configured(base_url="https://localhost:8501", secret_key="x")
    answer = send(client, email=email, password=PASSWORD)
    assert all("secure" in line.lower() for line in answer.headers.get_list("set-cookie"))


def test_the_address_may_be_typed_in_capitals_and_with_spaces(client, people) -> None:
    assert send(client, email=f" {with_password(people.support).upper()} ", password=PASSWORD).status_code == 303


def test_a_wrong_address_and_a_wrong_password_read_the_same_and_the_address_is_kept(client, people) -> None:
    known = with_password(people.support)
    wrong_password = send(client, email=known, password="not this one at all")
    wrong_address = send(client, email="nobody@example.org", password=PASSWORD)
    assert wrong_password.status_code == wrong_address.status_code == 400
    assert without_token(wrong_password.text).replace(known, "") == without_token(wrong_address.text).replace("nobody@example.org", "")
    assert 'value="nobody@example.org"' in wrong_address.text
    assert "<title>Error: Sign in" in wrong_address.text
    assert "There is a problem" in wrong_address.text
    assert PASSWORD not in wrong_address.text
    assert COOKIE not in client.cookies


@pytest.mark.parametrize(
    ("form", "sentence"), [({"password": "x"}, "Enter your e-mail address."), ({"email": "a@b.org"}, "Enter your password.")]
)
def test_an_empty_field_is_named_at_the_top_and_at_the_field(client, form, sentence) -> None:
    html = send(client, **form).text
    assert html.count(sentence) == 2


def test_too_many_tries_are_told_so_and_even_the_right_password_waits(client, people) -> None:
    email = with_password(people.support)
    for _ in range(5):
        assert send(client, email=email, password="wrong").status_code == 400
    answer = send(client, email=email, password=PASSWORD)
    assert answer.status_code == 429
    assert "Too many tries. Wait a quarter of an hour" in answer.text


@pytest.mark.parametrize("email", ["a\0b@example.org", "x" * 5000, "' OR 1=1 --", "<b>@example.org", "\ud7ff🙂"])
def test_strange_addresses_are_only_wrong(client, email) -> None:
    answer = send(client, email=email, password=PASSWORD)
    assert answer.status_code == 400
    assert "<b>@" not in answer.text


@pytest.mark.parametrize(
    ("address", "goes_to"),
    [
        ("", "/"),
        ("/", "/"),
        ("/plan?id=3&x=1#top", "/plan?id=3&x=1#top"),
        ("https://example.com/", "/"),
        ("//example.com/", "/"),
        ("/\\example.com", "/"),
        ("/\t/example.com", "/"),
        ("\n//example.com", "/"),
        ("javascript:alert(1)", "/"),
        ("plan", "/"),
        ("/signin?next=/plan", "/"),
        ("/signout", "/"),
        ("/auth/logout", "/"),
        ("/" + "x" * 3000, "/"),
    ],
)
def test_the_way_on_never_leads_to_another_site_or_back_to_the_door(address, goes_to) -> None:
    assert local(address) == goes_to


def test_a_forged_post_signs_nobody_in(client, people) -> None:
    form = {"email": with_password(people.support), "password": PASSWORD}
    assert client.post("/signin", data=form).status_code == 403
    token = token_in(client.get("/signin").text)
    assert client.post("/signin", data=form | {"csrf_token": token}, headers={"origin": "https://example.com"}).status_code == 403
    assert client.post("/signin", data=form | {"csrf_token": token[::-1]}).status_code == 403
    client.cookies.clear()
    assert client.post("/signin", data=form | {"csrf_token": token}).status_code == 403
    assert COOKIE not in client.cookies


def test_whoever_is_signed_in_goes_straight_on(client, people) -> None:
    signed_in(client, people.support)
    answer = client.get("/signin?next=/requests")
    assert (answer.status_code, answer.headers["location"]) == (303, "/requests")


def test_signing_in_ends_the_sign_in_that_the_browser_carried(client, people) -> None:
    token = token_in(client.get("/signin").text)
    before = signed_in(client, people.support)
    form = {"email": with_password(people.manager), "password": PASSWORD, "csrf_token": token}
    assert client.post("/signin", data=form).status_code == 303
    assert person_behind(before) is None
    assert person_behind(client.cookies[COOKIE]) == people.manager


def test_the_token_itself_is_stored_nowhere(client, people) -> None:
    token = signed_in(client, people.support)
    with db.reading() as session:
        assert session.execute(select(col(SignIn.mark))).scalars().all() == [digest(token)]


def test_signing_out_ends_the_sign_in_and_forgets_the_cookie(client, people) -> None:
    token = token_in(client.get("/signin").text)
    held = signed_in(client, people.support)
    answer = client.post("/signout", data={"csrf_token": token})
    assert (answer.status_code, answer.headers["location"]) == (303, "/signin?done=out")
    assert person_behind(held) is None
    assert COOKIE not in client.cookies
    assert "You are signed out." in client.get("/signin?done=out").text


def test_a_forged_post_signs_nobody_out(client, people) -> None:
    held = signed_in(client, people.support)
    assert client.post("/signout").status_code == 403
    assert person_behind(held) == people.support


def test_the_page_that_asks_before_signing_out_works_by_itself(client, people) -> None:
    held = signed_in(client, people.support)
    assert client.post("/signout", data={"csrf_token": token_in(client.get("/signout").text)}).status_code == 303
    assert person_behind(held) is None


@pytest.mark.parametrize(
    ("came_from", "wanted"),
    [
        ("http://localhost:8501/plan?id=3", "%2Fplan%3Fid%3D3"),
        ("https://example.com/plan", "%2F"),
        ("http://localhost:8501/signout", "%2F"),
        (None, "%2F"),
    ],
)
def test_streamlits_way_out_leads_to_the_sign_in_page_and_back(client, came_from, wanted) -> None:
    answer = client.get("/auth/logout", headers={"referer": came_from} if came_from else {})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/signin?next={wanted}")


def test_streamlits_way_out_signs_nobody_out(client, people) -> None:
    held = signed_in(client, people.support)
    client.get("/auth/logout")
    assert person_behind(held) == people.support


def test_there_is_no_demo_unless_it_was_asked_for(client, configured) -> None:
    configured(demo=False)
    assert client.post("/signin/demo", data={"role": "support"}).status_code == 404
    assert "demonstration" not in client.get("/signin").text


@pytest.mark.parametrize("role", list(Role))
def test_in_the_demo_one_button_is_enough(client, people, configured, role) -> None:
    configured(demo=True)
    page = client.get("/signin?next=/plans").text
    assert re.findall(r'name="role" value="(\w+)"[^>]*>([^<]+)<', page) == [(kind.value, kind.label) for kind in Role]
    assert "All people and requests in it are invented." in page
    answer = client.post("/signin/demo", data={"role": role.value, "next": "/plans"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/plans")
    assert person_behind(client.cookies[COOKIE]).role.value == role.value


def test_the_demo_refuses_other_roles_and_other_sites(client, people, configured) -> None:
    configured(demo=True)
    assert client.post("/signin/demo", data={"role": "system"}).status_code == 400
    assert client.post("/signin/demo", data={"role": "admin"}, headers={"origin": "https://example.com"}).status_code == 400
    assert client.post("/signin/demo").status_code == 400
    assert COOKIE not in client.cookies


def test_a_one_time_link_sets_a_password_once(client, people) -> None:
    address = f"/password/{gesture.perform(commands.make_link, people.manager.account_id, actor=SYSTEM)}"
    page = client.get(address).text
    assert "manager@example.org" in page
    client.get(address)  # a mail program that looks at links uses nothing up
    answer = client.post(address, data={"csrf_token": token_in(page), "password": PASSWORD, "again": PASSWORD})
    assert (answer.status_code, answer.headers["location"]) == (303, "/signin?done=password")
    assert "Your password is set." in client.get(answer.headers["location"]).text
    assert send(client, email="manager@example.org", password=PASSWORD).status_code == 303
    assert client.get(address).status_code == 404
    assert client.post(address, data={"csrf_token": token_in(page), "password": PASSWORD, "again": PASSWORD}).status_code == 404


@pytest.mark.parametrize(
    ("password", "again", "sentence"),
    [
        ("short", "short", "Use at least 12 characters."),
        (PASSWORD, PASSWORD + "s", "These two are different."),
        ("manager@example.org", "manager@example.org", "That password is easy to guess."),
    ],
)
def test_a_password_that_will_not_do_leaves_the_link_as_it_was(client, people, password, again, sentence) -> None:
    address = f"/password/{gesture.perform(commands.make_link, people.manager.account_id, actor=SYSTEM)}"
    token = token_in(client.get(address).text)
    answer = client.post(address, data={"csrf_token": token, "password": password, "again": again})
    assert answer.status_code == 400
    assert answer.text.count(sentence) == 2
    assert client.post(address, data={"csrf_token": token, "password": PASSWORD, "again": PASSWORD}).status_code == 303


def test_a_link_that_was_never_made_says_what_to_do(client) -> None:
    answer = client.get("/password/never-made")
    assert answer.status_code == 404
    assert "Ask an administrator for a new one." in answer.text


def test_a_very_long_form_is_refused_with_a_page(client) -> None:
    answer = client.post("/signin", data={"email": "x" * 1_000_001})
    assert answer.status_code == 413
    assert "make it shorter" in answer.text


def test_no_page_needs_a_script(client, people, configured) -> None:
    configured(demo=True)
    for address in ("/signin", "/signout", "/signup", "/password/x"):
        assert "<script" not in client.get(address).text
