"""Every passage is held against the watches, once, whoever dies when.

    matcher = Matcher(folder, now=clock.now)
    matcher.start()                      # in the intake's process, a thread of its own
    matcher.wake()                       # after a durable write; it looks by itself as well

The matcher follows the log of the store (`kernel.segments.Follower`). How far it has come is
written in the transaction of the alarms, so that a kill between a durable write and its alarm
loses none and repeats none. One process matches at a time; another takes over when it dies.
While the database is away nothing is matched and nothing is lost: the log waits.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import psycopg
from django import db
from django.db import connections, transaction

from luchang.apps.passages.models import MatchedPlace
from luchang.apps.passages.models.watch import WATCH_CHANNEL
from luchang.apps.passages.selectors import watching
from luchang.apps.passages.services.alarms import raise_alarm
from luchang.core.passages.passage import Passage
from luchang.core.passages.watching import WatchList
from luchang.kernel.history import attributed
from luchang.kernel.identity.actors import SYSTEM
from luchang.kernel.live.hub import KEEPALIVE, PARAMETERS
from luchang.kernel.segments import Busy, Follower, Place
from luchang.kernel.segments.durable import held

logger = logging.getLogger(__name__)

NAME = "watch"
AT_ONCE = 2_000
"""Passages held against the list before the place is written down."""

TOGETHER = 20
"""Alarms of one transaction: none waits long for the others."""

LOOK_S = 0.1
"""Between looks at the log where nobody wakes the matcher: other processes append too."""

KEPT_S = 2.0
"""A place without alarms is written down this often; what lies behind it is only read again."""

ASKED_S = 30.0
"""Between looks for changes that no notification told of."""

OVERLAP = timedelta(minutes=5)
"""A transaction open that long may still bring a change from before the last look."""

AGAIN_S = (0.2, 0.5, 1.0, 2.0, 5.0)
"""Before the database is tried again."""

TAKEN_S = 1.0
"""Between tries to become the one that matches."""

AWAY = (psycopg.Error, db.Error, OSError)


class Matcher:
    """Holds passages against watches and raises alarms, from its own thread or the caller's."""

    def __init__(self, folder: Path, *, now: Callable[[], datetime]) -> None:
        self._folder, self._now = folder, now
        self._news, self._stop = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None
        self._failures = 0

    def start(self) -> None:
        """Match in a thread of its own until `stop`."""
        self._thread = threading.Thread(target=self.run, name="watch matcher", daemon=True)
        self._thread.start()

    def wake(self, passages: object = None) -> None:
        """Look at once: something was appended. Costs the intake nothing."""
        del passages
        self._news.set()

    def stop(self, *, patience_s: float = 10.0) -> None:
        """End after the passages now in hand."""
        self._stop.set()
        self._news.set()
        if self._thread is not None:
            self._thread.join(patience_s)

    def run(self) -> None:
        """Match until told to stop, as soon as no other process does."""
        while not self._stop.is_set():
            try:
                with held(self._folder / f"{NAME}.lock", wait=False):
                    self._match_while_first()
            except Busy:
                self._stop.wait(TAKEN_S)

    def _match_while_first(self) -> None:
        while not self._stop.is_set():
            try:
                self._match()
            except AWAY as away:
                wait_s = AGAIN_S[min(self._failures, len(AGAIN_S) - 1)]
                self._failures += 1
                logger.warning("passages wait to be matched, again in %s s: %s", wait_s, away)
                self._stop.wait(wait_s)
            except Exception:  # alarms must not end in silence because one passage is odd
                logger.exception("passages wait to be matched, again in %s s", AGAIN_S[-1])
                self._stop.wait(AGAIN_S[-1])
            finally:
                connections.close_all()

    def _match(self) -> None:
        with Round(self._folder, self._now) as round_:
            self._failures = 0
            while not self._stop.is_set():
                self._news.clear()
                if not round_.step():
                    self._news.wait(LOOK_S)
            round_.keep()


class Round:
    """Matching as long as the database stays: the list in memory, the place in the log."""

    def __init__(self, folder: Path, now: Callable[[], datetime]) -> None:
        self._now = now
        self._follower = Follower(folder, NAME)
        self._place = self._kept = _kept_place()
        self._kept_at = self._asked_at = time.monotonic()
        self._asked_from = now()
        self._listener = _listener()  # before the list is read, so that no change falls between
        self._list = WatchList()

    def __enter__(self) -> "Round":
        try:
            self._list = WatchList(watching.entries(at=self._now()))
        except BaseException:
            self._listener.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()

    def step(self) -> bool:
        """Match what was appended; False where nothing was."""
        self._hear()
        passages, place = self._follower.after(self._place, most=AT_ONCE)
        found = [
            (watch.number, passage)
            for passage in passages
            for watch in self._list.matches(passage)
        ]
        if found:
            self._raise(found, place)
        self._place = place
        if time.monotonic() - self._kept_at >= KEPT_S:
            self.keep()
        return bool(passages)

    def keep(self) -> None:
        """Write down how far it has come, and let go of what lies behind."""
        if self._place != self._kept:
            _keep(self._place, at=self._now())
            self._release(self._place)
        self._kept_at = time.monotonic()

    def _raise(self, found: Sequence[tuple[int, Passage]], place: Place) -> None:
        """A few alarms at a time, the last with the place behind them all.

        What a kill cuts off is read again, and of that no alarm is raised twice.
        """
        for begin in range(0, len(found), TOGETHER):
            some, at = found[begin : begin + TOGETHER], self._now()
            with attributed(SYSTEM), transaction.atomic():
                for number, passage in some:
                    raise_alarm(watch_id=number, passage=passage, at=at)
                if begin + TOGETHER >= len(found):
                    _keep(place, at=at)
        self._release(place)

    def _release(self, place: Place) -> None:
        self._kept = place
        self._kept_at = time.monotonic()
        self._follower.release(place)

    def _hear(self) -> None:
        """Take changed watches into the list."""
        told = {int(notice.payload) for notice in self._listener.notifies(timeout=0)}
        if time.monotonic() - self._asked_at >= ASKED_S:
            self._asked_at = time.monotonic()
            told |= set(watching.changed_since(self._asked_from - OVERLAP))
            self._asked_from = self._now()
        if told:
            present = {one.number: one for one in watching.entries(at=self._now(), only=told)}
            for number in told:
                if number in present:
                    self._list.put(present[number])
                else:
                    self._list.drop(number)


def _kept_place() -> Place:
    row = MatchedPlace.objects.filter(pk=NAME).first()
    return Place(row.log, row.position) if row is not None else Place()


def _keep(place: Place, *, at: datetime) -> None:
    MatchedPlace.keep(NAME, log=place.log, position=place.offset, at=at)


def _listener() -> "psycopg.Connection[tuple[object, ...]]":
    """A connection that hears of changed watches; opened before the list is read."""
    known = connections["default"].get_connection_params()
    settings = {name: known[name] for name in PARAMETERS if name in known}
    made = psycopg.connect(
        **settings, **KEEPALIVE, autocommit=True, application_name="luchang watch"
    )
    made.execute(f"LISTEN {WATCH_CHANNEL}")
    return made
