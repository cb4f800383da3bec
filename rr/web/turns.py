"""Turns at what is slow or much asked for by strangers, in threads of its own: the rest of the site never waits behind it."""

import os
from collections.abc import Callable
from typing import TypeVar

from anyio import CapacityLimiter, Semaphore, fail_after, to_thread

from rr.errors import Refused

AT_ONCE = max(1, (os.cpu_count() or 1) // 2)  # passwords that are hashed at the same time; half of the processors stay for the rest
MOST_WAITING, LONGEST_WAIT = 20, 5.0  # people and seconds
TRY_AGAIN = 5  # seconds, for Retry-After
PAUSE = 1.0  # seconds before a refusal: whoever sends the next try as soon as one is answered sends few, and costs no thread meanwhile
LOOK_UPS = 20  # of who is signed in, at the same time

T = TypeVar("T")


class Busy(Refused):
    """Too many wait already. Nothing was looked at."""

    def __init__(self) -> None:
        super().__init__("Many people are signing in at this moment", "Wait a few seconds, then try again.")


class Passwords:
    """The turns of whoever sends a password."""

    def __init__(self) -> None:
        self._turns = Semaphore(AT_ONCE)
        self._threads = CapacityLimiter(AT_ONCE)

    async def run(self, check: Callable[[], T]) -> T:
        """Run something that hashes a password, in a thread, when its turn comes. Refuses (Busy) where that would take too long."""
        if self._turns.statistics().tasks_waiting >= MOST_WAITING:
            raise Busy
        try:
            with fail_after(LONGEST_WAIT):
                await self._turns.acquire()
        except TimeoutError:
            raise Busy from None
        try:
            return await to_thread.run_sync(check, limiter=self._threads)
        finally:
            self._turns.release()


passwords = Passwords()
look_ups = CapacityLimiter(LOOK_UPS)
