from contextlib import ExitStack
from datetime import timedelta
from threading import Event
from typing import Any

import anyio
import pytest
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient, WebSocketTestSession
from starlette.websockets import WebSocket, WebSocketDisconnect

from rr import gesture
from rr.access import SYSTEM
from rr.accounts import commands
from rr.accounts.rules import digest
from rr.errors import Unavailable
from rr.web.guard import COOKIE, Guard
from rr.web.open_sockets import Close, OpenSockets
from tests.conftest import People
from tests.web.conftest import browser, run_alone, signed_in


async def says_who(scope: Any, receive: Any, send: Any) -> None:
    """An app that answers every address with the names it was given in our header."""
    names = ",".join(HTTPConnection(scope).headers.getlist("x-rr-session"))
    if scope["type"] == "websocket":
        socket = WebSocket(scope, receive, send)
        await socket.accept()
        await socket.send_text(names)
        await socket.close()
    else:
        await PlainTextResponse(names)(scope, receive, send)


async def echoes(scope: Any, receive: Any, send: Any) -> None:
    """An app that sends back what a websocket says, until it is closed."""
    if scope["type"] == "lifespan":
        for done in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{done}.complete"})
        return
    socket = WebSocket(scope, receive, send)
    await socket.accept()
    async for said in socket.iter_text():
        await socket.send_text(said)


def _told(app: Any, headers: list[tuple[bytes, bytes]]) -> int:
    """The status that an app answers a request for the sign-in page with, as no client would send it."""
    said: list[Any] = []

    async def nothing() -> Any:
        return {"type": "http.request"}

    async def send(event: Any) -> None:
        said.append(event)

    run_alone(anyio.run, app, {"type": "http", "method": "GET", "path": "/signin", "query_string": b"", "headers": headers}, nothing, send)
    return said[0]["status"]


@pytest.fixture
def inside() -> TestClient:
    """A browser at a guarded app that says whom it sees. Somebody without a cookie costs no look-up, so it needs no database."""
    return browser(Guard(says_who))


def let_in(inside: TestClient, client: TestClient, people: People) -> str:
    token = signed_in(client, people.support)
    inside.cookies.set(COOKIE, token)
    return token


@pytest.mark.parametrize(
    ("address", "wanted"),
    [
        ("/", "%2F"),
        ("/requests", "%2Frequests"),
        ("/request?id=7&filter=a%20b%26c", "%2Frequest%3Fid%3D7%26filter%3Da%2520b%2526c"),
        ("/files/plan/1.docx?print=large", "%2Ffiles%2Fplan%2F1.docx%3Fprint%3Dlarge"),
        ("/signin/", "%2F"),
        ("//example.com/x", "%2F"),
        ("/static/../requests", "%2Frequests"),
        ("/signinx", "%2Fsigninx"),
    ],
)
def test_a_page_sends_somebody_who_is_not_signed_in_to_the_sign_in_page_and_remembers_the_way(inside, address, wanted) -> None:
    answer = inside.get(f"http://localhost:8501{address}")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/signin?next={wanted}")


@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("GET", "/media/1234.png"),
        ("PUT", "/_stcore/upload_file/session/file"),
        ("GET", "/_stcore/bidi-components/rr.rows/rows.js"),
        ("GET", "/_stcore/host-config"),
        ("GET", "/_stcore/script-health-check"),
        ("GET", "/_stcore/agent/openapi.json"),
        ("POST", "/_stcore/agent/interact"),
        ("GET", "/request/_stcore/health"),
        ("GET", "/component/x/index.html"),
        ("POST", "/requests"),
        ("DELETE", "/"),
    ],
)
def test_what_programs_use_is_refused_to_somebody_who_is_not_signed_in(inside, method, address) -> None:
    answer = inside.request(method, address)
    assert (answer.status_code, answer.text) == (401, "Sign in first.")


@pytest.mark.parametrize(
    "address", ["/signin", "/signup", "/healthz", "/readyz", "/app/static/body.woff2", "/_stcore/health", "/password/abc"]
)
def test_open_addresses_are_reached_without_a_sign_in_and_a_forged_name_is_dropped(inside, address) -> None:
    answer = inside.get(address, headers={"X-RR-Session": digest("somebody's token")})
    assert (answer.status_code, answer.text) == (200, "")


def test_a_forged_name_is_no_sign_in_even_if_it_is_the_right_one(inside, client, people) -> None:
    mark = digest(signed_in(client, people.support))
    assert inside.get("/requests", headers={"X-RR-Session": mark}).status_code == 303
    assert inside.get("/media/x", headers={"x-rr-session": mark}).status_code == 401


def test_a_valid_sign_in_is_named_once_whatever_the_client_says(inside, client, people) -> None:
    token = let_in(inside, client, people)
    assert inside.get("/requests", headers={"X-RR-Session": "forged"}).text == digest(token)


def test_streamlits_own_figures_are_closed_to_everybody(inside, client, people) -> None:
    assert inside.get("/_stcore/metrics").status_code == 404
    let_in(inside, client, people)
    assert inside.get("/_stcore/metrics").status_code == 404


def test_a_sign_in_that_ended_lets_nobody_in(inside, client, people) -> None:
    token = let_in(inside, client, people)
    assert inside.get("/requests").status_code == 200
    gesture.perform(commands.sign_out, digest(token), actor=SYSTEM)
    assert inside.get("/requests").status_code == 303


def test_a_sign_in_lasts_half_an_hour_without_a_click_and_twelve_hours_with_them(inside, client, people, clock) -> None:
    token = let_in(inside, client, people)
    for _ in range(24):
        clock.shift(timedelta(minutes=29))
        assert inside.get("/requests").status_code == 200
        gesture.perform(commands.stay, digest(token), actor=people.support)
    clock.shift(timedelta(minutes=25))
    assert inside.get("/requests").status_code == 303
    let_in(inside, client, people)
    clock.shift(timedelta(minutes=30))
    assert inside.get("/requests").status_code == 303


def test_a_disabled_account_is_out_at_once(inside, client, people) -> None:
    let_in(inside, client, people)
    gesture.perform(commands.disable, people.support.account_id, actor=people.admin)
    assert inside.get("/requests").status_code == 303


def test_a_websocket_needs_a_sign_in_and_a_page_of_ours(inside, client, people) -> None:
    with pytest.raises(WebSocketDisconnect) as refused, inside.websocket_connect("/_stcore/stream"):
        pass
    assert refused.value.code == 1008
    token = let_in(inside, client, people)
    with inside.websocket_connect("/_stcore/stream", headers={"origin": "http://localhost:8501", "host": "localhost:8501"}) as socket:
        assert socket.receive_text() == digest(token)
    with pytest.raises(WebSocketDisconnect), inside.websocket_connect("/_stcore/stream", headers={"origin": "https://example.com"}):
        pass


@pytest.mark.parametrize(
    "end",
    [
        lambda people, token: gesture.perform(commands.disable, people.support.account_id, actor=people.admin),
        lambda people, token: gesture.perform(commands.sign_out, digest(token), actor=SYSTEM),
        lambda people, token: gesture.perform(commands.sign_out_elsewhere, "", actor=people.support),
    ],
    ids=["disabled", "signed out in another tab", "signed out elsewhere"],
)
def test_the_open_pages_of_a_sign_in_that_is_over_close_and_the_others_stay(client, people, monkeypatch, end) -> None:
    monkeypatch.setattr("rr.web.open_sockets.EVERY", 0.02)
    inside = browser(Guard(echoes))
    others = signed_in(client, people.manager)
    with inside:
        cookies = [{"cookie": f"{COOKIE}={token}"} for token in (others, signed_in(client, people.support))]
        with inside.websocket_connect("/x", headers=cookies[0]) as stays, inside.websocket_connect("/x", headers=cookies[1]) as goes:
            goes.send_text("here")
            assert goes.receive_text() == "here"
            end(people, cookies[1]["cookie"].partition("=")[2])
            with pytest.raises(WebSocketDisconnect) as closed:
                goes.receive_text()
            assert closed.value.code == 1008
            stays.send_text("still here")
            assert stays.receive_text() == "still here"


def test_of_thirteen_pages_of_one_sign_in_the_oldest_closes_with_a_sentence_and_other_sign_ins_keep_theirs(client, people) -> None:
    others = {"cookie": f"{COOKIE}={signed_in(client, people.manager)}"}
    mine = {"cookie": f"{COOKIE}={signed_in(client, people.support)}"}
    inside = browser(Guard(echoes))
    with inside, ExitStack() as open_pages:

        def opened(headers: dict[str, str]) -> WebSocketTestSession:
            return open_pages.enter_context(inside.websocket_connect("/x", headers=headers))

        other, *pages = [opened(others), *(opened(mine) for _ in range(12))]
        for gone, newest in enumerate([opened(mine), opened(mine)]):
            with pytest.raises(WebSocketDisconnect) as closed:
                pages[gone].receive_text()
            words = "More than 12 pages of this sign-in are open: this one, the oldest, was closed."
            assert (closed.value.code, closed.value.reason) == (4012, words)
            for page in (other, *pages[gone + 2 :], newest):
                page.send_text("here")
                assert page.receive_text() == "here"
        pages[5].close()  # makes room for one
        opened(mine).send_text("here")
        pages[2].send_text("here")
        assert pages[2].receive_text() == "here"


def test_a_page_that_takes_nothing_keeps_no_other_from_being_closed(monkeypatch) -> None:
    monkeypatch.setattr("rr.web.open_sockets.EVERY", 0.01)
    monkeypatch.setattr("rr.web.open_sockets._still_hold", lambda _marks: set())
    closed = []

    async def hangs(_code: int, _reason: str) -> None:
        await anyio.sleep_forever()

    async def closes(code: int, _reason: str) -> None:
        closed.append(code)

    async def check() -> None:
        sockets = OpenSockets()
        async with sockets.watching("a", hangs), sockets.watching("a", closes), sockets.watching("b", closes):
            with anyio.fail_after(10):
                while len(closed) < 2:
                    await anyio.sleep(0.01)

    run_alone(anyio.run, check)
    assert closed == [1008, 1008]


def test_a_page_that_opens_while_the_others_are_looked_up_stays_open(monkeypatch) -> None:
    looking, opened, closed = Event(), Event(), []

    def look_up(marks: set[str]) -> set[str]:
        looking.set()
        opened.wait(10)
        return set()

    monkeypatch.setattr("rr.web.open_sockets.EVERY", 0.01)
    monkeypatch.setattr("rr.web.open_sockets._still_hold", look_up)

    def page(name: str) -> Close:
        async def close(_code: int, _reason: str) -> None:
            closed.append(name)

        return close

    async def check() -> None:
        sockets = OpenSockets()
        async with sockets.watching("over", page("over")):
            await anyio.to_thread.run_sync(looking.wait, 10)
            async with sockets.watching("new", page("new")):
                opened.set()
                with anyio.fail_after(10):
                    while not closed:
                        await anyio.sleep(0.01)
                assert closed == ["over"]

    run_alone(anyio.run, check)


def test_a_database_that_does_not_answer_closes_no_page(client, people, monkeypatch) -> None:
    monkeypatch.setattr("rr.web.open_sockets.EVERY", 0.02)
    asked = Event()

    def fails(*_asked: Any) -> set[str]:
        asked.set()
        raise Unavailable("The database does not answer")

    inside = browser(Guard(echoes))
    let_in(inside, client, people)
    with inside, inside.websocket_connect("/x") as socket:
        monkeypatch.setattr("rr.web.open_sockets.still_hold", fails)
        assert asked.wait(10)
        socket.send_text("here")
        assert socket.receive_text() == "here"


@pytest.mark.parametrize("address", ["/signin", "/requests", "/media/x", "/_stcore/metrics", "/healthz"])
def test_every_answer_carries_the_security_headers(inside, address) -> None:
    headers = inside.get(address).headers
    assert headers["referrer-policy"] == "same-origin"
    assert headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]


def test_with_https_a_browser_is_told_to_stay_with_it(inside, configured) -> None:
    assert "strict-transport-security" not in inside.get("/signin").headers
    configured(base_url="https://localhost:8501", secret_key="x")
    assert inside.get("/signin").headers["strict-transport-security"] == "max-age=31536000"


@pytest.mark.parametrize(
    ("base", "answered", "refused"),
    [
        (
            "http://localhost:8501",
            ["localhost:8501", "localhost", "LOCALHOST:9", "127.0.0.1:8501", "127.8.8.8", "[::1]:8501", "[::1]"],
            ["example.org", "localhost.example.org", "127.0.0.1.example.org", "10.0.0.1:8501", "[::2]", "testserver", ""],
        ),
        (
            "https://rr.example.org",
            ["rr.example.org", "rr.example.org:443", "RR.Example.Org"],
            [
                *("example.org", "rr.example.org:80", "rr.example.org:8501", "localhost", "127.0.0.1", "[::1]", "xrr.example.org"),
                *("rr.example.org.evil.test", "rr.example.org@evil.test", "evil.test/rr.example.org", "rr.example.org, evil.test", ""),
                *("rr.example.org:", "rr.example.org:443:443", "rr.example.org:x", "rr.example.org:-1", "[rr.example.org]"),
            ],
        ),
        ("http://rr.internal:8080", ["rr.internal:8080"], ["rr.internal", "rr.internal:80", "localhost:8080"]),
    ],
)
def test_only_the_host_of_the_base_url_is_answered_but_for_an_operators_checks(inside, configured, base, answered, refused) -> None:
    configured(base_url=base, secret_key="x")
    for host in answered:
        assert (host, inside.get("/signin", headers={"host": host}).status_code) == (host, 200)
    for host in refused:
        for address in ("/signin", "/requests", "/static/x.js", "/_stcore/health"):
            answer = inside.get(address, headers={"host": host})
            assert (host, answer.status_code, answer.text) == (host, 400, f"This site has another address: {base}")
        for address in ("/healthz", "/readyz"):
            assert inside.get(address, headers={"host": host}).status_code == 200


def test_a_request_of_two_hosts_or_none_is_refused(inside) -> None:
    for hosts in ([], ["localhost:8501", "localhost:8501"]):
        assert _told(Guard(says_who), [(b"host", host.encode()) for host in hosts]) == 400


def test_a_websocket_of_another_host_is_refused_whoever_asks(inside, client, people) -> None:
    let_in(inside, client, people)
    with inside.websocket_connect("/_stcore/stream"):
        pass
    with pytest.raises(WebSocketDisconnect), inside.websocket_connect("/_stcore/stream", headers={"host": "evil.test"}):
        pass


def test_the_policy_allows_scripts_from_our_own_files_and_none_that_stands_in_a_page(inside) -> None:
    policy = inside.get("/signin").headers["content-security-policy"]
    [rule] = [rule.split() for rule in policy.split("; ") if rule.startswith("script-src")]
    assert rule == ["script-src", "'self'"]


def test_a_bug_is_answered_with_a_reference_and_without_its_words(people, caplog) -> None:
    async def broken(scope: Any, receive: Any, send: Any) -> None:
        raise ValueError(scope["query_string"].decode())

    answer = browser(Guard(broken)).get("/signin?next=ada@example.org")
    assert answer.status_code == 500
    assert "ada@example.org" not in answer.text + caplog.text
    [reference] = [record.args[0] for record in caplog.records if record.name == "rr.faults"]
    assert f"give us this reference: {reference}." in answer.text
    assert "ValueError" in caplog.text
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
