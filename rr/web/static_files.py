"""Files that every visitor's browser fetches: read and compressed once, kept in memory, and by browsers until their address changes."""

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from anyio import to_thread
from starlette.datastructures import Headers, QueryParams
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

FOREVER = "public, max-age=31536000, immutable"
PACKED_ALREADY = (".woff2", ".woff", ".png", ".gif", ".jpg", ".webp")


@dataclass(frozen=True)
class KeptFile:
    """A file as it is sent: compressed by gzip, unless its format is compressed itself."""

    body: bytes
    is_packed: bool
    media_type: str
    digest: str

    @classmethod
    def read(cls, path: Path) -> "KeptFile":
        body = path.read_bytes()
        packs = path.suffix not in PACKED_ALREADY
        media_type = "text/javascript" if path.suffix == ".js" else mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        kept = gzip.compress(body, 9, mtime=0) if packs else body
        return cls(kept, packs, media_type, hashlib.sha256(body).hexdigest()[:12])


class StaticFolder:
    """An ASGI app that answers with the files of one folder, at the address `at`.

    Compressing takes 20 milliseconds for the largest file of a page's first load; all files of Streamlit take 7 MB of memory.
    """

    def __init__(self, folder: Path, at: str, *, names_hold_digest: bool = False) -> None:
        self.folder = folder
        self.at = at
        self.names_hold_digest = names_hold_digest
        self._kept: dict[str, KeptFile] = {}

    def address(self, name: str) -> str:
        """The address of a file, which is another one as soon as the file is another one."""
        return f"{self.at}/{name}" if self.names_hold_digest else f"{self.at}/{name}?v={self.file(name).digest}"

    def file(self, name: str) -> KeptFile:
        """A file of the folder, read at the first time. Raises FileNotFoundError for what isn't in it."""
        if name not in self._kept:
            path = (self.folder / name).resolve()
            if not (path.is_relative_to(self.folder.resolve()) and path.is_file()):
                raise FileNotFoundError(name)
            self._kept[name] = KeptFile.read(path)
        return self._kept[name]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await (await self._answer(scope))(scope, receive, send)

    async def _answer(self, scope: Scope) -> Response:
        if scope["method"] not in ("GET", "HEAD"):
            return PlainTextResponse("Method not allowed", 405)
        name = scope["path"].removeprefix(f"{self.at}/")
        try:
            kept = self._kept.get(name) or await to_thread.run_sync(self.file, name)
        except (OSError, ValueError):
            return PlainTextResponse("Not found", 404)
        headers = {"Cache-Control": self._cached(scope, kept), "ETag": f'"{kept.digest}"', "Vary": "Accept-Encoding"}
        asked = Headers(scope=scope)
        if asked.get("if-none-match") == headers["ETag"]:
            return Response(status_code=304, headers=headers)
        if not kept.is_packed or "gzip" not in asked.get("accept-encoding", ""):
            body = gzip.decompress(kept.body) if kept.is_packed else kept.body
            return Response(body, media_type=kept.media_type, headers=headers)
        return Response(kept.body, media_type=kept.media_type, headers=headers | {"Content-Encoding": "gzip"})

    def _cached(self, scope: Scope, kept: KeptFile) -> str:
        named = self.names_hold_digest or QueryParams(scope["query_string"]).get("v") == kept.digest
        return FOREVER if named else "no-cache"


def _of_streamlit() -> Path:
    package = find_spec("streamlit")
    if package is None or package.origin is None:
        raise RuntimeError("Streamlit isn't installed")
    return Path(package.origin).parent / "static/static"


WEB = Path(__file__).parent
OURS = StaticFolder(WEB / "static", "/static-rr")
IMAGES = StaticFolder(WEB.parent / "ui/static", "/app/static")  # fonts and images
STREAMLIT = StaticFolder(_of_streamlit(), "/static", names_hold_digest=True)
