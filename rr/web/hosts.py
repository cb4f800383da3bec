"""Under which host we answer: that of the base URL. Another one is a mistake, or a name that somebody else has pointed at us."""

import re
from urllib.parse import urlsplit

from starlette.types import Scope

from rr.config import is_loopback, settings

ALWAYS = ("/healthz", "/readyz")  # an operator's checks ask by whatever address they have
PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[\w.-]+)(?::(\d{1,5}))?", re.ASCII)


def is_our_host(scope: Scope) -> bool:
    """Whether a request names the base URL's host and port. While that is loopback, any loopback name and port will do."""
    asked = [value.decode("latin-1").lower() for name, value in scope["headers"] if name == b"host"]
    found = _HOST.fullmatch(asked[0]) if len(asked) == 1 else None
    if found is None:
        return scope["path"] in ALWAYS
    name, port = found[1].strip("[]"), found[2]
    ours = urlsplit(settings().base_url)
    usual = PORTS.get(ours.scheme)
    is_base = (name, int(port) if port else usual) == (ours.hostname, ours.port or usual)
    return is_base or scope["path"] in ALWAYS or (is_loopback(ours.hostname or "") and is_loopback(name))
