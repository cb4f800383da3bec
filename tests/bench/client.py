"""A browser's tab without the browser: signs in, and speaks Streamlit's protocol over a websocket, as fast as the server answers."""

import http.client
import json
import re
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode, urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.client import ClientProtocol
from websockets.exceptions import InvalidState
from websockets.frames import Frame, Opcode
from websockets.typing import Subprotocol
from websockets.uri import parse_uri

from tests.bench import problems
from tests.bench.problems import Failed

# Without it the kernel holds its acknowledgements back, the server waits for them with its next small packet, and a client sees
# 48 ms where 12 are true. It isn't kept by the kernel: asked for again after each read. Only Linux has (and needs) it.
QUICK_ACK = getattr(socket, "TCP_QUICKACK", None)
SMALL = 300  # bytes: the message that ends a run is below, so little else is looked into while the clock runs
LONGEST_RUN = 60  # seconds
GOES_ON = ForwardMsg.FINISHED_EARLY_FOR_RERUN


def sign_in(address: str, role: str) -> str:
    """Sign in as the demo account of a role; returns the cookie."""
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    connection = _http(address)
    connection.request("POST", "/signin/demo", urlencode({"role": role, "next": "/"}), form)
    answer = connection.getresponse()
    answer.read()
    found = re.search(r"(rr_session=[^;]+)", answer.headers.get("Set-Cookie", ""))
    connection.close()
    if found is None:
        raise RuntimeError(f"Signing in as {role} was answered with {answer.status}")
    return found[1]


def fetch(address: str, path: str, cookie: str) -> tuple[float, bytes]:
    """A file as a browser downloads it: the milliseconds until its last byte, and its bytes."""
    connection = _http(address)
    began = time.perf_counter()
    connection.request("GET", path, headers={"Cookie": cookie})
    answer = connection.getresponse()
    body = answer.read()
    took = (time.perf_counter() - began) * 1000
    connection.close()
    if answer.status != 200:
        raise Failed(f"{path} was answered with {answer.status}")
    return took, body


def _http(address: str) -> http.client.HTTPConnection:
    where = urlsplit(address)
    return http.client.HTTPConnection(where.hostname or "", where.port, timeout=LONGEST_RUN)


class Tab:
    """One tab of somebody who is signed in. Every run that it asks for returns how long it took, in milliseconds.

    The clock runs from sending until the message that the script has finished is read; drawing isn't part of it. A run that shows an
    error raises Failed, so that it can't be taken for a fast one. `blank` is for the page without a record, which says that it is.
    """

    def __init__(self, address: str, cookie: str, *, blank: bool = False) -> None:
        where = urlsplit(address)
        self.blank = blank
        self.socket = socket.create_connection((where.hostname, where.port), timeout=LONGEST_RUN)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.protocol = ClientProtocol(
            parse_uri(f"ws://{where.netloc}/_stcore/stream"), origin=None, subprotocols=[Subprotocol("streamlit")], max_size=None
        )
        request = self.protocol.connect()
        request.headers["Cookie"] = cookie
        self.protocol.send_request(request)
        self._send()
        self.ready: list[bytes] = []
        while not self.protocol.handshake_exc and self.protocol.state.name == "CONNECTING":
            self._read()
        if self.protocol.handshake_exc:
            raise self.protocol.handshake_exc
        self.page_hash, self.query = "", ""
        self.messages: list[ForwardMsg] = []
        self.widgets: dict[str, tuple[Any, str]] = {}  # by the widget's own key: what was drawn, and the fragment it is in

    def open(self, path: str) -> float:
        """Load an address, such as `plan?id=7`."""
        page, _, self.query = path.strip("/").partition("?")
        self.page_hash = ""
        return self._run(page_name=page)

    def rerun(self, **touched: Any) -> float:
        """Run the page again, with what somebody did to widgets, by key: True clicks a button or a toggle, a text is typed or chosen.

        A widget in a fragment runs that fragment alone, as in a browser.
        """
        states, fragment = [], ""
        for key, value in touched.items():
            drawn, within = self._widget(key)
            states.append(_state(drawn, value))
            fragment = within or fragment
        return self._run(states, fragment)

    def press(self, key: str, event: str, value: Any) -> float:
        """Do something inside a component, such as pressing a button of a list: what its JavaScript would send as a trigger."""
        drawn, fragment = self._widget(key)
        state = WidgetState(id=f"$$STREAMLIT_INTERNAL_KEY_{drawn.id}__events")
        state.json_trigger_value = json.dumps([{"event": event, "value": value}])
        return self._run([state], fragment)

    def size(self) -> tuple[int, float]:
        """How many messages the last run sent, and their KiB."""
        return len(self.messages), sum(message.ByteSize() for message in self.messages) / 1024

    def drawn(self) -> list[bytes]:
        """What the last run drew, to be compared with another run."""
        return [message.delta.SerializeToString() for message in self.messages if message.WhichOneof("type") == "delta"]

    def close(self) -> None:
        with suppress(OSError, InvalidState):  # the server may have closed it already
            self.protocol.send_close()
            self._send()
        self.socket.close()

    def _widget(self, key: str) -> tuple[Any, str]:
        if key not in self.widgets:
            raise Failed(f"nothing is drawn under the key {key}")
        return self.widgets[key]

    def _run(self, states: list[WidgetState] | None = None, fragment: str = "", page_name: str = "") -> float:
        message = BackMsg()
        asked = message.rerun_script
        asked.query_string, asked.page_script_hash, asked.page_name, asked.fragment_id = self.query, self.page_hash, page_name, fragment
        asked.context_info.timezone, asked.context_info.locale = "Europe/London", "en-GB"
        asked.widget_states.widgets.extend(states or ())
        asked.widget_states.SetInParent()
        request = message.SerializeToString()
        self._drop_late_messages()
        raw: list[bytes] = []
        began = time.perf_counter()
        self.protocol.send_binary(request)
        self._send()
        for frame in self._frames():
            raw.append(frame)
            if len(frame) < SMALL and _is_end(frame):
                break
        took = (time.perf_counter() - began) * 1000
        self._note_drawn(raw, whole=not fragment)
        if found := problems.on_page(self.messages, blank=self.blank):
            raise Failed(found[0])
        return took

    def _note_drawn(self, raw: list[bytes], *, whole: bool) -> None:
        self.messages = [ForwardMsg.FromString(frame) for frame in raw]
        if whole:
            self.widgets = {}
        for message in self.messages:
            kind = message.WhichOneof("type")
            if kind == "navigation":
                self.page_hash = message.navigation.page_script_hash
            elif kind == "page_info_changed":
                self.query = message.page_info_changed.query_string
            elif kind == "delta" and message.delta.HasField("new_element"):
                self._note_widget(message.delta)

    def _note_widget(self, delta: Any) -> None:
        drawn = getattr(delta.new_element, delta.new_element.WhichOneof("type") or "", None)
        widget_id = getattr(drawn, "id", "")
        if isinstance(widget_id, str) and widget_id.startswith("$$") and widget_id.count("-") >= 2:
            self.widgets[widget_id.split("-", 2)[2]] = (drawn, delta.fragment_id)

    # The socket

    def _send(self) -> None:
        for data in self.protocol.data_to_send():
            self.socket.sendall(data)

    def _read(self) -> None:
        data = self.socket.recv(1 << 20)
        if QUICK_ACK is not None:
            self.socket.setsockopt(socket.IPPROTO_TCP, QUICK_ACK, 1)
        if not data:
            raise ConnectionError("The server closed the connection")
        self.protocol.receive_data(data)
        self._send()
        for event in self.protocol.events_received():
            if isinstance(event, Frame):
                if event.opcode is Opcode.CLOSE:
                    raise ConnectionError(f"The server closed the websocket: {event.data!r}")
                if event.opcode is Opcode.BINARY:
                    self.ready.append(bytes(event.data))

    def _frames(self) -> Iterator[bytes]:
        until = time.perf_counter() + LONGEST_RUN
        while True:
            while self.ready:
                yield self.ready.pop(0)
            if time.perf_counter() > until:  # the server's pings keep the socket itself from timing out
                raise TimeoutError(f"No end of the run within {LONGEST_RUN} seconds")
            self._read()

    def _drop_late_messages(self) -> None:
        """What the server sent after a run had ended belongs to no run."""
        self.ready.clear()
        self.socket.setblocking(False)
        with suppress(BlockingIOError):
            while True:
                self._read()
        self.socket.settimeout(LONGEST_RUN)
        self.ready.clear()


def _is_end(frame: bytes) -> bool:
    message = ForwardMsg.FromString(frame)
    return message.WhichOneof("type") == "script_finished" and message.script_finished != GOES_ON


def _state(drawn: Any, value: Any) -> WidgetState:
    kind = type(drawn).DESCRIPTOR.name
    state = WidgetState(id=drawn.id)
    if kind == "Button":
        state.trigger_value = value
    elif kind == "ButtonGroup":
        state.string_array_value.data.extend([value])
    elif isinstance(value, bool):
        state.bool_value = value
    else:
        state.string_value = value
    return state
