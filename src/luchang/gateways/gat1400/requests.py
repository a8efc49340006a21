"""A request without its body, what goes back, and the answers that end it early."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from luchang.gateways.gat1400 import answers
from luchang.gateways.gat1400.answers import Judgement
from luchang.gateways.gat1400.codes import Status

if TYPE_CHECKING:
    from collections.abc import Mapping

TRY_AGAIN_S = 5
FULL_S = 60
"""A full disk is not emptied in a few seconds."""


class Asked(NamedTuple):
    """A request without its body."""

    method: str
    path: str
    headers: Mapping[bytes, bytes]
    address: str
    at: datetime
    query: str = ""

    def header(self, name: bytes) -> str:
        return self.headers.get(name, b"").decode("latin-1")


class Answer(NamedTuple):
    """What goes back."""

    status: int
    body: bytes
    headers: tuple[tuple[bytes, bytes], ...] = ()


class Turned(Exception):
    """The request goes no further; this is its answer."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


@dataclass(frozen=True)
class Limits:
    """How much one device may send, and how old a passage may be."""

    rows_a_second: float = 200.0
    rows_at_once: float = 20_000.0
    keep: timedelta = timedelta(days=180)


def one(asked: Asked, code: int, status: Status, key: str = "", why: str = "") -> Answer:
    """Say what became of the whole request."""
    return Answer(code, answers.one(asked.path, Judgement(key, status, why), at=asked.at))


def busy(asked: Asked, wait_s: float = TRY_AGAIN_S) -> Answer:
    """Ask the device to come again."""
    wait = str(max(round(wait_s), 1)).encode()
    return one(asked, 503, Status.BUSY)._replace(headers=((b"retry-after", wait),))
