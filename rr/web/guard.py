"""Nothing of the app answers somebody who isn't signed in. The guard sees every request and websocket before Streamlit does."""

import re
from urllib.parse import quote

from anyio import to_thread
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rr import clock, db, faults
from rr.accounts.queries import whose
from rr.accounts.rules import digest
from rr.config import settings
from rr.errors import Unavailable
from rr.web.bodies import Body
from rr.web.cookies import carried
from rr.web.forms import is_foreign, local
from rr.web.hosts import is_our_host
from rr.web.open_sockets import OpenSockets
from rr.web.render import message, refused, unavailable
from rr.web.static_files import STREAMLIT
from rr.web.turns import look_ups

COOKIE = "rr_session"  # as rr.web.cookies calls it
HEADER = b"x-rr-session"  # names the sign-in to the scripts; Streamlit hands it on by server.trustedUserHeaders
OPEN = re.compile(
    r"/(?:signin|signin/demo|signout|auth/logout|signup|password/[^/]+|healthz|readyz|favicon\.png|_stcore/health"
    r"|(?:static-rr|app/static)/.+)"
)
CLOSED = re.compile(r"(?:.*/)?_stcore/metrics/?")  # Streamlit's own figures: nobody needs them
NOT_KEPT = {"Cache-Control": "no-store"}
FOR_PROGRAMS = re.compile(r"(?:.*/)?(?:_stcore|media|component|api)(?:/.*)?")  # a redirect would only confuse whoever asks for these


class Guard:
    """Plain ASGI middleware: names the sign-in in a header, refuses who has none, adds the security headers to every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.open_sockets = OpenSockets()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lifespan events pass. What a client says in our header is dropped, whoever it is."""
        if scope["type"] not in ("http", "websocket"):
            await _start(self.app, scope, receive, send)
            return
        scope = {**scope, "headers": [(name, value) for name, value in scope["headers"] if name.lower() != HEADER]}
        await (self._page if scope["type"] == "http" else self._socket)(scope, receive, send)

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            mark = await mark_of(scope) if is_our_host(scope) and not is_foreign(HTTPConnection(scope)) else None
        except Unavailable:
            mark = None  # the browser tries again by itself
        if mark is None:
            await receive()
            await send({"type": "websocket.close", "code": 1008})  # before it was accepted: the client gets 403
            return
        closed = False

        async def close(code: int, reason: str) -> None:
            nonlocal closed
            if not closed:
                closed = True
                await send({"type": "websocket.close", "code": code, "reason": reason})

        async def send_while_open(event: Message) -> None:
            nonlocal closed
            if not closed:
                closed = event["type"] == "websocket.close"
                await send(event)

        async with self.open_sockets.watching(mark, close):
            await self.app(_named(scope, mark), receive, send_while_open)

    async def _page(self, scope: Scope, receive: Receive, send: Send) -> None:
        body, started = Body(scope, receive), False

        async def send_safely(event: Message) -> None:
            nonlocal started
            if event["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(raw=list(event.get("headers", [])))
                for name, value in security_headers().items():
                    headers.setdefault(name, value)
                if not body.is_read:
                    headers["connection"] = "close"
                event = {**event, "headers": headers.raw}
            is_last = event["type"] == "http.response.body" and not event.get("more_body", False)
            await (body.end(event, send) if is_last else send(event))

        try:
            await self._answer(scope, body.receive, send_safely)
        except ClientDisconnect:
            return  # nobody is there to be answered
        except Exception as fault:
            if started:
                raise
            await _instead(fault)(scope, receive, send_safely)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        if not is_our_host(scope):
            await PlainTextResponse(f"This site has another address: {settings().base_url}", 400, NOT_KEPT)(scope, receive, send)
        elif path.startswith(f"{STREAMLIT.at}/"):
            await STREAMLIT(scope, receive, send)
        elif CLOSED.fullmatch(path):
            await PlainTextResponse("Not found", 404)(scope, receive, send)
        elif OPEN.fullmatch(path):
            await self.app(scope, receive, send)
        elif mark := await mark_of(scope):
            await self.app(_named(scope, mark), receive, send)
        else:
            await _refusal(scope)(scope, receive, send)


async def _start(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Let the app start and end. What keeps it from starting is said in its sentence: Starlette would send the whole traceback."""
    failed: Message | None = None

    async def send_later(event: Message) -> None:
        nonlocal failed
        if event["type"] == "lifespan.startup.failed":
            failed = event
        else:
            await send(event)

    try:
        await app(scope, receive, send_later)
    except BaseException as fault:
        if failed is None:
            raise
        await send({**failed, "message": str(fault)} if isinstance(fault, SystemExit) else failed)
        raise


def _instead(fault: Exception) -> Response:
    """What is answered where the app failed before it answered anything."""
    if isinstance(fault, Unavailable):
        return unavailable(fault)
    if isinstance(fault, HTTPException):
        return refused(fault)
    reference = faults.record(fault, "an answer")
    words = f"Nothing was saved. Try again in a little while. If it keeps happening, give us this reference: {reference}."
    return message("Sorry, something went wrong on our side", words, status=500)


async def mark_of(scope: Scope) -> str | None:
    """The mark of the sign-in that a request's cookie names, if it holds. One look-up in the database, in a thread."""
    secret = carried(HTTPConnection(scope), COOKIE)
    mark = digest(secret)
    return mark if secret and await to_thread.run_sync(_holds, mark, limiter=look_ups) else None


def _holds(mark: str) -> bool:
    with db.reading() as session:
        return whose(session, mark, clock.now()) is not None


def _named(scope: Scope, mark: str) -> Scope:
    # Made last: HTTPConnection(scope) replaces the list of headers, and what was added to the old one is lost.
    return {**scope, "headers": [*scope["headers"], (HEADER, mark.encode())]}


def _refusal(scope: Scope) -> Response:
    if scope["method"] not in ("GET", "HEAD") or FOR_PROGRAMS.fullmatch(scope["path"]):
        return PlainTextResponse("Sign in first.", 401, NOT_KEPT)
    query = scope["query_string"].decode("latin-1")
    wanted = local(quote(scope["path"]) + (f"?{query}" if query else ""))
    return RedirectResponse(f"/signin?next={quote(wanted, safe='')}", 303, NOT_KEPT)


def security_headers() -> dict[str, str]:
    """The headers that every answer carries unless it sets its own. Scripts come from files of ours alone."""
    headers = {
        "Content-Security-Policy": (
            "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
            "font-src 'self' data:; frame-ancestors 'none'; base-uri 'self'; form-action 'self'; object-src 'none'"
        ),
        "Referrer-Policy": "same-origin",  # /auth/logout reads from it where somebody was
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
    }
    return headers | {"Strict-Transport-Security": "max-age=31536000"} if settings().https else headers
