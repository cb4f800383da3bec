"""Files for people who are signed in: each address is one entry of `ROUTES`, made for this person and kept by no cache."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from urllib.parse import quote

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from rr import clock, db
from rr.access import NOT_FOUND, Actor
from rr.accounts.queries import whose
from rr.db import Session
from rr.errors import NotFound, Refused
from rr.intake.imports import queries as batches
from rr.plans.handover import queries as handover
from rr.plans.handover import word
from rr.web.guard import HEADER
from rr.web.render import message, not_found

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
LARGEST_ID = 2**31 - 1  # PostgreSQL's integer; a larger one names nothing


@dataclass(frozen=True)
class File:
    """A file to send: the name that it is saved under, its media type, its bytes."""

    name: str
    media_type: str
    body: bytes


# Makes one file. Gets a reading session, who asks, the address's parts (ids) and its parameters; raises NotFound for what isn't theirs,
# and Refused for what can't be made.
Maker = Callable[[Session, Actor, Mapping[str, int], Mapping[str, str]], File]


def file_route(path: str, make: Maker) -> Route:
    """A GET address for a kind of file, such as `/files/plan/{id:int}.docx`. Asks again who is signed in before it makes anything."""

    async def send(request: Request) -> Response:
        mark = request.headers.get(HEADER.decode())
        try:
            file = await to_thread.run_sync(partial(_made, make, mark, request.path_params, request.query_params))
        except NotFound:
            return not_found()
        except Refused as refusal:
            return message(refusal.headline, refusal.way_forward, status=500)
        if file is None:
            return PlainTextResponse("Sign in first.", 401)
        headers = {"Content-Disposition": attachment(file.name), "Cache-Control": "no-store"}
        return Response(file.body, media_type=file.media_type, headers=headers)

    return Route(path, send)


def _made(make: Maker, mark: str | None, ids: Mapping[str, int], params: Mapping[str, str]) -> File | None:
    if any(number > LARGEST_ID for number in ids.values()):
        raise NotFound(NOT_FOUND[0])
    with db.reading() as session:
        actor = whose(session, mark, clock.now())
        return None if actor is None else make(session, actor, ids, params)


def attachment(name: str) -> str:
    """The header that saves a file under a name. Only letters, digits, spaces, dots and dashes are left of it, also in plain ASCII."""
    safe = " ".join(re.sub(r"[^\w .-]", " ", unicodedata.normalize("NFC", name)).split()).lstrip(". ") or "file"
    plain = unicodedata.normalize("NFKD", safe).encode("ascii", "ignore").decode().lstrip(". ") or "file"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(safe)}"


def _plan(session: Session, actor: Actor, ids: Mapping[str, int], params: Mapping[str, str]) -> File:
    plan = handover.document(session, ids["id"], actor=actor, today=clock.today())
    body = word.build(plan, large=params.get("print") == "large")
    return File(f"{plan.partnership} - six-month action plan.docx", WORD, body)


def _refused_rows(session: Session, actor: Actor, ids: Mapping[str, int], params: Mapping[str, str]) -> File:
    return File(f"refused rows of import {ids['id']}.csv", "text/csv", batches.refused_csv(session, ids["id"], actor=actor))


ROUTES = [
    file_route("/files/plan/{id:int}.docx", _plan),
    file_route("/files/import/{id:int}.csv", _refused_rows),
]
