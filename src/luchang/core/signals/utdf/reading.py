"""The text of a UTDF file into junctions; what is not used is counted by name."""

from __future__ import annotations

import csv
import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from luchang.core.signals.utdf.model import (
    FOOT_M,
    MILE_KM,
    MOST_CHARACTERS,
    MOST_LINES,
    MOST_PER_MOVEMENT,
    MOST_PHASES,
    MOVEMENTS,
    SECTIONS,
    LaneGroup,
    Phase,
    UtdfFile,
    UtdfJunction,
    UtdfRefused,
)


def read(text: str) -> UtdfFile:
    """The junctions of a file.

    Raises:
        UtdfRefused: too large, of another kind, or with a value that is none; says the line.
    """
    if len(text) > MOST_CHARACTERS:
        raise UtdfRefused("too_large")
    reader = _Reader()
    for line, row in enumerate(_rows(text), start=1):
        if line > MOST_LINES:
            raise UtdfRefused("too_large", line=line)
        reader.take(line, row)
    return reader.file()


def _rows(text: str) -> Iterator[list[str]]:
    try:
        for row in csv.reader(text.removeprefix("\ufeff").splitlines()):
            yield [cell.strip() for cell in row]
    except csv.Error as strange:
        raise UtdfRefused("not_utdf", what=str(strange)[:80]) from strange


@dataclass
class _Found:
    """What is known of one junction so far: by record, by column."""

    node: dict[str, str] = field(default_factory=dict)
    records: dict[tuple[str, str], dict[str, float]] = field(default_factory=dict)


class _Reader:
    def __init__(self) -> None:
        self._section = ""
        self._header: list[str] = []
        self._metric = True
        self._found: dict[int, _Found] = {}
        self._passed: Counter[str] = Counter()

    def take(self, line: int, row: list[str]) -> None:
        if not any(row):
            return
        if row[0].startswith("[") and row[0].endswith("]"):
            self._section, self._header = row[0][1:-1].strip().title(), []
        elif not self._section:
            raise UtdfRefused("not_utdf", line=line, what=row[0][:40])
        elif self._section not in SECTIONS:
            self._passed[f"[{self._section}]"] += 1
        elif not self._header:
            self._take_header(row)
        else:
            self._take_record(line, dict(zip(self._header, row, strict=False)))

    def _take_header(self, row: list[str]) -> None:
        """A section's second line is its title; the header is the line that names the columns."""
        names = [cell.upper() for cell in row]
        if "INTID" in names or names[:2] == ["RECORDNAME", "DATA"]:
            self._header = names

    def _take_record(self, line: int, cells: dict[str, str]) -> None:
        if self._section == "Network":
            if cells.get("RECORDNAME", "").lower() == "metric":
                self._metric = self._value(line, cells.get("DATA", "")) == 1
            return
        number = self._value(line, cells.get("INTID", ""))
        if number is None or number != int(number):
            raise UtdfRefused("no_junction", line=line, what=cells.get("INTID", "")[:40])
        found = self._found.setdefault(int(number), _Found())
        if self._section == "Nodes":
            found.node = cells
            for name in ("X", "Y"):
                self._value(line, cells.get(name, ""))
            return
        self._take_values(line, found, cells)

    def _take_values(self, line: int, found: _Found, cells: dict[str, str]) -> None:
        record = cells.get("RECORDNAME", "").lower()
        if record not in _RECORDS[self._section]:
            self._passed[f"{self._section}: {cells.get('RECORDNAME', '')[:40]}"] += 1
            return
        place = (self._section, record)
        if place in found.records:
            raise UtdfRefused("doubled", line=line, what=cells["RECORDNAME"][:40])
        values = {
            column: value
            for column, cell in cells.items()
            if column in _COLUMNS[self._section]
            if (value := self._value(line, cell)) is not None
        }
        found.records[place] = values

    def _value(self, line: int, cell: str) -> float | None:
        if not cell:
            return None
        try:
            value = float(cell)
        except ValueError as strange:
            raise UtdfRefused("not_a_number", line=line, what=cell[:40]) from strange
        if not math.isfinite(value):
            raise UtdfRefused("not_finite", line=line, what=cell[:40])
        return value

    def file(self) -> UtdfFile:
        if not self._section:
            raise UtdfRefused("not_utdf")
        scale = (1.0, 1.0) if self._metric else (FOOT_M, MILE_KM)
        return UtdfFile(
            tuple(_junction(number, one, *scale) for number, one in self._found.items()),
            dict(sorted(self._passed.items())),
        )


_PER_MOVEMENT = tuple(
    f"{kind}phase{place}" for kind in ("", "perm") for place in range(1, MOST_PER_MOVEMENT + 1)
)
_RECORDS: Mapping[str, frozenset[str]] = {
    "Lanes": frozenset({"lanes", "speed", "storage", "volume", *_PER_MOVEMENT}),
    "Timeplans": frozenset({"cycle length", "offset"}),
    "Phases": frozenset({"mingreen", "maxgreen", "yellow", "allred"}),
}
_COLUMNS: Mapping[str, frozenset[str]] = {
    "Lanes": frozenset(MOVEMENTS),
    "Timeplans": frozenset({"DATA"}),
    "Phases": frozenset(f"D{number}" for number in range(1, MOST_PHASES + 1)),
}


def _junction(number: int, found: _Found, metres: float, kilometres: float) -> UtdfJunction:
    def of(section: str, record: str) -> dict[str, float]:
        return found.records.get((section, record), {})

    phases = {}
    for column, green in of("Phases", "maxgreen").items():
        phases[int(column[1:])] = Phase(
            green_s=green,
            amber_s=of("Phases", "yellow").get(column, 0.0),
            all_red_s=of("Phases", "allred").get(column, 0.0),
            min_green_s=of("Phases", "mingreen").get(column, 0.0),
        )
    groups = {}
    for name, lanes in of("Lanes", "lanes").items():
        groups[name] = LaneGroup(
            lanes=int(lanes),
            speed_kmh=_scaled(of("Lanes", "speed").get(name), kilometres),
            storage_m=_scaled(of("Lanes", "storage").get(name), metres),
            volume_vph=of("Lanes", "volume").get(name),
            phases=_numbers(found, name, "phase"),
            permitted=_numbers(found, name, "permphase"),
        )
    known = phases.keys()
    for name, each in groups.items():
        if strange := {*each.phases, *each.permitted} - known:
            raise UtdfRefused("unknown_phase", what=f"{number} {name} D{min(strange)}")
    x, y = (float(found.node.get(axis) or 0.0) * metres for axis in ("X", "Y"))
    return UtdfJunction(
        int_id=number,
        name=found.node.get("DESCRIPTION", ""),
        x=x,
        y=y,
        groups=groups,
        phases=phases,
        cycle_s=of("Timeplans", "cycle length").get("DATA"),
        offset_s=of("Timeplans", "offset").get("DATA"),
    )


def _scaled(value: float | None, unit: float) -> float | None:
    return None if value is None else value * unit


def _numbers(found: _Found, movement: str, kind: str) -> tuple[int, ...]:
    """Phases of a movement; nought and less stand for none."""
    values = (
        found.records.get(("Lanes", f"{kind}{place}"), {}).get(movement)
        for place in range(1, MOST_PER_MOVEMENT + 1)
    )
    return tuple(int(value) for value in values if value is not None and value > 0)
