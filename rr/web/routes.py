"""Every address that we answer ourselves. The rest goes on to Streamlit."""

from collections.abc import Awaitable, Callable

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route

from rr.errors import NotFound, Refused, Unavailable
from rr.web import files, health, passwords, signin, signup
from rr.web.render import busy, message, not_found, refused, unavailable
from rr.web.static_files import IMAGES, OURS
from rr.web.turns import Busy

Answer = Callable[[Request], Awaitable[Response]]
BOTH = ["GET", "POST"]


def route(path: str, answer: Answer, methods: list[str] | None = None) -> Route:
    """A route whose refusals are pages with a sentence."""

    async def politely(request: Request) -> Response:
        try:
            return await answer(request)
        except NotFound:
            return not_found()
        except Unavailable as trouble:
            return unavailable(trouble)
        except Busy as refusal:
            return busy(refusal)
        except Refused as refusal:
            return message(refusal.headline, refusal.way_forward, status=400)
        except HTTPException as refusal:
            return refused(refusal)

    return Route(path, politely, methods=methods or ["GET"])


ROUTES: list[BaseRoute] = [
    route("/signin", signin.sign_in, BOTH),
    route("/signin/demo", signin.sign_in_demo, ["POST"]),
    route("/signin/password", passwords.own_password, BOTH),
    route("/signin/stay", signin.stay, ["POST"]),
    route("/signout", signin.sign_out, BOTH),
    route("/auth/logout", signin.left),
    route("/password/{token}", passwords.one_time_link, BOTH),
    route("/signup", signup.sign_up, BOTH),
    route("/healthz", health.healthz),
    route("/readyz", health.readyz),
    *files.ROUTES,
    Mount(OURS.at, OURS),
    Mount(IMAGES.at, IMAGES),
]
