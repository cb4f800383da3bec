"""What our plain HTML forms need: reading what was posted, the token against forged posts, and safe ways back."""

import hmac
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, Response

from rr.accounts.rules import token
from rr.config import secret_key, settings
from rr.web.bodies import TOO_LONG
from rr.web.cookies import carried, keep
from rr.web.render import page

MOST_FIELDS = 200
FORM_COOKIE = "rr_form"
KNOWN_COOKIE, KNOWN_LASTS = "rr_known", 365 * 24 * 60 * 60
TOO_OLD = {"": "This page was open for too long, or your browser keeps no cookies. Try once more."}
_TOKEN = re.compile(r"[\w-]{43}", re.ASCII)


class Posted:
    """The fields of a posted form. A field that wasn't sent reads as empty."""

    def __init__(self, fields: dict[str, list[str]]) -> None:
        self._fields = fields

    def __getitem__(self, name: str) -> str:
        return self._fields.get(name, [""])[-1]

    def __contains__(self, name: str) -> bool:
        return name in self._fields

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def all(self, name: str) -> list[str]:
        """Every value sent under a name, such as the ticked boxes of one question."""
        return self._fields.get(name, [])


async def posted(request: Request) -> Posted:
    """Read a form, as long as the guard lets one be. 400 for more fields than any of our forms has."""
    body = await request.body()
    try:
        fields = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        raise HTTPException(400, TOO_LONG) from None
    # PostgreSQL refuses NUL even in a comparison, before any command could look at the text.
    return Posted({name: [value.replace("\0", "") for value in values] for name, values in fields.items()})


def form_page(request: Request, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """A page with a form that changes something for one person: it carries a token that only this browser's posts can repeat."""
    held = carried(request, FORM_COOKIE)
    secret = held if _TOKEN.fullmatch(held) else token()
    answer = page(template, status=status, csrf_token=_signed(secret), **values)
    if secret != held:
        keep(answer, FORM_COOKIE, secret)
    return answer


def is_ours(request: Request, form: Posted) -> bool:
    """Whether a post came from a page of ours in this browser: the token belongs to its cookie, and no other site sent it."""
    held = carried(request, FORM_COOKIE)
    fits = bool(_TOKEN.fullmatch(held)) and hmac.compare_digest(_signed(held).encode(), form["csrf_token"].encode())
    return fits and not is_foreign(request)


def is_foreign(connection: HTTPConnection) -> bool:
    """Whether a page of another site sent this: its Origin is neither the host that was asked nor the address that we go by."""
    origin = connection.headers.get("origin")
    return origin is not None and urlsplit(origin).netloc not in (connection.headers.get("host"), urlsplit(settings().base_url).netloc)


def _signed(secret: str) -> str:
    return hmac.new(secret_key(), b"form " + secret.encode(), "sha256").hexdigest()


def known_browser(request: Request, email: str) -> str:
    """The name of a browser in which this account has signed in before, from its cookie; "" if it is a stranger's."""
    name, _, signature = carried(request, KNOWN_COOKIE).partition(".")
    fits = bool(_TOKEN.fullmatch(name)) and hmac.compare_digest(_signed(f"{name} known to {email}").encode(), signature.encode())
    return name if fits else ""


def make_known(answer: Response, email: str) -> None:
    """Let the browser be known the next time that this account signs in. The cookie alone signs nobody in."""
    name = token()
    keep(answer, KNOWN_COOKIE, f"{name}.{_signed(f'{name} known to {email}')}", KNOWN_LASTS)


def local(address: str) -> str:
    """Where to go on to: a path of our own, else the first page. Never another site, and never the sign-in pages themselves."""
    ours = address.startswith("/") and not address.startswith("//") and "\\" not in address and address.isprintable()
    if not ours or len(address) > 2000 or urlsplit(address).path.rstrip("/") in ("/signin", "/signin/demo", "/signout", "/auth/logout"):
        return "/"
    return address


def sender(request: Request) -> str:
    """The client's address, for counting tries. Behind a proxy on this machine, uvicorn has put the client's own there."""
    return request.client.host if request.client else ""
