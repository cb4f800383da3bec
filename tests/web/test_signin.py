import asyncio
import re
import threading
from collections import Counter
from datetime import timedelta
from urllib.parse import quote

import httpx2
import pytest
from sqlalchemy import select
from sqlmodel import col
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from rr import clock, db, gesture
from rr.access import SYSTEM, Actor
from rr.accounts import commands
from rr.accounts.models import Role, SignIn
from rr.accounts.queries import whose
from rr.accounts.rules import SIGN_IN_LASTS, digest
from rr.errors import Refused
from rr.sessions.models import SessionFacilitator, SupportSession
from rr.web import turns
from rr.web.forms import KNOWN_COOKIE, local
from rr.web.guard import COOKIE, Guard
from rr.web.routes import ROUTES
from tests.conftest import NOW
from tests.web.conftest import PASSWORD, run_alone, signed_in, token_in, with_password


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
    form = client.get("/signin")
    answer = client.post("/signin", data={"csrf_token": token_in(form.text), "email": email, "password": PASSWORD})
    lines = [*form.headers.get_list("set-cookie"), *answer.headers.get_list("set-cookie")]
    assert [line.partition("=")[0] for line in lines] == ["__Host-rr_form", "__Host-rr_session", "__Host-rr_known"]
    assert all("secure" in line.lower() and "path=/;" in line.lower() and "domain" not in line.lower() for line in lines)


def test_with_https_only_the_cookie_for_this_very_host_signs_somebody_in_and_signing_out_drops_it(client, people, configured) -> None:
    token = signed_in(client, people.support)
    client.base_url = "https://localhost:8501"
    configured(base_url="https://localhost:8501", secret_key="x")
    assert client.get("/files/plan/1.docx", headers={"cookie": f"rr_session={token}"}).status_code == 303
    client.cookies.set("__Host-rr_session", token, domain="localhost.local", path="/")
    assert client.get("/signin").headers["location"] == "/"
    answer = client.post("/signout", data={"csrf_token": token_in(client.get("/signout").text)})
    assert "max-age=0" in next(line for line in answer.headers.get_list("set-cookie") if line.startswith("__Host-rr_session=")).lower()
    assert person_behind(token) is None


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


def test_spraying_from_one_address_is_slowed_and_a_known_browser_goes_on(client, people) -> None:
    signed_in(client, people.support)
    form = {"csrf_token": token_in(client.get("/signout").text), "password": "wrong wrong wrong"}
    answers = Counter(client.post("/signin", data=form | {"email": f"somebody{at}@example.org"}).status_code for at in range(55))
    assert answers == {400: 50, 429: 5}
    assert client.post("/signin", data=form | {"email": "support@example.org", "password": PASSWORD}).status_code == 303
    client.cookies.delete(KNOWN_COOKIE)
    assert client.post("/signin", data=form | {"email": "support@example.org", "password": PASSWORD}).status_code == 429


@pytest.mark.parametrize("name", ["", "x", "x.y", "ü.ü", f"{'x' * 43}.{'0' * 64}"])
def test_a_forged_name_of_a_browser_makes_it_no_known_one(client, people, name) -> None:
    email = with_password(people.support)
    for _ in range(5):
        send(client, email=email, password="wrong")
    client.cookies.set(KNOWN_COOKIE, quote(name))
    assert send(client, email=email, password=PASSWORD).status_code == 429


def test_a_browser_that_one_account_knows_is_a_stranger_to_another(client, people) -> None:
    signed_in(client, people.support)
    email = with_password(people.manager)
    form = {"csrf_token": token_in(client.get("/signout").text), "email": email}
    for _ in range(5):
        client.post("/signin", data=form | {"password": "wrong"})
    assert client.post("/signin", data=form | {"password": PASSWORD}).status_code == 429


def test_while_many_try_at_once_a_signed_in_page_is_answered_and_too_many_are_told_to_wait(people, monkeypatch) -> None:
    """Two passwords are looked at, and stay so: everybody else waits in a queue, is sent away from it, and is in nobody's way."""
    begun, go_on = threading.Semaphore(0), threading.Event()

    def slow(*_given: object) -> None:
        begun.release()
        assert go_on.wait(30)

    async def attack() -> tuple[Counter[int], list[int], set[str | None]]:
        app = Starlette(routes=[*ROUTES, Route("/page", lambda _request: PlainTextResponse("here"))], middleware=[Middleware(Guard)])
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://localhost:8501", timeout=60) as attacker:
            form = {"csrf_token": token_in((await attacker.get("/signin")).text), "email": "support@example.org", "password": "wrong"}
            tries = [asyncio.create_task(attacker.post("/signin", data=form)) for _ in range(30)]
            assert await asyncio.to_thread(begun.acquire, True, 30)
            assert await asyncio.to_thread(begun.acquire, True, 30)
            inside = [(await attacker.get("/page", headers={"cookie": f"{COOKIE}={token}"})).status_code for _ in range(10)]
            waiting = turns.passwords._turns.statistics().tasks_waiting
            go_on.set()
            answers = [await one for one in tries]
            return Counter(one.status_code for one in answers), [*inside, waiting], {one.headers.get("retry-after") for one in answers}

    token = mark_in_cookie(people.manager)
    monkeypatch.setattr(turns, "AT_ONCE", 2)
    monkeypatch.setattr(turns, "passwords", turns.Passwords())
    monkeypatch.setattr("rr.web.signin.verify", slow)
    answers, inside, retry = run_alone(asyncio.run, attack())
    assert inside == [200] * 10 + [20]
    assert answers == {400: 5, 429: 17, 503: 8}  # five tries are looked at; the account's limit and the queue's keep the rest off
    assert retry == {None, "5"}


def mark_in_cookie(actor: Actor) -> str:
    assert actor.account_id is not None
    token = "a token that the guard knows"
    with db.transaction() as session:
        session.add(SignIn(mark=digest(token), account_id=actor.account_id, began_at=NOW, ends_at=NOW + SIGN_IN_LASTS))
    return token


@pytest.mark.parametrize("refusal", [turns.Busy(), Refused("Too many tries", "Wait.")])
def test_a_refused_try_is_answered_after_a_pause_that_keeps_no_thread(client, monkeypatch, refusal) -> None:
    async def refuse(_self: object, _check: object) -> None:
        raise refusal

    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    pauses: list[float] = []
    monkeypatch.setattr(turns, "PAUSE", 7.0)
    monkeypatch.setattr(turns.Passwords, "run", refuse)
    monkeypatch.setattr("rr.web.signin.sleep", pause)
    send(client, email="support@example.org", password=PASSWORD)
    assert pauses == [7.0]


def test_whoever_waits_too_long_for_a_turn_is_told_when_to_come_back(people, client, monkeypatch) -> None:
    class Taken(turns.Passwords):
        async def run(self, check):
            raise turns.Busy

    monkeypatch.setattr(turns, "passwords", Taken())
    answer = send(client, email="support@example.org", password=PASSWORD)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert 'value="support@example.org"' in answer.text
    assert answer.text.count("Many people are signing in at this moment. Wait a few seconds, then try again.") == 1
    link = gesture.perform(commands.make_link, people.support.account_id, actor=SYSTEM)
    token = token_in(client.get(f"/password/{link}").text)
    busy = client.post(f"/password/{link}", data={"csrf_token": token, "password": PASSWORD, "again": PASSWORD})
    assert (busy.status_code, busy.headers["retry-after"]) == (503, "5")


def test_a_turn_that_does_not_come_is_refused_after_a_while(monkeypatch) -> None:
    monkeypatch.setattr(turns, "LONGEST_WAIT", 0.01)
    monkeypatch.setattr(turns, "AT_ONCE", 2)

    async def wait() -> None:
        door, held = turns.Passwords(), threading.Event()
        first = [asyncio.create_task(door.run(held.wait)) for _ in range(turns.AT_ONCE)]
        await asyncio.sleep(0)
        with pytest.raises(turns.Busy):
            await door.run(lambda: None)
        held.set()
        assert await asyncio.gather(*first) == [True, True]
        assert await door.run(lambda: "again") == "again"

    run_alone(asyncio.run, wait())


def change(client, **form: str):
    return client.post("/signin/password", data={"csrf_token": token_in(client.get("/signin/password").text), **form})


def test_somebody_changes_their_own_password_with_the_present_one_and_stays_signed_in(client, people) -> None:
    token = signed_in(client, people.support)
    new = "another three words"
    answer = change(client, present=PASSWORD, password=new, again=new)
    assert (answer.status_code, answer.headers["location"]) == (303, "/account?account_done=password")
    assert person_behind(token) == people.support
    client.cookies.delete(COOKIE)
    assert send(client, email="support@example.org", password=PASSWORD).status_code == 400
    assert send(client, email="support@example.org", password=new).status_code == 303


@pytest.mark.parametrize(
    ("form", "errors"),
    [
        ({}, {"Enter your present password.", "Use at least 12 characters. Three random words work well."}),
        ({"present": PASSWORD, "password": "password1234"}, {"That password is easy to guess. Three random words work well."}),
        ({"present": PASSWORD, "password": "plum plum canals", "again": "x"}, {"Type the same password twice. These two are different."}),
        (
            {"present": "wrong", "password": "plum plum canals", "again": "plum plum canals"},
            {"That isn’t your present password. Type it as you do to sign in."},
        ),
    ],
)
def test_a_password_that_is_not_changed_says_why_beside_its_field(client, people, form, errors) -> None:
    token = signed_in(client, people.support)
    answer = change(client, **form)
    assert answer.status_code == 400
    assert set(re.findall(r'<p class="error"[^>]*><span[^>]*>Error:</span> ([^<]+)</p>', answer.text)) == errors
    assert person_behind(token) == people.support
    assert not any(word and word in answer.text for word in form.values() if len(word) > 5)


def test_the_present_password_is_guessed_five_times_at_most(client, people) -> None:
    signed_in(client, people.support)
    new = {"password": "plum plum canals", "again": "plum plum canals"}
    assert [change(client, present="wrong", **new).status_code for _ in range(6)] == [400] * 5 + [429]
    assert change(client, present=PASSWORD, **new).status_code == 429


def test_ones_own_password_is_for_whoever_is_signed_in_and_from_our_own_page(client, people) -> None:
    assert client.get("/signin/password").headers["location"] == "/signin?next=%2Fsignin%2Fpassword"
    signed_in(client, people.support)
    assert client.post("/signin/password", data={"present": PASSWORD}).status_code == 403


def ask(client, **form: str):
    answer = client.post("/signin/stay", data=form)
    return answer.json() if answer.status_code == 200 else answer.status_code


def test_an_open_page_asks_how_long_is_left_and_only_a_click_puts_the_end_off(client, people, clock) -> None:
    signed_in(client, people.support)
    clock.shift(timedelta(minutes=20))
    assert ask(client) == {"left": 600, "can_stay": True}
    assert ask(client, active="1") == {"left": 1800, "can_stay": True}
    for _ in range(24):
        clock.shift(timedelta(minutes=29))
        assert ask(client, active="1") != 401
    assert ask(client) == {"left": 12 * 3600 - 20 * 60 - 24 * 29 * 60, "can_stay": False}
    clock.shift(timedelta(minutes=4))
    assert ask(client, active="1") == 401


@pytest.mark.parametrize("said", ["", "x", "0", "99", "9" * 20, "-1", "\0"])
def test_no_page_of_another_session_keeps_a_sign_in(client, people, clock, said) -> None:
    signed_in(client, people.support)
    clock.shift(timedelta(minutes=20))
    assert ask(client, session=said) == {"left": 600, "can_stay": True}


@pytest.mark.parametrize(
    ("who", "day", "left"),
    [("facilitator", 0, 1800), ("facilitator", 1, 600), ("other_facilitator", 0, 600), ("admin", 0, 600), ("support", 0, 1800)],
)
def test_the_page_of_a_session_that_runs_today_keeps_the_sign_in_of_whoever_may_write_there(client, people, clock, who, day, left) -> None:
    starts = NOW + timedelta(days=day)
    with db.transaction(now=NOW) as session:
        one = SupportSession(partnership_id=1, minutes=120, made_at=NOW, starts_at=starts)
        session.add(one)
        session.flush()
        session.add(SessionFacilitator(session_id=one.id, account_id=people.facilitator.account_id))
        number = one.id
    signed_in(client, getattr(people, who))
    clock.shift(timedelta(minutes=20))
    assert ask(client, session=str(number))["left"] == left


def test_another_site_asks_nothing(client, people) -> None:
    signed_in(client, people.support)
    assert client.post("/signin/stay", headers={"origin": "https://example.com"}).status_code == 403


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
