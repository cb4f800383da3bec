"""What happens once when the server starts, before anybody is answered."""

import gc
import importlib
import logging
import pkgutil
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import Any

import uvicorn
from anyio import create_task_group, sleep, to_thread

import rr
from rr import db, faults, jobs, migrations
from rr.access import SYSTEM
from rr.accounts import passwords
from rr.config import DATA, check_demo, secret_key, settings
from rr.errors import Refused, Unavailable
from rr.gesture import perform
from rr.reference import load_reference
from rr.web import render, start_page

log = logging.getLogger(__name__)
FIRST_CLEANING, BETWEEN_CLEANINGS = 15 * 60, 60 * 60  # seconds
HEAVY = ("pandas", "altair")  # seconds that the first visitor would wait for
RUNS_WHEN_IMPORTED = ("rr.__main__", "rr.ui.shell", "rr.migrations.env", "rr.migrations.versions")


def lifespan(listens_on: Callable[[], str | None]) -> Callable[[Any], AbstractAsyncContextManager[dict[str, Any]]]:
    """The lifespan for `st.App`. `listens_on` tells the address that the server was told to listen on."""

    @asynccontextmanager
    async def run(_app: Any) -> AsyncIterator[dict[str, Any]]:
        start(listens_on() or "")
        async with create_task_group() as timer:
            if settings().jobs:
                timer.start_soon(clean_every_hour)
            yield {}
            timer.cancel_scope.cancel()

    return run


async def clean_every_hour() -> None:
    """Remove what has expired, from the first quarter of an hour on for as long as the server runs."""
    await sleep(FIRST_CLEANING)
    while True:
        try:
            await to_thread.run_sync(jobs.clean)
        except Unavailable as trouble:
            log.warning("Nothing was cleaned up: %s", trouble.headline)
        except Exception as fault:
            faults.record(fault, "cleaning up")
        await sleep(BETWEEN_CLEANINGS)


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
    name_no_server()
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
    passwords.warm_up()


def send_at_once() -> None:
    """Let no small answer wait 40 milliseconds for the receipt of its own headers: TCP_NODELAY on the sockets that are there to listen.

    What they accept inherits it. asyncio would set it itself, had Streamlit named the protocol of its socket.
    """
    for found in gc.get_objects():
        if type(found) is socket.socket and found.family in (socket.AF_INET, socket.AF_INET6):
            with suppress(OSError):  # closed, or no TCP
                found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def name_no_server() -> None:
    """Let no answer say by which program it was made. Streamlit leaves uvicorn no choice, so this changes what it has chosen."""
    for found in gc.get_objects():
        if type(found) is uvicorn.Config:
            found.encoded_headers = [header for header in found.encoded_headers if header[0] != b"server"]


def _is_no_traceback(record: logging.LogRecord) -> bool:
    return record.exc_info is None
