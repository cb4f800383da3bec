"""The real server with a database of its own, and a real browser, one window for each person."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Literal
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from rr import db, demo, gesture
from rr.access import SYSTEM
from rr.accounts import commands as accounts
from rr.accounts.rules import Role
from tests.conftest import working_on

ROOT = Path(__file__).parents[2]
IDLE = "[data-testid=stApp][data-test-script-state=notRunning]"
UNDRAWN = "[data-testid=stSkeleton], [data-stale=true], [data-testid=stVegaLiteChart]:not(:has(svg))"
STAFF = {
    Role.SUPPORT: "Sam Support",
    Role.FACILITATOR: "Fay Facilitator",
    Role.MANAGER: "Max Manager",
    Role.ADMIN: "Ash Admin",
}


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    names = ("chromium", "chromium-browser", "google-chrome")
    found = os.environ.get("CHROMIUM") or next((path for name in names if (path := shutil.which(name))), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found, args=["--no-sandbox", "--disable-quic", "--disable-background-networking"]
        )
        yield browser
        browser.close()


def start(database: Path, port: int = 0) -> Generator[str, None, None]:
    """The app with this database, until the generator ends; gives its address. It logs to server.log beside the database."""
    yield from serve("app.py", database.with_name("server.log"), port, RR_DATABASE_URL=f"sqlite:///{database}", RR_DEMO="1")


def serve(script: str, log: Path, port: int = 0, **environment: str) -> Generator[str, None, None]:
    """A script on Streamlit's server and this port, or a free one, of this machine alone. It doesn't watch files for changes meanwhile."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://localhost:{port or free.getsockname()[1]}"
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("RR_", "COV"))}
    settings = environment | {"RR_BASE_URL": address, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "streamlit", "run", script, "--server.address=localhost", "--server.port", address.rpartition(":")[2]]
    with log.open("wb") as file:
        process = subprocess.Popen([*command, "--server.fileWatcherType=none"], cwd=ROOT, env=clean | settings, stdout=file, stderr=file)
    try:
        _wait(process, address, log)
        yield address
    finally:
        process.terminate()
        process.wait(20)


def _wait(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    for _ in range(240):
        try:
            urlopen(f"{address}/_stcore/health", timeout=2).close()
            return
        except OSError:
            if process.poll() is not None:
                break
            time.sleep(0.25)
    raise RuntimeError(log.read_text()[-3000:])


@pytest.fixture(scope="module")
def empty_database(template_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with accounts and reference lists, and nothing else yet."""
    path = tmp_path_factory.mktemp("empty") / "rr.db"
    shutil.copy(template_sqlite, path)
    with working_on(db.make_engine(f"sqlite:///{path}")):
        for role, name in STAFF.items():
            gesture.perform(accounts.add_account, email=f"{role}@example.org", name=name, role=role, actor=SYSTEM)
    return path


@pytest.fixture(scope="module")
def empty_server(empty_database: Path) -> Iterator[tuple[str, Path]]:
    """The app with accounts and reference lists, and nothing else yet."""
    path = empty_database
    for address in start(path):
        yield address, path


@pytest.fixture(scope="session")
def demo_database(template_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration data, to be copied."""
    path = tmp_path_factory.mktemp("filled") / "rr.db"
    shutil.copy(template_sqlite, path)
    with working_on(db.make_engine(f"sqlite:///{path}")):
        demo.fill()
    return path


@pytest.fixture(scope="session")
def demo_server(demo_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app with the demonstration data."""
    yield from start(Path(shutil.copy(demo_database, tmp_path_factory.mktemp("demo") / "rr.db")))


class Window:
    """One person's browser window. It remembers what went wrong in it."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address
        self.faults: list[str] = []
        self.outside: list[str] = []
        page.on("console", self._heard)
        page.on("pageerror", lambda fault: self.faults.append(str(fault)))
        page.on("request", lambda request: self._asked(request.url))

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.faults.append(message.text)

    def _asked(self, url: str) -> None:
        if not url.startswith((self.address, self.address.replace("http", "ws"), "data:", "blob:")):
            self.outside.append(url)

    def sign_in(self, role: str) -> "Window":
        self.page.goto(f"{self.address}/signin")
        self.page.locator(f"button[name=role][value={role}], form:has(input[name=role][value={role}]) button").first.click()
        return self.idle()

    def open(self, path: str) -> "Window":
        self.page.goto(f"{self.address}/{path.lstrip('/')}")
        return self.idle()

    def idle(self) -> "Window":
        """Wait until the page was drawn and the server has nothing more to say."""
        self.page.wait_for_selector(IDLE, timeout=30_000)
        self.page.wait_for_timeout(150)
        self.page.wait_for_selector(IDLE, timeout=30_000)
        self.page.wait_for_selector(UNDRAWN, state="detached", timeout=30_000)
        return self

    def key(self, key: str) -> object:
        """The widget with this key, or the button in it."""
        return self.page.locator(f".st-key-{key}").first

    def click(self, key: str) -> "Window":
        self.page.locator(f".st-key-{key} button, .st-key-{key} a").first.click()
        return self.idle()

    def type(self, key: str, words: str) -> "Window":
        self.page.locator(f".st-key-{key} input, .st-key-{key} textarea").first.fill(words)
        return self

    def sees(self, words: str) -> bool:
        return words in self.page.inner_text("[data-testid=stMain]")


@pytest.fixture
def window(chromium: Browser) -> Iterator[Callable[..., Window]]:
    """Open a window: `window(address)`, or with a width and a colour scheme."""
    opened = []

    def make(address: str, *, width: int = 1280, scheme: Literal["light", "dark"] = "light") -> Window:
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, locale="en-GB", timezone_id="Europe/London"
        )
        opened.append(context)
        return Window(context.new_page(), address)

    yield make
    for context in opened:
        context.close()
