"""Junctions into the text of a UTDF file."""

from __future__ import annotations

import csv
import io
import math
from collections import Counter

from luchang.core.signals.utdf.model import (
    MOST_PER_MOVEMENT,
    MOST_PHASES,
    MOVEMENTS,
    PLAIN,
    PRETIMED,
    SECTIONS,
    UtdfJunction,
    UtdfRefused,
)


def write(junctions: tuple[UtdfJunction, ...]) -> str:
    """The text of a file, with lines ended as the format's own programs end them.

    Raises:
        UtdfRefused: more phases than the format has columns, or a number twice.
    """
    seen = Counter(one.int_id for one in junctions)
    if doubled := [number for number, times in seen.items() if times > 1]:
        raise UtdfRefused("doubled", what=str(doubled[0]))
    for one in junctions:
        if any(not 1 <= number <= MOST_PHASES for number in one.phases):
            raise UtdfRefused("too_many_phases", what=str(one.int_id))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    tables: dict[str, list[list[object]]] = {
        "Network": [["RECORDNAME", "DATA"], ["Metric", 1]],
        "Nodes": _nodes(junctions),
        "Lanes": _lanes(junctions),
        "Timeplans": _timeplans(junctions),
        "Phases": _phases(junctions),
    }
    for name, rows in tables.items():
        writer.writerow([f"[{name}]"])
        writer.writerow([SECTIONS[name]])
        writer.writerows(rows)
        writer.writerow([])
    return out.getvalue()


def _nodes(junctions: tuple[UtdfJunction, ...]) -> list[list[object]]:
    rows: list[list[object]] = [["INTID", "TYPE", "X", "Y", "Z", "DESCRIPTION"]]
    rows += [
        [one.int_id, 0, _number(one.x), _number(one.y), 0, _told(one.name)] for one in junctions
    ]
    return rows


def _told(name: str) -> str:
    """A name in one line that no spreadsheet takes for a formula."""
    text = " ".join(name.split())
    return f"'{text}" if text[:1] in {"=", "+", "-", "@"} else text


def _lanes(junctions: tuple[UtdfJunction, ...]) -> list[list[object]]:
    used = {name for one in junctions for name in one.groups}
    columns = [name for name in MOVEMENTS if name in used or name in PLAIN]
    rows: list[list[object]] = [["RECORDNAME", "INTID", *columns]]
    for one in junctions:
        for record, values in _lane_records(one).items():
            if any(value != "" for value in values.values()):
                rows.append([record, one.int_id, *(values.get(name, "") for name in columns)])
    return rows


def _lane_records(one: UtdfJunction) -> dict[str, dict[str, object]]:
    groups = one.groups.items()
    records: dict[str, dict[str, object]] = {
        "Lanes": {name: each.lanes for name, each in groups},
        "Speed": {name: _number(each.speed_kmh) for name, each in groups},
        "Storage": {name: _number(each.storage_m) for name, each in groups},
        "Volume": {name: _number(each.volume_vph) for name, each in groups},
    }
    for place in range(MOST_PER_MOVEMENT):
        records[f"Phase{place + 1}"] = {name: _at(each.phases, place) for name, each in groups}
    for place in range(MOST_PER_MOVEMENT):
        records[f"PermPhase{place + 1}"] = {
            name: _at(each.permitted, place) for name, each in groups
        }
    return records


def _at(numbers: tuple[int, ...], place: int) -> object:
    return numbers[place] if place < len(numbers) else ""


def _timeplans(junctions: tuple[UtdfJunction, ...]) -> list[list[object]]:
    rows: list[list[object]] = [["RECORDNAME", "INTID", "DATA"]]
    for one in junctions:
        if one.cycle_s is None:
            continue
        rows.append(["Control Type", one.int_id, PRETIMED])
        rows.append(["Cycle Length", one.int_id, _number(one.cycle_s)])
        rows.append(["Offset", one.int_id, _number(one.offset_s)])
        rows.append(["Reference Phase", one.int_id, min(one.phases, default=1)])
    return rows


def _phases(junctions: tuple[UtdfJunction, ...]) -> list[list[object]]:
    numbers = range(1, MOST_PHASES + 1)
    rows: list[list[object]] = [["RECORDNAME", "INTID", *(f"D{number}" for number in numbers)]]
    for one in junctions:
        held = one.phases
        records: dict[str, dict[int, object]] = {
            "BRP": {number: f"11{number}" for number in held},
            "MinGreen": {number: _number(each.min_green_s) for number, each in held.items()},
            "MaxGreen": {number: _number(each.green_s) for number, each in held.items()},
            "Yellow": {number: _number(each.amber_s) for number, each in held.items()},
            "AllRed": {number: _number(each.all_red_s) for number, each in held.items()},
        }
        if held:
            rows += [
                [record, one.int_id, *(values.get(number, "") for number in numbers)]
                for record, values in records.items()
            ]
    return rows


def _number(value: float | None) -> str:
    if value is None:
        return ""
    if not math.isfinite(value):
        raise UtdfRefused("not_finite", what=str(value))
    return f"{value:.9g}"
