"""Files of loop detectors: lane, time, vehicles, occupancy; faults are told with their line."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from datetime import date, time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

MOST_CHARACTERS = 5_000_000
MOST_LINES = 100_000
MOST_FAULTS = 20
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "detector": ("detector", "检测器", "检测器编号"),
    "lane": ("lane", "车道", "车道号"),
    "time": ("time", "时间", "开始时间"),
    "count": ("count", "流量", "车辆数"),
    "occupancy": ("occupancy", "占有率", "占有率（%）"),
}
NEEDED = ("lane", "time", "count")
FULL, EMPTY = 100.0, 0.0
STANDING = 90.0
"""Occupancy of a lane in which nothing moves [%]."""

TIME = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})[ T](\d{1,2}):(\d{2})(?::\d{2})?")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a line, 0 for the whole file.

    Codes: too_large, no_header, no_time, no_lane, no_count, no_occupancy, off_grid, doubled, days,
    nothing.
    """

    line: int
    code: str
    what: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """Vehicles of one detector in one interval; None where it said nothing."""

    lane: int
    minute: int
    vehicles: int | None
    occupancy: float | None = None

    @property
    def mark(self) -> str:
        """Why it is not simply to be believed; empty where it is."""
        if self.vehicles is None or self.occupancy is None:
            return ""
        if self.vehicles == 0 and self.occupancy >= STANDING:
            return "occupied"
        if self.vehicles > 0 and self.occupancy <= EMPTY:
            return "no_occupancy"
        return ""


@dataclass(frozen=True)
class DetectorFile:
    """One day of a junction's detectors, or what is wrong with the file: never both."""

    day: date | None
    seen: tuple[Seen, ...]
    faults: tuple[Fault, ...]


def read(text: str, interval_min: int) -> DetectorFile:
    """The counts of a file of comma-separated values, one day, whole intervals."""
    if len(text) > MOST_CHARACTERS:
        return DetectorFile(None, (), (Fault(0, "too_large"),))
    reader = _Reader(interval_min)
    try:
        for line, row in _rows(text):
            reader.take(line, row)
            if len(reader.faults) >= MOST_FAULTS:
                break
    except csv.Error as strange:
        reader.faults.append(Fault(0, "no_header", str(strange)[:40]))
    return reader.file()


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    lines = text.removeprefix("\ufeff").splitlines()
    for line, row in enumerate(csv.reader(lines), start=1):
        if any(cell.strip() for cell in row):
            yield line, [cell.strip() for cell in row]


class _Reader:
    def __init__(self, interval_min: int) -> None:
        self.interval_min = interval_min
        self.faults: list[Fault] = []
        self._places: dict[str, int] = {}
        self._has_header = False
        self._days: set[date] = set()
        self._seen: dict[tuple[str, int, int], Seen] = {}

    def take(self, line: int, row: list[str]) -> None:
        if not self._has_header:
            self._take_header(line, row)
        elif line > MOST_LINES:
            self.faults.append(Fault(line, "too_large"))
        elif all(name in self._places for name in NEEDED):
            self._take_row(line, row)

    def _take_header(self, line: int, row: Sequence[str]) -> None:
        self._has_header = True
        titles = [cell.lower() for cell in row]
        for name, known in COLUMNS.items():
            place = next((titles.index(each) for each in known if each in titles), None)
            if place is not None:
                self._places[name] = place
        missing = [COLUMNS[name][1] for name in NEEDED if name not in self._places]
        if missing:
            self.faults.append(Fault(line, "no_header", "、".join(missing)))

    def _take_row(self, line: int, row: Sequence[str]) -> None:
        cells = {
            name: row[place] if place < len(row) else "" for name, place in self._places.items()
        }
        found = (
            self._time(line, cells["time"]),
            self._lane(line, cells["lane"]),
            self._count(line, cells["count"]),
            self._occupancy(line, cells.get("occupancy", "")),
        )
        minute, lane, (is_count, vehicles), (is_share, occupancy) = found
        if minute is None or lane is None or not is_count or not is_share:
            return
        key = (cells.get("detector", ""), lane, minute)
        if key in self._seen:
            self.faults.append(Fault(line, "doubled", cells["time"]))
        self._seen[key] = Seen(lane, minute, vehicles, occupancy)

    def _time(self, line: int, cell: str) -> int | None:
        found = _moment(cell)
        if found is None:
            self.faults.append(Fault(line, "no_time", cell[:30]))
            return None
        day, at = found
        self._days.add(day)
        if at % self.interval_min:
            self.faults.append(Fault(line, "off_grid", cell[:30]))
            return None
        return at

    def _lane(self, line: int, cell: str) -> int | None:
        if cell.isascii() and cell.isdigit() and int(cell[:6]) >= 1 and len(cell) <= 3:  # noqa: PLR2004
            return int(cell)
        self.faults.append(Fault(line, "no_lane", cell[:30]))
        return None

    def _count(self, line: int, cell: str) -> tuple[bool, int | None]:
        if not cell:
            return True, None
        if cell.isascii() and cell.isdigit() and len(cell) <= 6:  # noqa: PLR2004
            return True, int(cell)
        self.faults.append(Fault(line, "no_count", cell[:30]))
        return False, None

    def _occupancy(self, line: int, cell: str) -> tuple[bool, float | None]:
        if not cell:
            return True, None
        if re.fullmatch(r"\d{1,3}(\.\d{1,6})?%?", cell):
            value = float(cell.rstrip("%"))
            if EMPTY <= value <= FULL:
                return True, value
        self.faults.append(Fault(line, "no_occupancy", cell[:30]))
        return False, None

    def file(self) -> DetectorFile:
        mixed = len(self._days) > 1
        faults = [each for each in self.faults if not (mixed and each.code == "doubled")]
        if not faults and mixed:
            faults.append(Fault(0, "days", "、".join(str(each) for each in sorted(self._days))))
        if not faults and not self._seen:
            faults.append(Fault(0, "nothing"))
        if faults:
            return DetectorFile(None, (), tuple(faults[:MOST_FAULTS]))
        return DetectorFile(next(iter(self._days)), tuple(self._seen.values()), ())


def _moment(cell: str) -> tuple[date, int] | None:
    """Day and minute of the day; None for what is no time."""
    match = TIME.fullmatch(cell)
    if match is None:
        return None
    year, month, day, hour, minute = (int(each) for each in match.groups())
    try:
        return date(year, month, day), time(hour, minute).hour * 60 + minute
    except ValueError:
        return None
