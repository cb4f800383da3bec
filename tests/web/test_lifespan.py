import asyncio
import socket
import threading

import pytest

from rr.config import Settings
from rr.errors import Unavailable
from rr.web import lifespan
from rr.web.lifespan import send_at_once
from tests.web.conftest import run_alone


def test_what_the_server_accepts_sends_small_answers_at_once() -> None:
    closed, datagrams = socket.create_server(("127.0.0.1", 0)), socket.socket(type=socket.SOCK_DGRAM)
    closed.close()
    with datagrams, socket.create_server(("127.0.0.1", 0)) as listening:
        send_at_once()
        with socket.create_connection(listening.getsockname()), listening.accept()[0] as accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


@pytest.mark.parametrize("trouble", [None, Unavailable("The database is locked"), ValueError("sam@example.org")])
def test_the_server_cleans_up_again_and_again_whatever_goes_wrong_until_it_ends(monkeypatch, caplog, trouble) -> None:
    runs, thrice = [], threading.Event()

    def clean() -> int:
        runs.append(threading.current_thread())
        if len(runs) == 3:
            thrice.set()
        if trouble:
            raise trouble
        return 0

    assert serve_until(monkeypatch, clean, thrice, Settings())
    assert threading.main_thread() not in runs
    words = {type(None): "", Unavailable: "Nothing was cleaned up: The database is locked", ValueError: "in cleaning up"}[type(trouble)]
    assert words in caplog.text
    assert "sam@example.org" not in caplog.text


def test_the_timer_can_be_turned_off(monkeypatch) -> None:
    ran = threading.Event()
    assert not serve_until(monkeypatch, ran.set, ran, Settings(jobs=False), patience=0.1)


def serve_until(monkeypatch, clean, reached: threading.Event, settings: Settings, patience: float = 20) -> bool:
    """Start and end a server that cleans up all the time; returns whether it came that far."""
    monkeypatch.setattr(lifespan, "start", lambda _host: None)
    monkeypatch.setattr(lifespan, "settings", lambda: settings)
    monkeypatch.setattr(lifespan, "FIRST_CLEANING", 0)
    monkeypatch.setattr(lifespan, "BETWEEN_CLEANINGS", 0)
    monkeypatch.setattr("rr.web.lifespan.jobs.clean", clean)

    async def run() -> bool:
        async with lifespan.lifespan(lambda: "localhost")(None):
            return await asyncio.to_thread(reached.wait, patience)

    return run_alone(asyncio.run, run())
