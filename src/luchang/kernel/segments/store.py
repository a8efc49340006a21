"""The public face of the store."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Self, TypeVar

from luchang.core.passages.passage import check_all, day_named, day_number
from luchang.kernel.segments import asking, forgetting, sealing
from luchang.kernel.segments import manifest as manifests
from luchang.kernel.segments.barring import Bars
from luchang.kernel.segments.copying import clear_left
from luchang.kernel.segments.durable import Damaged, held
from luchang.kernel.segments.log import Fields, Log, Tail, identity
from luchang.kernel.segments.view import View

if TYPE_CHECKING:
    import pyarrow as pa

    from luchang.core.passages.layout import DayOrder
    from luchang.core.passages.passage import Passage
    from luchang.kernel.segments.answers import Answer, Found, Question
    from luchang.kernel.segments.plates import Plates


_Answer = TypeVar("_Answer")
_PATIENCE = 5


@dataclass(frozen=True, slots=True)
class Sealed:
    """What a `seal` did: rows written, rows left out because they had come before, the days.

    `barred`: rows left out because their vehicle is erased on their day.
    """

    rows: int
    repeated: int
    days: tuple[date, ...]
    barred: int = 0

    @classmethod
    def of(cls, done: sealing.Done) -> Self:
        return cls(
            done.rows, done.repeated, tuple(day_named(day) for day in done.days), done.barred
        )


class Store:
    """Passages on disk; one object a process, shared by its threads."""

    def __init__(self, folder: Path, bars: Bars) -> None:
        self.folder, self._bars = folder, bars
        self._log = Log(folder / "log")
        self._view = View(folder)
        self._tails: dict[bytes, Tail] = {}
        self._turn = threading.RLock()

    @classmethod
    def open(cls, path: Path, *, keys: Sequence[bytes] = ()) -> Self:
        """Open a store, or make an empty one.

        Under `keys` erased vehicles are kept as hashes, so that they do not come back; the first
        one makes new hashes. Without keys what was erased may be sent again.

        Raises:
            Damaged: the manifest cannot be read or is of another format.
        """
        (path / "log").mkdir(parents=True, exist_ok=True)
        store = cls(path, Bars(keys))
        store._view.refresh()
        return store

    def close(self) -> None:
        """Let files go; what was appended is on disk already."""
        self._log.close()

    def append(self, passages: Sequence[Passage]) -> None:
        """Add passages; when it returns they are on disk. Safe from many threads and processes.

        Of a batch cut by a crash, all or none is kept; a batch sent again adds nothing.

        Raises:
            Malformed: one of them is no passage; none is kept.
            StoreFull: the disk is full; none is kept.
        """
        check_all(passages)
        if passages:
            self._log.append(passages)

    def seal(self) -> Sealed:
        """Turn the log into segments of the hours it holds, late rows included.

        Raises:
            Busy: another process is at work on the files.
            StoreFull: the disk is full; the log stands as it was.
            Damaged: vehicles are barred, and the store was opened without the key.
        """
        with self._work():
            return Sealed.of(sealing.seal(self.folder, self._view, self._log, self._bars))

    def take(self, arrived: pa.Table) -> Sealed:
        """Seal a table of passages (`columns.ARRIVED`) past the log: old records, other systems.

        Raises:
            Busy: another process is at work on the files.
        """
        with self._work():
            return Sealed.of(sealing.take(self.folder, self._view, arrived, self._bars))

    def arrange(self, day: date) -> int:
        """Write the two orders of a day anew from its segments; rows in them.

        Raises:
            Busy: another process is at work on the files.
        """
        with self._work():
            return sealing.arrange_day(self.folder, self._view, day_number(day))

    def version(self) -> int:
        """Which state of the sealed files questions are answered from; grows with every change."""
        with self._turn:
            return self._view.refresh().number

    def unarranged(self) -> tuple[date, ...]:
        """Days with segments that stand in no order yet: new days, and days with late rows."""
        with self._turn:
            days = self._view.refresh().days()
            return tuple(day_named(day) for day in days if self._view.uncovered(day))

    def days(self) -> tuple[date, ...]:
        """Days there are sealed passages of."""
        with self._turn:
            return tuple(day_named(day) for day in self._view.refresh().days())

    def order(self, day: date) -> DayOrder | None:
        """Both orders of a day for the kernels, mapped into memory; None before `arrange`."""
        with self._turn:
            self._view.refresh()
            return self._view.order(day_number(day))

    def hidden(self, day: date) -> frozenset[int]:
        """Vehicles erased on a day that its order may still show until `rewrite`."""
        with self._turn:
            erased, number = self._view.refresh().erased, day_number(day)
            return frozenset(
                one.vehicle for one in erased if one.first_day <= number <= one.last_day
            )

    def stamps(self) -> dict[date, dict[int, str]]:
        """Which segments each hour lies in, by day and hour: another text once late rows came."""
        with self._turn:
            segments = self._view.refresh().of(manifests.Kind.HOURS)
        named: dict[int, dict[int, list[str]]] = {}
        for one in segments:
            own = named.setdefault(one.day, {}).setdefault(one.hour, [])
            own.append(one.name.rpartition("/")[2])
        return {
            day_named(day): {hour: " ".join(names) for hour, names in hours.items()}
            for day, hours in sorted(named.items())
        }

    def hour(self, day: date, hour: int) -> pa.Table:
        """Sealed rows of one hour (`columns.HOUR`) as they arrived, without what was erased."""
        return self._asked(lambda _: asking.hour(self._view, day_number(day), hour))

    def plates(self, vehicles: Sequence[int]) -> list[tuple[str, int]]:
        """Plate and plate type of vehicle numbers; an empty text where they were forgotten."""
        return self._listed(lambda plates: plates.of(vehicles))

    def number_of(self, plate: str, plate_type: int) -> int | None:
        """Vehicle number of a plate and type; None when no sealed passage knows it."""
        return self._listed(lambda plates: plates.find(plate, plate_type))

    def search(self, question: Question) -> Answer:
        """Passages that answer a question, those of the last second included."""
        return self._asked(lambda rows: asking.search(self._view, rows, question))

    def track(self, plate: str, plate_type: int, first: date, last: date) -> tuple[Found, ...]:
        """Passages of one vehicle from day to day, both included, oldest first."""
        vehicle, span = (plate, plate_type), (day_number(first), day_number(last))
        return self._asked(lambda rows: asking.track(self._view, rows, vehicle, span))

    def count(self) -> int:
        """Passages in the store; one sent twice and not yet sealed counts twice."""
        with self._turn:
            waiting = len(self._unsealed())
            return waiting + sum(one.rows for one in self._view.manifest.of(manifests.Kind.HOURS))

    def erase(self, plate: str, plate_type: int, first: date, last: date) -> int:
        """Hide a vehicle's passages of these days at once and for good; rows hidden.

        What stands in the log is sealed first, so that `rewrite` leaves nothing behind. Rows of
        these days that come later are neither kept nor shown (see `open`).

        Raises:
            Busy: another process is at work on the files.
        """
        with self._work():
            sealing.seal(self.folder, self._view, self._log, self._bars)
            span = (day_number(first), day_number(last))
            barred = self._bars.bar(plate, plate_type, span)
            return forgetting.erase(self.folder, self._view, (plate, plate_type), span, barred)

    def rewrite(self) -> int:
        """Write every file anew that holds erased passages; rows removed.

        A plate none of whose passages is left is blanked in the list of plates too.

        Raises:
            Busy: another process is at work on the files.
        """
        with self._work():
            return forgetting.rewrite(self.folder, self._view)

    def drop_before(self, day: date) -> int:
        """Remove every day before this one, and the plates no later day knows; days removed.

        Raises:
            Busy: another process is at work on the files.
        """
        with self._work():
            return forgetting.drop_before(self.folder, self._view, day_number(day))

    def holds(self, plate: str) -> tuple[Path, ...]:
        """Files in which the text of a plate still stands, byte by byte: none proves it gone."""
        return forgetting.files_with(self.folder, plate)

    def _asked(self, answer: Callable[[list[Fields]], _Answer]) -> _Answer:
        return self._patiently(lambda: answer(self._unsealed()))

    def _listed(self, answer: Callable[[Plates], _Answer]) -> _Answer:
        def ask() -> _Answer:
            self._view.refresh()
            return answer(self._view.plates)

        return self._patiently(ask)

    def _patiently(self, answer: Callable[[], _Answer]) -> _Answer:
        """Ask again when another process deleted files while they were being looked at."""
        with self._turn:
            for _ in range(_PATIENCE):
                number = self._view.refresh().number
                try:
                    return answer()
                except Damaged:
                    if self._view.refresh().number == number:
                        raise
            return answer()

    def _unsealed(self) -> list[Fields]:
        """Rows of the log that stand in no segment, beside a manifest of the same moment."""
        while True:
            before = self._view.refresh()
            rows = self._waiting(before.sealed)
            if self._view.refresh().sealed == before.sealed:
                return self._bars.without(before, rows)

    def _waiting(self, sealed: int) -> list[Fields]:
        rows, tails = [], {}
        for path in self._log.files(after=sealed):
            try:
                known_by = identity(path)
                tail = (self._tails.get(known_by) if known_by else None) or Tail(path)
                tail.path = path
                rows += tail.read()
            except FileNotFoundError:  # sealed a moment ago; the manifest says so too
                continue
            tails[known_by] = tail
        self._tails = tails
        return rows

    @contextmanager
    def _work(self) -> Iterator[None]:
        with held(self.folder / "work.lock", wait=False), self._turn:
            self._view.refresh()
            clear_left(self.folder)
            sealing.sweep(self.folder, self._view.manifest)
            self._log.drop(self._view.manifest.sealed)
            try:
                yield
            except BaseException:
                self._view.distrust()
                raise
