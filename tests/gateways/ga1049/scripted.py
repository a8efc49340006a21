"""A server that misbehaves as told: what a real system does on a bad day."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator

from luchang.gateways.ga1049.client import Account
from luchang.gateways.ga1049.dialect import GENERAL
from luchang.gateways.ga1049.framing import Framer
from luchang.gateways.ga1049.messages import Kind, Message, Name, decode, encode
from luchang.gateways.ga1049.nodes import Node

Answer = Callable[[Message], bytes | None]
"""Bytes to send for a request, or None to hang up."""


def said(message: Message) -> bytes:
    return encode(message, namespace=GENERAL).encode()


def polite(request: Message) -> bytes:
    """Lets everybody in and answers everything with nothing."""
    if request.kind is not Kind.REQUEST:
        return b""
    return said(request.answer(Kind.RESPONSE, [], token="t" if request.token == "" else None))


def after_login(answer: Answer) -> Answer:
    return lambda request: (
        polite(request) if request.operations[0].name is Name.LOGIN else answer(request)
    )


def answering(*objects: Node) -> Answer:
    return after_login(lambda request: said(request.answer(Kind.RESPONSE, objects)))


class Scripted:
    def __init__(self, answer: Answer) -> None:
        self.heard: list[Message] = []
        self.connections = 0
        self._answer = answer
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    @property
    def account(self) -> Account:
        host, port = self._listening.getsockname()[:2]
        return Account(host, port, "u", "p")

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connected, _ = self._listening.accept()
                self.connections += 1
                self._open.append(connected)
                with connected:
                    self._serve(connected)

    def _serve(self, connected: socket.socket) -> None:
        framer = Framer()
        with contextlib.suppress(OSError):
            while received := connected.recv(65_536):
                for text in framer.feed(received):
                    request = decode(text)
                    self.heard.append(request)
                    answer = self._answer(request)
                    if answer is None:
                        return
                    connected.sendall(answer)

    def stop(self) -> None:
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        for each in self._open:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        self._thread.join(timeout=5)


@contextlib.contextmanager
def system_that(answer: Answer) -> Iterator[Scripted]:
    server = Scripted(answer)
    try:
        yield server
    finally:
        server.stop()
