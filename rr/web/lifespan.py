"""What happens once when the server starts, before anybody is answered."""

import gc
import importlib
import logging
import pkgutil
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import rr
from rr import db, migrations
from rr.access import SYSTEM
from rr.accounts import commands
from rr.config import DATA, check_demo, secret_key, settings
from rr.errors import Refused
from rr.gesture import perform
from rr.reference import load_reference
from rr.web import render, start_page

log = logging.getLogger(__name__)
HEAVY = ("pandas", "altair")  # seconds that the first visitor would wait for
RUNS_WHEN_IMPORTED = ("rr.__main__", "rr.ui.shell", "rr.migrations.env", "rr.migrations.versions")


def lifespan(listens_on: Callable[[], str | None]) -> Callable[[Any], AbstractAsyncContextManager[dict[str, Any]]]:
    """The lifespan for `st.App`. `listens_on` tells the address that the server was told to listen on."""

    @asynccontextmanager
    async def run(_app: Any) -> AsyncIterator[dict[str, Any]]:
        start(listens_on() or "")
        yield {}

    return run


def start(listens_on: str) -> None:
    """Check the settings, bring the embedded database up to date, and import what the pages will need.

    Ends the process (SystemExit) with a sentence where it can't start. PostgreSQL isn't upgraded: several servers may share it, so
    that is a person's decision, and /readyz says so until then.
    """
    check_demo(listens_on)
    secret_key()
    db.writer()  # made here: two threads that came first would each make one
    if settings().embedded:
        DATA.mkdir(exist_ok=True)
        try:
            migrations.upgrade()
            perform(load_reference, actor=SYSTEM)
        except Refused as refusal:
            raise SystemExit(f"{refusal.headline}. {refusal.way_forward}") from None
    warm_up()
    send_at_once()
    # Streamlit's own record of a page's error repeats the error's message, which can hold somebody's words; rr.faults has recorded it.
    logging.getLogger("streamlit.error_util").addFilter(_is_no_traceback)
    gc.collect()
    gc.freeze()  # what is imported stays: the collector needn't walk through it again and again


def warm_up() -> None:
    """Import every module of ours and the heavy ones they use, compile the templates, compress what the first page loads, make the hash

    that sign-in needs.
    """
    for module in pkgutil.walk_packages(rr.__path__, "rr."):
        if not module.name.startswith(RUNS_WHEN_IMPORTED):
            importlib.import_module(module.name)
    for name in HEAVY:
        importlib.import_module(name)
    render.warm_up()
    start_page.warm_up()
    commands.warm_up()


def send_at_once() -> None:
    """Let no small answer wait 40 milliseconds for the receipt of its own headers: TCP_NODELAY on the sockets that are there to listen.

    What they accept inherits it. asyncio would set it itself, had Streamlit named the protocol of its socket.
    """
    for found in gc.get_objects():
        if type(found) is socket.socket and found.type is socket.SOCK_STREAM and found.family in (socket.AF_INET, socket.AF_INET6):
            found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _is_no_traceback(record: logging.LogRecord) -> bool:
    return record.exc_info is None
