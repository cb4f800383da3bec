"""Open pages close once their sign-in is over (signed out, idle for too long, the account disabled), and the oldest of too many."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from anyio import move_on_after, to_thread

from rr import clock, db, faults
from rr.accounts.queries import still_hold
from rr.errors import Unavailable
from rr.web.turns import look_ups

EVERY = 3  # seconds
MOST = 12  # of one sign-in
PATIENCE = 2  # seconds with a browser that takes nothing

Close = Callable[[int, str], Awaitable[None]]
OVER = (1008, "")
TOO_MANY = (
    4012,
    f"More than {MOST} pages of this sign-in are open: this one, the oldest, was closed.",
)  # rr/web/static/app.js knows the code


class OpenSockets:
    """The websockets that are open, by the marks of their sign-ins. One look-up every few seconds for all of them, while there are any."""

    def __init__(self) -> None:
        self._open: defaultdict[str, dict[Close, None]] = defaultdict(dict)  # the oldest first
        self._watch: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def watching(self, mark: str, close: Close) -> AsyncIterator[None]:
        """Within this, `close` is called once the sign-in doesn't hold any more, or has too many newer ones."""
        self._open[mark][close] = None
        if self._watch is None or self._watch.done():
            self._watch = asyncio.create_task(self._look())
        try:
            while len(self._open[mark]) > MOST:
                await self._shut(mark, next(iter(self._open[mark])), TOO_MANY)
            yield
        finally:
            self._forget(mark, close)

    def _forget(self, mark: str, close: Close) -> None:
        self._open[mark].pop(close, None)
        if not self._open[mark]:
            del self._open[mark]

    async def _shut(self, mark: str, close: Close, why: tuple[int, str]) -> None:
        self._forget(mark, close)
        try:
            with move_on_after(PATIENCE):
                await close(*why)
        except Exception as fault:
            faults.record(fault, "closing a websocket")

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(EVERY)
            if not self._open:
                return
            try:
                asked = set(self._open)  # a page may open while the database is asked about the others
                hold = await to_thread.run_sync(_still_hold, asked, limiter=look_ups)
            except Unavailable:
                continue  # nobody is sent away for a database that doesn't answer
            over = [(mark, close) for mark in asked - hold for close in self._open.get(mark, ())]
            await asyncio.gather(*(self._shut(mark, close, OVER) for mark, close in over))


def _still_hold(marks: set[str]) -> set[str]:
    with db.reading() as session:
        return still_hold(session, marks, clock.now())
