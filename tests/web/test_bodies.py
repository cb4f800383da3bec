"""The bodies of requests, through the guard: how long, how slow, and what becomes of one that nobody reads."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import anyio
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from rr.web import bodies
from rr.web.guard import Guard
from tests.web.conftest import browser, run_alone


async def _count(request: Request) -> Response:
    return PlainTextResponse(f"{len(await request.body())} bytes")


async def _ignore(_request: Request) -> Response:
    return PlainTextResponse("not read")


APP = Starlette(
    routes=[Route(path, _count, methods=["POST", "PUT"]) for path in ("/signup", "/signin", "/password/{name}")]
    + [Route("/signout", _ignore, methods=["POST"])],
    middleware=[Middleware(Guard)],
)


@pytest.mark.parametrize(
    ("address", "most"),
    [("/signup", 1_000_000), ("/signin", 65_536), ("/password/x", 65_536)],
)
@pytest.mark.parametrize("told", [True, False], ids=["told before", "in pieces"])
def test_a_body_may_be_as_long_as_its_address_allows(address: str, most: int, told: bool) -> None:
    def body(size: int) -> Any:
        return b"x" * size if told else iter([b"x" * (size - 1), b"x"])

    client = browser(APP)
    fits, over = client.post(address, content=body(most)), client.post(address, content=body(most + 1))
    assert (fits.status_code, fits.text) == (200, f"{most} bytes")
    assert (over.status_code, over.text) == (413, bodies.TOO_LONG)


def test_an_upload_may_be_as_long_as_streamlit_takes_it() -> None:
    for address in ("/_stcore/upload_file/session/file", "/imports/_stcore/upload_file/session/file"):
        body = bodies.Body({"type": "http", "path": address, "headers": []}, None)  # ty: ignore[invalid-argument-type]
        assert body._largest == 21 * 1024 * 1024


def test_somebody_who_goes_away_in_the_middle_is_no_fault(caplog: pytest.LogCaptureFixture) -> None:
    async def leaves(scope: Any, receive: Any, send: Any) -> None:
        raise ClientDisconnect

    async def check() -> list[Any]:
        said: list[Any] = []
        scope = {"type": "http", "method": "POST", "path": "/signin", "query_string": b"", "headers": [(b"host", b"localhost")]}

        async def send(event: Any) -> None:
            said.append(event)

        await Guard(leaves)(scope, send, send)  # ty: ignore[invalid-argument-type]
        return said

    assert run_alone(anyio.run, check) == []
    assert caplog.records == []


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, int]]:
    """The guard on the real server, which waits a fraction of a second where it would wait twenty."""
    monkeypatch.setattr(bodies, "PATIENCE", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        running = uvicorn.Server(uvicorn.Config(APP, log_config=None, lifespan="off"))
        thread = threading.Thread(target=running.run, kwargs={"sockets": [listening]})
        thread.start()
        yield listening.getsockname()
        running.should_exit = True
        thread.join()


def _answer_to(address: tuple[str, int], *sent: bytes) -> bytes:
    """What the server answers, until it closes the connection."""
    with socket.create_connection(address, timeout=30) as connection:
        for piece in sent:
            connection.sendall(piece)
        answer = b""
        while piece := connection.recv(65_536):
            answer += piece
        return answer


def _head(path: str, *lines: str) -> bytes:
    return "\r\n".join([f"POST {path} HTTP/1.1", "Host: localhost", *lines, "", ""]).encode()


@pytest.mark.parametrize(
    "sent",
    [
        (_head("/signin", "Content-Length: 10"),),
        (_head("/signin", "Content-Length: 10"), b"abc"),
        (_head("/signin", "Transfer-Encoding: chunked"),),
    ],
    ids=["nothing", "a part", "no chunk"],
)
def test_a_body_that_does_not_come_is_cut_off_and_its_connection_closed(server: tuple[str, int], sent: tuple[bytes, ...]) -> None:
    answer = _answer_to(server, *sent)
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"connection: close" in answer
    assert bodies.TOO_SLOW.encode() in answer


def test_a_body_that_nobody_reads_keeps_no_connection_open(server: tuple[str, int]) -> None:
    for path, status in (("/signout", b"200"), ("/requests", b"401")):
        answer = _answer_to(server, _head(path, "Content-Length: 10"), b"abc")
        assert answer.startswith(b"HTTP/1.1 " + status)
        assert b"connection: close" in answer


def test_whoever_sends_too_much_gets_to_read_the_answer(server: tuple[str, int]) -> None:
    answer = _answer_to(server, _head("/signin", "Content-Length: 900000"), b"x" * 900_000)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert bodies.TOO_LONG.encode() in answer


class Late(Exception):
    """What was waited for would come after the time that somebody waits."""


def _outcome(monkeypatch: pytest.MonkeyPatch, pieces: list[tuple[float, int]]) -> int:
    """The status of a form whose pieces come after so many seconds each, with so many bytes, by a clock of its own."""
    now, until, left = 0.0, 0.0, list(pieces)

    @contextmanager
    def move_on_after(seconds: float) -> Iterator[None]:
        nonlocal until
        until = now + seconds
        with suppress(Late):
            yield

    async def receive() -> Any:
        nonlocal now
        seconds, size = left.pop(0)
        if now + seconds > until:
            raise Late
        now += seconds
        return {"type": "http.request", "body": b"x" * size, "more_body": bool(left)}

    async def read() -> int:
        headers = [(b"transfer-encoding", b"chunked")]
        body = bodies.Body({"type": "http", "path": "/signin", "headers": headers}, receive)
        try:
            while not body.is_read:
                await body.receive()
        except HTTPException as refusal:
            return refusal.status_code
        return 200

    monkeypatch.setattr(bodies, "current_time", lambda: now)
    monkeypatch.setattr(bodies, "move_on_after", move_on_after)
    return run_alone(anyio.run, read)


@pytest.mark.parametrize(
    ("pieces", "status"),
    [
        ([(0.0, 100)] * 10, 200),
        ([(19.0, 100)] * 5, 408),
        ([(1.0, 1024)] * 60, 200),
        ([(10.0, 10_240)] * 6, 200),
        ([(1.0, 1000)] * 60, 200),
        ([(1.0, 500)] * 60, 408),
        ([(0.0, 60_000), (19.9, 1), (19.9, 1)], 408),
        ([(0.0, 60_000), (19.9, 1), (0.0, 1)], 200),
        ([(20.1, 1)], 408),
    ],
)
def test_a_body_may_fall_twenty_seconds_behind_a_kibibyte_a_second(monkeypatch: pytest.MonkeyPatch, pieces: Any, status: int) -> None:
    """Each piece comes after so many seconds, with so many bytes."""
    assert _outcome(monkeypatch, pieces) == status
