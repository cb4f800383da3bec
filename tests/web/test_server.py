"""The real server, started as `make run` does: what is closed to somebody who isn't signed in, from the first request on."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

from rr import db, gesture
from rr.access import SYSTEM
from rr.accounts import commands
from rr.accounts.models import Role
from rr.accounts.rules import digest
from rr.config import ROOT
from tests.web.conftest import PASSWORD, token_in

PATIENCE = 90  # seconds; a cold start imports pandas and altair and builds the database


@dataclass(frozen=True)
class Server:
    host: str
    database: Path
    process: subprocess.Popen[bytes]

    def address(self, path: str) -> str:
        return f"http://{self.host}{path}"

    def get(self, path: str, headers: dict[str, str] | None = None) -> httpx2.Response:
        return httpx2.get(self.address(path), timeout=30, headers=headers)

    def said(self, words: bytes) -> bytes:
        """What comes back for words that no client would send."""
        host, _, port = self.host.partition(":")
        with socket.create_connection((host, int(port)), timeout=30) as connection:
            connection.sendall(words)
            return connection.recv(65_536)

    def socket(self, headers: dict[str, str], origin: str | None = None) -> ClientConnection:
        return connect(f"ws://{self.host}/_stcore/stream", additional_headers=headers | ({"Origin": origin} if origin else {}))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("server")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("RR_", "STREAMLIT_"))}
    environment |= {
        "RR_DATABASE_URL": f"sqlite:///{folder / 'rr.db'}",
        "RR_SECRET_KEY": "a key for this test",
        "RR_BASE_URL": f"http://127.0.0.1:{port}",
    }
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.address=127.0.0.1", f"--server.port={port}"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT)
    try:
        _wait(port, process, folder / "log")
        yield Server(f"127.0.0.1:{port}", folder / "rr.db", process)
    finally:
        process.terminate()
        process.wait(20)


def _wait(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            # Any address but the pages' own: the first request to those is the test's. It listens a while before it answers.
            httpx2.get(f"http://127.0.0.1:{port}/healthz", timeout=PATIENCE)
            return
        except httpx2.ConnectError:
            time.sleep(0.1)
    pytest.fail(f"The server did not start:\n{log.read_text()}")


def test_nothing_of_the_app_answers_somebody_who_is_not_signed_in(server: Server) -> None:
    forged = {"X-RR-Session": digest("somebody's token"), "Cookie": "rr_session=somebody's"}
    pages = sorted(page.stem for page in (ROOT / "pages").glob("*.py"))
    assert pages
    for page in ("", *pages):  # the very first requests that this server gets
        for headers in ({}, forged):
            answer = server.get(f"/{page}?id=1", headers=headers)
            assert (answer.status_code, answer.headers["location"]) == (303, f"/signin?next=%2F{page}%3Fid%3D1")
    for path in (
        "/media/0123456789.png",
        "/_stcore/host-config",
        "/_stcore/agent/openapi.json",
        "/requests/_stcore/health",
        "/component/x/y",
    ):
        assert server.get(path, headers=forged).status_code == 401, path
    assert server.get("/_stcore/metrics", headers=forged).status_code == 404
    upload = httpx2.put(server.address("/_stcore/upload_file/session/file"), files={"file": b"x"}, headers=forged)
    assert upload.status_code == 401
    for headers in ({}, forged):
        with pytest.raises(InvalidStatus) as refused, server.socket(headers):
            pass
        assert refused.value.response.status_code == 403


def test_no_answer_names_the_server(server: Server) -> None:
    forbidden, unknown, broken = {"Host": "evil.test"}, "/nothing/here", b"\x00 / HTTP/1.1\r\n\r\n"
    handshake = (
        b"GET /_stcore/stream HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        b"Sec-WebSocket-Version: %d\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
    )
    answers = [server.said(broken), server.said(handshake % 13), server.said(handshake % 1)]
    for path, headers in (("/healthz", {}), ("/signin", {}), ("/signin", forbidden), (unknown, {}), ("/_stcore/health", {})):
        answer = server.get(path, headers=headers)
        answers.append(f"HTTP/1.1 {answer.status_code}\n{answer.headers}".encode())
    assert [answer.split()[1] for answer in answers] == [b"400", b"403", b"400", b"200", b"200", b"400", b"303", b"200"]
    for answer in answers:
        assert not re.search(rb"uvicorn|h11|python|websockets/|server['\"]?: ", answer.lower()), answer


def test_the_signed_out_pages_work_and_their_fonts_are_there(server: Server) -> None:
    for path in (
        "/signin",
        "/signup",
        "/app/static/body.woff2",
        "/app/static/head.woff2",
        "/app/static/favicon.png",
        "/static-rr/pages.css",
    ):
        assert server.get(path).status_code == 200, path
    assert server.get("/healthz").json() == {"status": "up"}
    assert server.get("/readyz").json() == {"status": "ready"}  # it built its database by itself
    assert server.get("/app/static/../shell.py").status_code != 200


def test_somebody_who_signed_in_gets_the_app_until_they_sign_out(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = db.make_engine(f"sqlite:///{server.database}")
    monkeypatch.setattr(db, "engine", lambda: engine)
    number = gesture.perform(commands.add_account, email="sam@example.org", name="Sam Reed", role=Role.SUPPORT, actor=SYSTEM)
    link = gesture.perform(commands.make_link, number, actor=SYSTEM)
    engine.dispose()
    with httpx2.Client(base_url=server.address(""), timeout=30) as browser:
        token = token_in(browser.get(f"/password/{link}").text)
        assert browser.post(f"/password/{link}", data={"csrf_token": token, "password": PASSWORD}).status_code == 303
        form = {"csrf_token": token, "email": "sam@example.org", "password": PASSWORD, "next": "/requests?id=1"}
        assert browser.post("/signin", data=form).headers["location"] == "/requests?id=1"
        page = browser.get("/requests?id=1")
        assert page.status_code == 200
        assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
        cookie = {"Cookie": f"rr_session={browser.cookies['rr_session']}"}
        with server.socket(cookie, origin=server.address("")) as opened:
            assert opened.response is not None
            assert "server" not in opened.response.headers
        with pytest.raises(InvalidStatus), server.socket(cookie, origin="https://example.com"):
            pass
        assert browser.post("/signout", data={"csrf_token": token}).status_code == 303
        assert server.get("/requests", headers=cookie).status_code == 303


@pytest.mark.parametrize(
    ("setting", "sentence"),
    [
        ({"RR_DEMO": "1", "listens": "0.0.0.0"}, "RR_DEMO=1 lets anybody sign in as anyone"),
        ({"RR_DATABSE_URL": "sqlite://"}, "Unknown setting: RR_DATABSE_URL"),
        ({"RR_BASE_URL": "https://example.org"}, "RR_SECRET_KEY must be set"),
    ],
)
def test_a_dangerous_or_misspelt_setting_keeps_the_server_from_starting(tmp_path: Path, setting: dict[str, str], sentence: str) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("RR_", "STREAMLIT_"))}
    environment |= {"RR_DATABASE_URL": f"sqlite:///{tmp_path / 'rr.db'}"} | setting
    listens = environment.pop("listens", "127.0.0.1")
    command = [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.address={listens}", "--server.port=0"]
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert ended.returncode != 0
    assert sentence in ended.stdout + ended.stderr
    assert not (tmp_path / "rr.db").exists()
