"""Our own HTML pages: from a template, escaped, kept by no cache."""

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse

from rr.errors import Unavailable
from rr.web.static_files import IMAGES, OURS
from rr.web.turns import TRY_AGAIN, Busy

TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def page(template: str, *, status: int = 200, cache: str = "no-store", **values: Any) -> HTMLResponse:
    """An answer from a template in `templates/`. Every name that the template uses has to be given, but for `ours` and `image`,

    which give the addresses of static files.
    """
    html = TEMPLATES.get_template(template).render(ours=OURS.address, image=IMAGES.address, **values)
    return HTMLResponse(html, status, headers={"Cache-Control": cache})


def message(headline: str, words: str, *, status: int, title: str = "") -> HTMLResponse:
    """A page that says one thing and shows the way on."""
    return page("message.html", status=status, headline=headline, words=words, title=title or headline)


def not_found() -> HTMLResponse:
    """The page for what isn't there and what isn't theirs: the two look the same."""
    return message(
        "Page not found",
        "If you typed the address, check that it is right. If you followed a link, it may be too old, or for somebody else.",
        status=404,
    )


def refused(refusal: HTTPException) -> HTMLResponse:
    """The page for what was sent too long, too slowly or in too many parts."""
    return message("What you sent can't be taken", refusal.detail, status=refusal.status_code)


def unavailable(trouble: Unavailable) -> HTMLResponse:
    """The page for when the database can't be used."""
    return message(trouble.headline, trouble.way_forward, status=503)


def busy(refusal: Busy) -> HTMLResponse:
    """The page for when too many wait at the same place already."""
    answer = message(refusal.headline, refusal.way_forward, status=503)
    answer.headers["Retry-After"] = str(TRY_AGAIN)
    return answer


def warm_up() -> None:
    """Read and compile every template now instead of for the first visitor."""
    for name in TEMPLATES.list_templates(extensions=["html"]):
        TEMPLATES.get_template(name)
