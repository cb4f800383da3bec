"""A server for the tests of lists: one page without a database, under the same content security policy as the app.

It starts from Streamlit's own page, whose one script stands in the page: that alone is allowed beside what the policy says.
"""

import base64
import hashlib
import re
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import Mount
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rr.config import ROOT
from rr.web.guard import security_headers
from rr.web.static_files import IMAGES


def _policy(name: str, value: str) -> str:
    if name != "Content-Security-Policy":
        return value
    page = (Path(st.__file__).parent / "static/index.html").read_bytes()
    (script,) = re.findall(rb"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", page, re.DOTALL)
    return value.replace("script-src 'self'", f"script-src 'self' 'sha256-{base64.b64encode(hashlib.sha256(script).digest()).decode()}'")


class Headers:
    """Adds the security headers that the guard adds to every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.headers = [(name.lower().encode(), _policy(name, value).encode()) for name, value in security_headers().items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(event: Message) -> None:
            if event["type"] == "http.response.start":
                event = {**event, "headers": [*event.get("headers", []), *self.headers]}
            await send(event)

        await self.app(scope, receive, send_with_headers)


app = st.App(
    ROOT / "tests/browser/lists/page.py",
    routes=[Mount(IMAGES.at, IMAGES)],
    middleware=[Middleware(Headers)],
)
