"""One connection: whole messages in and out, heartbeats, and the moment the other side is gone."""

import logging
import select
import socket
import time
from collections import deque
from collections.abc import Callable

from luchang.apps.signals.ports import LinkRefused
from luchang.gateways.ga1049.dialect import Dialect
from luchang.gateways.ga1049.framing import Framer
from luchang.gateways.ga1049.messages import Message, decode, encode
from luchang.gateways.ga1049.nodes import Garbled

logger = logging.getLogger(__name__)

CHUNK = 65_536
MOST_GARBLED = 50
"""Broken messages after which a connection is given up."""


class Wire:
    """A connected socket that speaks messages; used by one thread."""

    def __init__(self, connected: socket.socket, *, address: str, dialect: Dialect) -> None:
        self.address = address
        self.garbled = ""
        """Why a message since the last question was none; empty if all were good."""

        self.heartbeat: Callable[[], Message] | None = None
        self._socket = connected
        self._dialect = dialect
        self._framer = Framer()
        self._waiting: deque[Message] = deque()
        self._bad = 0
        self._sent_at = self._heard_at = time.monotonic()

    @property
    def is_stale(self) -> bool:
        """Whether nothing was heard for so long that the other side must be gone."""
        return time.monotonic() - self._heard_at >= self._dialect.lost_s

    def close(self) -> None:
        self._socket.close()

    def send(self, message: Message) -> None:
        """Hand a message to the other side.

        Raises:
            LinkRefused: `lost`, or `garbled` where it does not fit the protocol.
        """
        try:
            text = encode(message, namespace=self._dialect.namespace)
        except Garbled as why:
            raise LinkRefused("garbled", address=self.address, why=why) from why
        try:
            self._socket.settimeout(self._dialect.answer_s)
            self._socket.sendall(text.encode("utf-8"))
        except OSError as why:
            raise self._lost(why) from why
        self._sent_at = time.monotonic()

    def receive(self, wait_s: float) -> Message | None:
        """The next message, or None if none came in time. Sends heartbeats meanwhile.

        Raises:
            LinkRefused: `lost` or `garbled`.
        """
        until = time.monotonic() + wait_s
        while not self._waiting:
            now = time.monotonic()
            if self.is_stale:
                raise self._lost(f"{self._dialect.lost_s:g} s")
            self._beat(now)
            if now >= until:
                return None
            pause = min(
                until - now,
                max(0.0, self._sent_at + self._dialect.heartbeat_s - now),
                max(0.0, self._heard_at + self._dialect.lost_s - now),
            )
            self._read(max(pause, 0.001))
        return self._waiting.popleft()

    def _beat(self, now: float) -> None:
        if self.heartbeat is not None and now - self._sent_at >= self._dialect.heartbeat_s:
            self.send(self.heartbeat())

    def _read(self, wait_s: float) -> None:
        try:
            ready, _, _ = select.select([self._socket], [], [], wait_s)
            if not ready:
                return
            received = self._socket.recv(CHUNK)
        except (OSError, ValueError) as why:
            raise self._lost(why) from why
        if not received:
            raise self._lost("closed")
        self._heard_at = time.monotonic()
        try:
            texts = self._framer.feed(received)
        except Garbled as why:
            raise LinkRefused("garbled", address=self.address, why=why) from why
        for text in texts:
            self._take(text)

    def _take(self, text: str) -> None:
        """One broken message is passed over; a stream of them is the wrong protocol."""
        try:
            self._waiting.append(decode(text))
        except Garbled as why:
            self._bad += 1
            self.garbled = str(why)
            logger.warning("GA/T 1049 %s: a message was passed over: %s", self.address, why)
            if self._bad >= MOST_GARBLED:
                raise LinkRefused("garbled", address=self.address, why=why) from why

    def _lost(self, why: object) -> LinkRefused:
        return LinkRefused("lost", address=self.address, why=str(why)[:120])
