"""What people typed is shown as text and is never anything else: on every page that shows words, in a real browser."""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, String, select, update

from rr import db
from rr.models import METADATA
from tests.browser.conftest import Window, start
from tests.browser.lists.texts import TEXTS
from tests.conftest import working_on

pytestmark = pytest.mark.browser

MORE = (  # what Streamlit's Markdown makes something of, once it has made its text
    "www.example.org and WWW.example.org/a?b=c",
    "ada@example.org, mailto:ada@example.org",
    "http://example.org https://example.org/a_b_c xmpp:ada@example.org",
    "a -> b <- c <-> d -- e --- f >= g <= h ~= i",
    "    four spaces\n    and four more",
    "\ta tab\n\n\n    a gap and four spaces",
    "Heading\n===\nand\n---",
    "1) first\n2) second\n* third\n+ fourth",
    ":orange-background[words] :small[words] :gray[words]",
    ":sun_with_face: :100: :-) 10:30 a:b",
    "[^1] and [^1]: a note, [x]: https://example.org",
    "<https://example.org> <ada@example.org>",
    "© &copy; &#169; &amp;lt;",
    "50% off! £5–£10 | a | b",
    "trailing backslash \\",
    "two spaces  \nat the end",
    ":primary-badge[:material/check: done]",
    "$5 and $6, \\$7",
    "~~~\ncode\n~~~",
    "::: note\nwords\n:::",
)
HOSTILE = [f"Q{number:02}a{text[:60]}Q{number:02}z" for number, text in enumerate((*MORE, *TEXTS[:40]))]
HOSTILE[4:6] = [text[4:] for text in HOSTILE[4:6]]  # these begin with their spaces
LONG_ENOUGH = 200  # a column shorter than that holds a name or a code
NOT_WORDS = {"email", "folded", "phone_text", "link", "remarks", "as_typed"}
PAGES = (
    *("requests", "sessions", "plans", "plans?plans_view=Actions", "partnerships", "needs", "toolkit", "progress", "imports"),
    *("session?id=1", "session?id=2", "live?id=1", "plan?id=1", "plan?id=2", "review?id=1", "partnership?id=9"),
)
ODD = """root => [...root.querySelectorAll(
    'a[href], img, iframe, script, form, code, pre, table, blockquote, h1, .katex, [data-testid=stMarkdownContainer] :is(em, del, svg, hr)'
)].filter(one => /Q\\d\\d[az]/.test(one.textContent) || one.matches('.katex, script, iframe, blockquote'))
  .filter(one => !(one.tagName === 'A' && new URL(one.href).origin === location.origin))
  .filter(one => one.tagName !== 'H1')
  .map(one => one.outerHTML.slice(0, 200))"""
OUTSIDE = """root => [...root.querySelectorAll('[href], [src]')].map(one => one.href || one.src)
    .filter(url => !url.startsWith(location.origin) && !url.startsWith('data:image'))"""


def fill(connection: Connection) -> None:
    """Write a hostile text over everything that people typed: another one in each row and column."""
    count = 0
    for table in METADATA.sorted_tables:
        words = [
            column
            for column in table.columns
            if column.info.get("personal") and isinstance(column.type, String) and (column.type.length or 0) >= LONG_ENOUGH
            if column.name not in NOT_WORDS and table.name not in ("name_word", "name_trigram", "row_version")
        ]
        for number in connection.execute(select(table.c.id)).scalars().all() if words else ():
            said = {column.name: HOSTILE[(count := count + 1) % len(HOSTILE)] for column in words}
            connection.execute(update(table).where(table.c.id == number).values(said))


@pytest.fixture(scope="module")
def hostile_server(demo_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    path = tmp_path_factory.mktemp("hostile") / "rr.db"
    shutil.copy(demo_database, path)
    with working_on(db.make_engine(f"sqlite:///{path}")), db.writer().begin() as connection:
        fill(connection)
    yield from start(path)


def _seen(text: str) -> str:
    return " ".join(text.replace("\u2060", "").split())


def test_peoples_words_are_text_on_every_page(hostile_server: str, window: Callable[..., Window]) -> None:
    person = window(hostile_server).sign_in("manager")
    wanted = {re.findall(r"Q(\d\d)z", text)[0]: _seen(text) for text in HOSTILE}
    shown: set[str] = set()
    for path in PAGES:
        person.open(path)
        person.page.evaluate("() => document.querySelectorAll('details').forEach(one => { one.open = true })")
        root = person.page.locator("[data-testid=stApp]")
        assert root.evaluate(ODD) == [], path
        assert root.evaluate(OUTSIDE) == [], path
        text = _seen(root.evaluate("root => root.innerText"))
        for number, whole in wanted.items():
            pieces = (
                re.findall(rf"Q{number}a.*?(?:Q{number}z|…|$)", text)
                if whole.startswith("Q")
                else re.findall(rf"\S+.{{0,80}}Q{number}z", text)
            )
            for piece in pieces:
                assert whole in piece or piece.endswith("…"), (path, piece[:300])
                shown |= {number} if whole in piece else set()
    assert len(shown) >= 50, sorted(set(wanted) - shown)
    assert person.outside == []
