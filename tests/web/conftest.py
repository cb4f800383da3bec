"""Our own HTTP pages, behind the real guard, without a server."""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from rr import gesture
from rr.access import SYSTEM, Actor
from rr.accounts import commands
from rr.config import Settings
from rr.web import turns
from rr.web.guard import COOKIE, Guard
from rr.web.routes import ROUTES
from tests.conftest import People, chosen

PASSWORD = "plum canal lantern"


@pytest.fixture(autouse=True)
def signing_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rr.web.forms.secret_key", lambda: b"a key for tests")


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "PAUSE", 0)


@pytest.fixture
def client(people: People) -> Iterator[TestClient]:
    """A browser that keeps cookies and doesn't follow redirects."""
    with browser(Starlette(routes=ROUTES, middleware=[Middleware(Guard)])) as made:
        yield made


def browser(app: Any) -> TestClient:
    """A browser at an app. Starlette's own would call websockets' host otherwise."""
    return TestClient(app, base_url="http://localhost:8501", headers={"host": "localhost:8501"}, follow_redirects=False)


@pytest.fixture
def configured(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Other settings for one test: `configured(demo=True)`."""

    def change(**changed: Any) -> None:
        made = Settings(**changed)
        for module in ("cookies", "forms", "guard", "hosts", "signin"):
            monkeypatch.setattr(f"rr.web.{module}.settings", lambda: made)

    return change


def run_alone(program: Callable[..., Any], *args: Any) -> Any:
    """Run an event loop in a thread of its own: the browser's tests keep one running in this thread."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(program, *args).result()


def token_in(html: str) -> str:
    return re.findall(r'name="csrf_token" value="(\w+)"', html)[0]


def with_password(actor: Actor) -> str:
    """Give an account the password that the tests use; returns its e-mail address."""
    link = gesture.perform(commands.make_link, actor.account_id, actor=SYSTEM)
    gesture.perform(commands.set_password, link, chosen(PASSWORD), actor=SYSTEM)
    return f"{actor.name.lower().replace(' ', '_')}@example.org"


def signed_in(client: TestClient, actor: Actor) -> str:
    """Sign the browser in as this person, whoever it was before; returns the cookie's token."""
    client.cookies.delete(COOKIE)
    form = {"email": with_password(actor), "password": PASSWORD, "csrf_token": token_in(client.get("/signin").text)}
    assert client.post("/signin", data=form).status_code == 303
    return client.cookies[COOKIE]
