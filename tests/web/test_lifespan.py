import socket

from rr.web.lifespan import send_at_once


def test_what_the_server_accepts_sends_small_answers_at_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        send_at_once()
        with socket.create_connection(listening.getsockname()), listening.accept()[0] as accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
