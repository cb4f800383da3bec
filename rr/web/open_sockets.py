"""Open pages close once their sign-in is over: signed out, idle for too long, or the account disabled."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from anyio import to_thread

from rr import clock, db, faults
from rr.accounts.queries import still_hold
from rr.errors import Unavailable
from rr.web.turns import look_ups

EVERY = 3  # seconds

Close = Callable[[], Awaitable[None]]


class OpenSockets:
    """The websockets that are open, by the marks of their sign-ins. One look-up every few seconds for all of them, while there are any."""

    def __init__(self) -> None:
        self._open: defaultdict[str, set[Close]] = defaultdict(set)
        self._watch: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def watching(self, mark: str, close: Close) -> AsyncIterator[None]:
        """Within this, `close` is called once the sign-in doesn't hold any more."""
        self._open[mark].add(close)
        if self._watch is None or self._watch.done():
            self._watch = asyncio.create_task(self._look())
        try:
            yield
        finally:
            self._open[mark].discard(close)
            if not self._open[mark]:
                del self._open[mark]

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(EVERY)
            if not self._open:
                return
            try:
                hold = await to_thread.run_sync(_still_hold, set(self._open), limiter=look_ups)
            except Unavailable:
                continue  # nobody is sent away for a database that doesn't answer
            over = [close for mark in set(self._open) - hold for close in self._open[mark]]
            for close in over:
                try:
                    await close()
                except Exception as fault:
                    faults.record(fault, "closing a websocket")


def _still_hold(marks: set[str]) -> set[str]:
    with db.reading() as session:
        return still_hold(session, marks, clock.now())
