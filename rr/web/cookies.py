"""Our cookies. No script reads them and no other site's post carries them; with https no other host of the domain can set them either."""

from starlette.requests import HTTPConnection
from starlette.responses import Response

from rr.config import settings


def sent_name(name: str) -> str:
    """What a cookie is called in the browser. A `__Host-` cookie is taken only over https, from this very host, for all of it."""
    return f"__Host-{name}" if settings().https else name


def carried(connection: HTTPConnection, name: str) -> str:
    """The value of a cookie that a browser sent; "" without one."""
    return connection.cookies.get(sent_name(name), "")


def keep(answer: Response, name: str, value: str, seconds: int | None = None) -> None:
    """Let the browser keep a cookie; without `seconds` until it is closed."""
    answer.set_cookie(sent_name(name), value, max_age=seconds, path="/", httponly=True, samesite="lax", secure=settings().https)


def forget(answer: Response, name: str) -> None:
    """Let the browser drop a cookie."""
    answer.delete_cookie(sent_name(name), path="/", httponly=True, samesite="lax", secure=settings().https)
