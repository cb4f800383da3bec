"""The page in which the app starts. It stands in for Streamlit's own: with our title, fonts, styles and script, and no script inside it."""

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from functools import cache
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Match, Route
from starlette.types import Scope

from rr.web.render import not_found, page
from rr.web.static_files import IMAGES, OURS, STREAMLIT

MODULE = re.compile(r'<script type="module"[^>]* src="\./static/([^"]+)"')
PRELOADED = re.compile(r'<link rel="modulepreload"[^>]* href="\./static/([^"]+)"')
STYLES = re.compile(r'<link rel="stylesheet"[^>]* href="\./static/([^"]+)"')
IMPORTED = re.compile(r'(?:from|import)\s*"\./([\w.-]+\.js)"')
# Streamlit fetches an element's code when it first draws one. What most pages have is fetched at once, the rest when there is time.
SOON = ("TextInput", "Button", "ButtonGroup", "Selectbox", "BidiComponent", "PageLink")
LATER = (
    "Checkbox",
    "DateInput",
    "FormClearHelper",
    "ImageList",
    "LinkButton",
    "Metric",
    "NumberInput",
    "Pagination",
    "Progress",
    "TextArea",
    "Toast",
)
FOR_STREAMLIT = re.compile(r"/(?:_stcore|media|component)(?:/.*)?|/favicon\.png")


def start_page(title: str) -> Response:
    """The page for an address of the app, with the title of what is there."""
    return page("start.html", title=title, cache="no-cache", **_parts())


@cache
def _parts() -> dict[str, Any]:
    """The addresses of Streamlit's files that the page loads: those of its own start page, and what its elements need."""
    own = (STREAMLIT.folder.parent / "index.html").read_text(encoding="utf-8")
    [module], [styles] = MODULE.findall(own), STYLES.findall(own)
    preloaded = PRELOADED.findall(own)
    soon = _with_imports(_chunk(name) for name in SOON)
    later = _with_imports(_chunk(name) for name in LATER)
    first = [*preloaded, *(name for name in soon if name not in (module, *preloaded))]
    return {
        "module": STREAMLIT.address(module),
        "styles": STREAMLIT.address(styles),
        "icons": STREAMLIT.address(_only("media/MaterialSymbols-Rounded.*.woff2")),
        "soon": [STREAMLIT.address(name) for name in first],
        "later": [STREAMLIT.address(name) for name in later if name not in (module, *first)],
    }


def _chunk(name: str) -> str:
    return _only(f"js/{name}.*.js")


def _only(pattern: str) -> str:
    [found] = STREAMLIT.folder.glob(pattern)
    return found.relative_to(STREAMLIT.folder).as_posix()


def _with_imports(names: Iterable[str]) -> list[str]:
    """The files and all that they import, each once."""
    waiting, found = list(names), []
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.append(name)
            source = (STREAMLIT.folder / name).read_text(encoding="utf-8")
            waiting += [f"js/{other}" for other in IMPORTED.findall(source)]
    return found


def warm_up() -> None:
    """Compress what the first page loads now instead of for the first visitor."""
    parts = _parts()
    for address in (parts["module"], parts["styles"], parts["icons"], *parts["soon"], *parts["later"]):
        STREAMLIT.file(address.removeprefix(f"{STREAMLIT.at}/"))
    for folder in (OURS, IMAGES):
        for file in folder.folder.iterdir():
            folder.file(file.name)


def routes(titles: Mapping[str, str]) -> list[Route]:
    """The addresses of the app's pages, each with its title, and last of all the answer to every address that is none."""

    def answer(title: str) -> Callable[[Request], Awaitable[Response]]:
        async def send(_request: Request) -> Response:
            return start_page(title)

        return send

    async def elsewhere(request: Request) -> Response:
        plain = request.url.path.rstrip("/")
        if plain.removeprefix("/") in titles:
            return RedirectResponse(plain + (f"?{request.url.query}" if request.url.query else ""), 301)
        return not_found()

    return [*(Route(f"/{stem}", answer(title)) for stem, title in titles.items()), _Elsewhere("/{path:path}", elsewhere)]


class _Elsewhere(Route):
    """Every address that nothing of ours has and that isn't Streamlit's: it would answer them all with its start page."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        if scope["type"] == "http" and FOR_STREAMLIT.fullmatch(scope["path"]):
            return Match.NONE, {}
        return super().matches(scope)
