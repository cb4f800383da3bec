"""The real server with a database of its own, and a real browser, one window for each person."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

ROOT = Path(__file__).parents[2]
IDLE = "[data-testid=stApp][data-test-script-state=notRunning]"


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


def start(folder: Path, *, demo_data: bool) -> tuple[subprocess.Popen[bytes], str, Path]:
    """Start the app on a free loopback port with its own database; returns the process, its address and the database."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    path = folder / "rr.db"
    env = {name: value for name, value in os.environ.items() if not name.startswith(("RR_", "COV"))}
    env |= {"RR_DATABASE_URL": f"sqlite:///{path}", "RR_BASE_URL": f"http://localhost:{port}", "RR_DEMO": "1", "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-m", "rr", "demo" if demo_data else "migrate"], cwd=ROOT, env=env, check=True, capture_output=True)
    if not demo_data:
        for role, name in (
            ("support", "Sam Support"),
            ("facilitator", "Fay Facilitator"),
            ("manager", "Max Manager"),
            ("admin", "Ash Admin"),
        ):
            made = ["account", "add", "--email", f"{role}@example.org", "--name", name, "--role", role]
            subprocess.run([sys.executable, "-m", "rr", *made], cwd=ROOT, env=env, check=True, capture_output=True)
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.address=localhost", f"--server.port={port}"]
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log)
    address = f"http://localhost:{port}"
    for _ in range(240):
        try:
            urlopen(f"{address}/healthz", timeout=2).close()
            return process, address, path
        except OSError:
            if process.poll() is not None:
                break
            time.sleep(0.25)
    process.kill()
    raise RuntimeError((folder / "server.log").read_text()[-3000:])


@pytest.fixture(scope="module")
def empty_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The app with accounts and reference lists, and nothing else yet."""
    process, address, path = start(tmp_path_factory.mktemp("empty"), demo_data=False)
    yield address, path
    process.terminate()
    process.wait(20)


@pytest.fixture(scope="session")
def demo_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app with the demonstration data."""
    process, address, _path = start(tmp_path_factory.mktemp("demo"), demo_data=True)
    yield address
    process.terminate()
    process.wait(20)


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
        self.page.wait_for_selector("[data-testid=stSkeleton], [data-stale=true]", state="detached", timeout=30_000)
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
