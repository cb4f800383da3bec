"""The bodies of requests: how much of one is read at which address, and how slowly it may come."""

import re
from contextlib import suppress

from anyio import current_time, move_on_after
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive, Scope, Send

PATIENCE = 20  # seconds: without a byte, or behind what should have come at the least speed
SLOWEST = 1024  # bytes a second
FORM = 64 * 1024  # bytes, at every address but these
LARGEST = (
    (re.compile(r"/signup"), 1_000_000),  # filled to the brim with letters that need twelve bytes each it is smaller
    (re.compile(r"(?:.*/)?_stcore/upload_file/.*"), 21 * 1024 * 1024),  # server.maxUploadSize, and what a multipart form adds
)
THROWN_AWAY = 1024 * 1024  # bytes of a body that nobody read, so that its sender gets to read the answer
TOO_LONG = "What you sent is too long. Go back, make it shorter and send it again."
TOO_SLOW = "What you sent came too slowly, and was cut off. Check your connection, go back and send it again."


class Body:
    """The body of one request, between the server and the app. What reads too much of it, or waits too long, gets an HTTPException."""

    def __init__(self, scope: Scope, receive: Receive) -> None:
        headers = Headers(scope=scope)
        length = headers.get("content-length", "0")
        self.is_read = length == "0" and "transfer-encoding" not in headers
        self._receive = receive
        self._largest = next((most for address, most in LARGEST if address.fullmatch(scope["path"])), FORM)
        self._size = 0
        self._declared = int(length) if length.isdecimal() else 0
        self._patience: float = PATIENCE  # what is left of it: every second of waiting takes one, and every KiB gives one back

    async def receive(self) -> Message:
        """The next piece, as the app asks for it. 413 for a body that is too long, 408 for one that is too slow."""
        if self._declared > self._largest:
            raise HTTPException(413, TOO_LONG)
        event = await self._next()
        if self._size > self._largest:
            raise HTTPException(413, TOO_LONG)
        return event

    async def end(self, last: Message, send: Send) -> None:
        """Send the last part of an answer. What is left of the body is thrown away first: closing on it would take the answer along."""
        if not self.is_read:
            await send({**last, "more_body": True})
            until = self._size + THROWN_AWAY
            with suppress(HTTPException):
                while not self.is_read and self._size < until:
                    await self._next()
            last = {"type": "http.response.body", "body": b""}
        await send(last)

    async def _next(self) -> Message:
        if self.is_read:
            return await self._receive()  # until the client goes away
        asked, event = current_time(), None
        with move_on_after(self._patience):
            event = await self._receive()
        if event is None:
            self._patience = 0
            raise HTTPException(408, TOO_SLOW)
        size = len(event.get("body", b""))
        self._size += size
        self._patience = min(PATIENCE, self._patience - (current_time() - asked) + size / SLOWEST)
        self.is_read = not event.get("more_body", False)
        return event
