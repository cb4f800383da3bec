"""What an operator's checks ask: is the process up, and can it work?"""

from anyio import move_on_after, to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from rr import migrations
from rr.errors import Unavailable

PATIENCE = 5  # seconds; an unreachable PostgreSQL would keep the check waiting for minutes


async def healthz(request: Request) -> Response:
    """The process is up. Doesn't look at the database: a restart wouldn't mend that."""
    return JSONResponse({"status": "up"}, headers={"Cache-Control": "no-store"})


async def readyz(request: Request) -> Response:
    """The database is reachable and migrated, else 503 and why, without a name or an address."""
    why = "The database does not answer."
    with move_on_after(PATIENCE):
        why = await to_thread.run_sync(_why_not, abandon_on_cancel=True)
    ready = {"status": "not ready", "why": why} if why else {"status": "ready"}
    return JSONResponse(ready, 503 if why else 200, headers={"Cache-Control": "no-store"})


def _why_not() -> str:
    try:
        return "" if migrations.is_current() else "The database is not at the newest version. Run: python -m rr migrate"
    except Unavailable as trouble:
        return f"{trouble.headline}."
