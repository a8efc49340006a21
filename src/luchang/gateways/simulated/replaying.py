"""Recorded passages, sent again as cameras sent them: with their spacing in time, or faster.

The file is the sheet of `luchang take-passages`. Times stay as they were recorded, so that what
the platform has already is not doubled; moved to the present, vehicles get plates nobody has.
"""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from luchang.gateways.gat1400.codes import Status
from luchang.gateways.gat1400.files import FileRefused, rows_of_csv
from luchang.gateways.gat1400.reading import NO_PLATE, moment_of
from luchang.gateways.simulated.cameras import SIMULATED, NotTaken
from luchang.kernel.clock import local

if TYPE_CHECKING:
    from luchang.gateways.simulated.cameras import SimulatedCamera, Vehicle

AT_ONCE = 100
AGAIN_S = 5.0


class Recorded(NamedTuple):
    """A vehicle as its row describes it."""

    vehicle: Vehicle
    at_ms: int


@dataclass
class Replayed:
    """What became of a file."""

    taken: int = 0
    refused: int = 0


def recorded(path: Path) -> Iterator[Recorded]:
    """Rows of a sheet in their order.

    Raises:
        FileRefused: no such columns, or a row without a time.
    """
    for number, said in enumerate(rows_of_csv(path), 1):
        try:
            at_ms, _ = moment_of(str(said.get("PassTime", "")))
        except ValueError as wrong:
            raise FileRefused(f"row {number}: {wrong}") from wrong
        yield Recorded(said, at_ms)


@dataclass
class Replay:
    """Sends what was recorded; `faster` than it was by a factor."""

    camera: SimulatedCamera
    faster: float = 1.0
    as_now: bool = False
    """Times become those of sending, plates such as nobody has: for alarms and live pages."""
    steady: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def run(self, rows: Iterable[Recorded]) -> Replayed:
        """Send each row when it is due; one that is out of order goes with the row before it."""
        done, batch = Replayed(), list[Recorded]()
        begun_s, first_ms = self.steady(), None
        for row in rows:
            first_ms = row.at_ms if first_ms is None else first_ms
            wait_s = begun_s + (row.at_ms - first_ms) / 1000 / self.faster - self.steady()
            if batch and (wait_s > 0 or len(batch) >= AT_ONCE):
                self._send(batch, done)
                batch = []
                wait_s = begun_s + (row.at_ms - first_ms) / 1000 / self.faster - self.steady()
            if wait_s > 0:
                self.sleep(wait_s)
            batch.append(row)
        if batch:
            self._send(batch, done)
        return done

    def _send(self, batch: list[Recorded], done: Replayed) -> None:
        """Until it is taken: a device keeps its batch and comes again."""
        vehicles = [self._moved(row) if self.as_now else row.vehicle for row in batch]
        while True:
            try:
                said = self.camera.send(vehicles)
            except NotTaken:
                self.sleep(AGAIN_S)
            else:
                fine = said.count(Status.OK)
                done.taken += fine
                done.refused += len(said) - fine
                return

    def _moved(self, row: Recorded) -> Vehicle:
        plate = str(row.vehicle.get("PlateNo", ""))
        if plate not in NO_PLATE:
            plate = f"湘BD{zlib.crc32(plate.encode()) % 10_000:04d}"
        at = self.now()
        seen = f"{local(at):%Y%m%d%H%M%S}{at.microsecond // 1000:03d}"
        moved = {"PassTime": seen, "PlateNo": plate, "PlateDescribe": SIMULATED}
        return {**row.vehicle, **moved}
