"""A server that answers a tab's runs with given messages, for tests of the benchmark itself."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.BidiComponent_pb2 import BidiComponent
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve
from websockets.typing import Subprotocol

Run = Sequence[ForwardMsg]


def end(status: Any = ForwardMsg.FINISHED_SUCCESSFULLY) -> ForwardMsg:
    return ForwardMsg(script_finished=status)


def box(**given: Any) -> ForwardMsg:
    """One of Streamlit's coloured boxes: `box(format=Alert.ERROR, title=…)`."""
    message = ForwardMsg()
    message.delta.new_element.alert.CopyFrom(Alert(**given))
    return message


def news(drawn: BidiComponent) -> ForwardMsg:
    """A component as a page drew it: the news of a gesture."""
    message = ForwardMsg()
    message.delta.new_element.bidi_component.CopyFrom(drawn)
    return message


def text(words: str) -> ForwardMsg:
    message = ForwardMsg()
    message.delta.new_element.text.body = words
    return message


def button(key: str, fragment: str = "") -> ForwardMsg:
    message = ForwardMsg()
    message.delta.new_element.button.id = f"$$ID-0123abcd-{key}"
    message.delta.fragment_id = fragment
    return message


def component(key: str) -> ForwardMsg:
    message = ForwardMsg()
    message.delta.new_element.bidi_component.id = f"$$ID-0123abcd-{key}"
    return message


@contextmanager
def answering(runs: Sequence[Run]) -> Iterator[tuple[str, list[BackMsg]]]:
    """The address of a server that answers each run with the next messages, then hangs up; and what it was sent."""
    asked: list[BackMsg] = []

    def answer(connection: ServerConnection) -> None:
        for run in runs:
            asked.append(BackMsg.FromString(connection.recv()))
            for message in run:
                connection.send(message.SerializeToString())
        with suppress(ConnectionClosed):
            connection.recv()

    with serve(answer, "127.0.0.1", 0, subprotocols=[Subprotocol("streamlit")]) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.socket.getsockname()[1]}", asked
        server.shutdown()
        thread.join()
