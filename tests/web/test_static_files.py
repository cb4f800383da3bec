import gzip
from pathlib import Path

import pytest
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient

from rr.web import static_files
from rr.web.guard import Guard
from rr.web.static_files import FOREVER, IMAGES, OURS, STREAMLIT, KeptFile, StaticFolder
from tests.web.conftest import browser


@pytest.fixture
def folder(tmp_path: Path) -> StaticFolder:
    (tmp_path / "page.css").write_text("p { color: black }\n" * 100)
    (tmp_path / "face.woff2").write_bytes(b"packed already")
    (tmp_path.parent / "secret.txt").write_text("not in the folder")
    return StaticFolder(tmp_path, "/x")


def open_in(folder: StaticFolder) -> TestClient:
    return browser(folder)


def test_a_file_is_sent_compressed_and_kept_for_ever_under_the_address_that_holds_its_digest(folder) -> None:
    answer = open_in(folder).get(folder.address("page.css"))
    assert answer.text == "p { color: black }\n" * 100
    assert int(answer.headers["content-length"]) < 200
    assert {name: answer.headers[name] for name in ("content-encoding", "cache-control", "vary", "content-type")} == {
        "content-encoding": "gzip",
        "cache-control": FOREVER,
        "vary": "Accept-Encoding",
        "content-type": "text/css; charset=utf-8",
    }


def test_who_takes_no_compressed_files_gets_it_plain(folder) -> None:
    answer = open_in(folder).get(folder.address("page.css"), headers={"Accept-Encoding": "identity"})
    assert ("content-encoding" in answer.headers, answer.text) == (False, "p { color: black }\n" * 100)


def test_what_is_packed_already_is_not_packed_again(folder) -> None:
    answer = open_in(folder).get("/x/face.woff2")
    assert ("content-encoding" in answer.headers, answer.content) == (False, b"packed already")


@pytest.mark.parametrize("address", ["/x/page.css", "/x/page.css?v=of-another-version"])
def test_under_an_address_that_may_come_to_mean_another_file_a_browser_asks_again_and_is_told_that_it_is_the_same(folder, address) -> None:
    visitor = open_in(folder)
    first = visitor.get(address)
    assert first.headers["cache-control"] == "no-cache"
    again = visitor.get(address, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("name", ["missing.css", "../secret.txt", "%2e%2e/secret.txt", "", ".", "page.css/x", "a%00b"])
def test_what_is_not_in_the_folder_is_not_found(folder, name) -> None:
    assert open_in(folder).get(f"/x/{name}").status_code == 404


def test_nothing_is_written_there(folder) -> None:
    assert open_in(folder).post("/x/page.css").status_code == 405


def test_a_file_is_compressed_once_however_often_it_is_asked_for(folder, monkeypatch) -> None:
    packed = []
    pack = gzip.compress
    monkeypatch.setattr(static_files.gzip, "compress", lambda *args, **more: packed.append(1) or pack(*args, **more))
    for _ in range(3):
        assert open_in(folder).get("/x/page.css").status_code == 200
    assert packed == [1]


@pytest.mark.parametrize("kept", [OURS, IMAGES])
def test_every_file_of_ours_has_an_address_that_changes_with_it(kept) -> None:
    names = [file.name for file in kept.folder.iterdir()]
    assert names
    for name in names:
        assert kept.address(name) == f"{kept.at}/{name}?v={KeptFile.read(kept.folder / name).digest}"


def test_streamlits_files_are_there_for_everybody_compressed_and_for_ever() -> None:
    inside = browser(Guard(PlainTextResponse("Streamlit")))
    largest = max((STREAMLIT.folder / "js").glob("index.*.js"), key=lambda file: file.stat().st_size)
    answer = inside.get(f"/static/js/{largest.name}")
    assert (answer.status_code, answer.headers["cache-control"], answer.headers["content-encoding"]) == (200, FOREVER, "gzip")
    assert int(answer.headers["content-length"]) < largest.stat().st_size / 2
    assert answer.headers["content-type"].startswith("text/javascript")
    assert inside.get("/static/js/none.js").status_code == 404
