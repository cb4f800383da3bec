"""Recognises failed runs: by elements on the page, by kinds of messages, and by lines in the server's log.

Elements are recognised by type and, for Streamlit's coloured boxes, by their format and icon: how a page draws its content doesn't matter.
"""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

NOT_FOUND = ":material/search_off:"  # on the box of a page whose record isn't there, or isn't this person's
REFUSED = ":material/info:"  # on the box of a page that was refused as a whole
NEWS = "rr.news"  # the bar that says what a gesture did, or why it was refused
LOGGED = re.compile(
    r"^error [0-9a-f]{8} in .*|^Traceback .*|.*(?:Uncaught|Exception in|exception was never retrieved|CRITICAL).*", re.MULTILINE
)


class Failed(Exception):
    """A run that failed, so that its time means nothing. The message is what was shown or found instead."""


def on_page(messages: Iterable[ForwardMsg], *, blank: bool = False) -> list[str]:
    """The errors among these messages. On the blank page, which has no record, the box that says so isn't one."""
    return [problem for message in messages if (problem := _problem(message, blank))]


def _problem(message: ForwardMsg, blank: bool) -> str:
    kind = message.WhichOneof("type")
    if kind == "delta" and message.delta.WhichOneof("type") == "new_element":
        return _of_element(message.delta.new_element, blank)
    if kind == "page_not_found":
        return "page not found"
    if kind == "auth_redirect":
        return "signed out"
    if kind == "session_event" and message.session_event.WhichOneof("type") == "script_compilation_exception":
        return "the script doesn't compile"
    if kind == "script_finished" and message.script_finished == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
        return "the script doesn't compile"
    return ""


def _of_element(element: Any, blank: bool) -> str:
    kind = element.WhichOneof("type")
    if kind == "exception" and not element.exception.is_warning:
        return element.exception.type or "exception"
    if kind == "bidi_component" and element.bidi_component.component_name == NEWS:
        news = json.loads(element.bidi_component.json)
        return news["headline"] if news.get("refused") else ""
    if kind != "alert":
        return ""
    box = element.alert
    failed = box.format == Alert.ERROR or (box.format == Alert.WARNING and box.icon in (NOT_FOUND, REFUSED))
    if not failed or (blank and box.icon == NOT_FOUND):
        return ""
    return box.title or box.body or "an error box"


def in_log(text: str) -> Iterator[str]:
    """The lines of a server's log that begin a fault."""
    return (found[0].strip() for found in LOGGED.finditer(text))
