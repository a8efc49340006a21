"""Devices as the database had them a moment ago, and who of them has signed in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from luchang.apps.passages.selectors.intake import Sender

REGISTRATION_S = 300.0
"""A registration that nothing was heard of for so long has lapsed."""

LOCK_S = 300.0
MOST_FAILURES = 20
"""Wrong answers in a row after which a device is not listened to for `LOCK_S`."""


@dataclass
class Directory:
    """The registered devices; with the database away, as they were when it was last seen."""

    load: Callable[[], Mapping[str, Sender]]
    senders: Mapping[str, Sender] = field(default_factory=dict)
    is_loaded: bool = False

    def __post_init__(self) -> None:
        self._arrange()

    def refresh(self) -> None:
        """Read them again; what the database cannot give stays."""
        self.senders = self.load()
        self._arrange()
        self.is_loaded = True

    def _arrange(self) -> None:
        everyone = self.senders.values()
        self.keys = {each.number: each.pk for each in everyone}
        self.names = {
            name for each in everyone for name in (each.device_id, each.tollgate_id) if name
        }


@dataclass(slots=True)
class Session:
    """A device that has shown that it knows its secret, from one address."""

    address: str
    digest: str
    """Of the secret it showed: a new secret ends what the old one opened."""
    until_s: float


@dataclass
class Sessions:
    """Who has signed in; kept in memory, a device signs in again after a restart."""

    _of: dict[str, Session] = field(default_factory=dict)
    _failures: dict[str, tuple[int, float]] = field(default_factory=dict)

    def open(self, sender: Sender, address: str, *, now_s: float) -> None:
        session = Session(address, sender.digest, now_s + REGISTRATION_S)
        self._of[sender.device_id] = session
        self._failures.pop(f"{sender.device_id} {address}", None)

    def is_open(self, sender: Sender, address: str, *, now_s: float) -> bool:
        """Whether it signed in from there; being heard of keeps it signed in."""
        session = self._of.get(sender.device_id)
        if session is None or session.until_s < now_s:
            return False
        if (session.address, session.digest) != (address, sender.digest):
            return False
        session.until_s = now_s + REGISTRATION_S
        return True

    def close(self, device_id: str) -> None:
        self._of.pop(device_id, None)

    def fail(self, who: str, *, now_s: float) -> None:
        """Note a wrong answer of a device at an address: nobody locks out one elsewhere."""
        count, _ = self._failures.get(who, (0, 0.0))
        self._failures[who] = (count + 1, now_s + LOCK_S)

    def is_locked(self, who: str, *, now_s: float) -> bool:
        count, until_s = self._failures.get(who, (0, 0.0))
        if until_s < now_s:
            self._failures.pop(who, None)
            return False
        return count >= MOST_FAILURES

    def forget_lapsed(self, *, now_s: float) -> None:
        """Let go of what has lapsed."""
        self._of = {name: one for name, one in self._of.items() if one.until_s >= now_s}
        self._failures = {name: one for name, one in self._failures.items() if one[1] >= now_s}
