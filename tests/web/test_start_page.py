"""The page in which the app starts, and the addresses that are none."""

import re
from html.parser import HTMLParser

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Mount
from starlette.testclient import TestClient

from rr.ui.kit.navigation import PAGES, TITLES
from rr.web import start_page
from rr.web.routes import ROUTES
from rr.web.static_files import STREAMLIT
from tests.web.conftest import browser


class Tags(HTMLParser):
    """The tags of a page, with what stands in those of a few kinds."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def all(self, tag: str, **having: str) -> list[dict[str, str | None]]:
        return [each for name, each in self.found if name == tag and having.items() <= each.items()]


@pytest.fixture
def visitor() -> TestClient:
    """A browser at our own addresses and at a Streamlit that answers whatever is left, as the real one does."""
    left = Mount("/", PlainTextResponse("Streamlit"))
    return browser(Starlette(routes=[*ROUTES, *start_page.routes(TITLES), left]))


@pytest.mark.parametrize("stem", ["", "rows", *PAGES])
def test_each_page_of_the_app_starts_with_its_own_title_and_heading(visitor, stem) -> None:
    html = visitor.get(f"/{stem}?id=1").text
    assert '<html lang="en-GB"' in html
    assert f"<title>{TITLES[stem]} – Reflect | Recharge</title>" in html
    assert f"<h1>{TITLES[stem]}</h1>" in html


def test_it_loads_what_streamlits_own_start_page_loads_and_our_script_runs_before(visitor) -> None:
    page, own = Tags(visitor.get("/plans").text), Tags((STREAMLIT.folder.parent / "index.html").read_text(encoding="utf-8"))
    scripts = [script["src"] for script in page.all("script")]
    assert len(scripts) == 3
    assert scripts[0].startswith("/static-rr/app.js?v=")
    [module] = [script["src"] for script in own.all("script", type="module")]
    assert scripts[1] == module.removeprefix(".")
    assert scripts[2].startswith("/static-rr/idle.js?v=")
    preloaded = [link["href"] for link in page.all("link", rel="modulepreload")]
    assert {link["href"].removeprefix(".") for link in own.all("link", rel="modulepreload")} <= set(preloaded)
    assert len(preloaded) == len(set(preloaded))
    styles = [link["href"].partition("?")[0] for link in page.all("link", rel="stylesheet")]
    assert styles == [
        "/static-rr/app.css",
        "/static-rr/print.css",
        *(link["href"].removeprefix(".") for link in own.all("link", rel="stylesheet")),
    ]


def test_everything_that_it_names_is_there_and_is_kept_for_ever(visitor) -> None:
    page = Tags(visitor.get("/plans").text)
    named = [each.get("href") or each.get("src") for tag in ("link", "script", "img") for each in page.all(tag)]
    assert len(named) > 60
    for address in named:
        if address.startswith("/static/"):
            assert STREAMLIT.file(address.removeprefix("/static/"))
        else:
            answer = visitor.get(address)
            assert (address, answer.status_code, "immutable" in answer.headers["cache-control"]) == (address, 200, True)


def test_the_faces_are_fetched_at_once_and_have_fallbacks_of_their_own_measures(visitor) -> None:
    html = visitor.get("/plans").text
    fetched = [link["href"] for link in Tags(html).all("link", rel="preload")]
    assert [address.partition("?")[0].rpartition("/")[2].partition(".")[0] for address in fetched] == [
        "body",
        "head",
        "MaterialSymbols-Rounded",
    ]
    for face in ("body", "head"):
        fallback = html.partition(f"font-family: rr-{face}-fallback")[2].partition("}")[0]
        assert re.findall(r"([a-z-]+): [\d.]+%", fallback) == ["size-adjust", "ascent-override", "descent-override", "line-gap-override"]


@pytest.mark.parametrize(
    "address", ["/reqests", "/plans/7", "/index.html", "/static.html", "/plan/_stcore", "/pages/plans.py", "/%2e%2e/x"]
)
def test_an_address_that_is_none_says_so_in_our_own_words_with_a_way_on(visitor, address) -> None:
    answer = visitor.get(address)
    assert answer.status_code == 404
    assert "Page not found" in answer.text
    assert '<a href="/">' in answer.text


@pytest.mark.parametrize("address", ["/_stcore/health", "/_stcore/stream", "/media/1.png", "/component/x/y", "/favicon.png"])
def test_what_is_streamlits_is_left_to_it(visitor, address) -> None:
    assert visitor.get(address).text == "Streamlit"


def test_a_page_with_a_stroke_at_its_end_is_the_page(visitor) -> None:
    answer = visitor.get("/plan/?id=7")
    assert (answer.status_code, answer.headers["location"]) == (301, "/plan?id=7")
