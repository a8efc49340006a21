"""Reading files of calls, and refusing by row what cannot be one.

Two formats, told apart by their head line, plain or gzipped:

    lat,lng,zip,title,time_stamp,twp                     a North American call file (montco_911)
    received_at,longitude,latitude,address,category,grade[,description,plates,caller_number]
                                                         our own; times ISO 8601 with offset,
                                                         plates parted by blanks
"""

import csv
import gzip
import hashlib
import io
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from statistics import median
from zoneinfo import ZoneInfo

EASTERN = ZoneInfo("America/New_York")
KM_PER_DEGREE = 111.2
FAR = 3.0
"""A row is outside when it lies this many times farther from the middle than 99 % of the rows."""
FOREIGN = ("lat", "lng", "zip", "title", "time_stamp", "twp")
OWN = ("received_at", "longitude", "latitude", "address", "category", "grade")

CATEGORIES: Sequence[tuple[str, str, str]] = (
    ("VEHICLE ACCIDENT", "12", "2"),
    ("DISABLED VEHICLE", "23", "3"),
    ("ROAD OBSTRUCTION", "32", "2"),
    ("HAZARDOUS ROAD", "32", "2"),
    ("DEBRIS/FLUIDS", "32", "2"),
    ("VEHICLE FIRE", "24", "1"),
    ("LEAKING FUEL", "42", "1"),
)
"""What a foreign title means here, category and grade; the first that fits counts."""


class UnreadableFile(Exception):
    """The file has neither of the two head lines."""


@dataclass(frozen=True)
class Row:
    """One call of a file."""

    number: int
    """Line in the file, the head line being 1."""
    content: str
    at: datetime
    longitude: float
    latitude: float
    address: str
    category: str
    grade: str
    description: str
    plates: tuple[str, ...] = ()
    caller_number: str = ""

    def key(self, source: str) -> str:
        """The same for the same row of the same file, so that sending it again adds nothing."""
        text = f"{source}\n{self.number}\n{self.content}"
        return hashlib.sha256(text.encode()).hexdigest()[:40]


@dataclass(frozen=True)
class Refusal:
    """A row that is not sent, and why."""

    number: int
    why: str


@dataclass(frozen=True)
class Checked:
    """A file, parted into what can be sent and what cannot."""

    rows: list[Row]
    refusals: list[Refusal]


def read(path: Path, *, limit: int | None = None) -> Checked:
    """Every row of the file, judged.

    Raises:
        UnreadableFile: neither format.
    """
    with _opened(path) as text:
        reader = csv.DictReader(text)
        head = tuple(reader.fieldnames or ())
        parse = _parser(head, path)
        rows, refusals = _parsed(reader, parse, limit)
    return _without_copies(*_without_outsiders(rows, refusals))


def _opened(path: Path) -> io.TextIOWrapper:
    if path.suffix == ".gz":
        return io.TextIOWrapper(gzip.open(path), encoding="utf-8", newline="")
    return path.open(encoding="utf-8-sig", newline="")


def _parser(head: Sequence[str], path: Path) -> "type[_Foreign] | type[_Own]":
    if tuple(head) == FOREIGN:
        return _Foreign
    if tuple(head[: len(OWN)]) == OWN:
        return _Own
    raise UnreadableFile(f"{path.name}: the head line is neither of the two known ones")


def _parsed(
    lines: Iterable[Mapping[str, str]],
    parse: "type[_Foreign] | type[_Own]",
    limit: int | None,
) -> tuple[list[Row], list[Refusal]]:
    rows, refusals = [], []
    for number, line in enumerate(lines, start=2):
        if limit is not None and number - 2 >= limit:
            break
        try:
            rows.append(parse.row(number, line))
        except (ValueError, TypeError, KeyError, AttributeError) as broken:
            refusals.append(Refusal(number, f"unreadable: {broken}"))
    return rows, refusals


class _Foreign:
    @staticmethod
    def row(number: int, line: Mapping[str, str]) -> Row:
        title = line["title"].strip(" -")
        category, grade = category_of(title)
        at = datetime.strptime(line["time_stamp"], "%Y-%m-%d %H:%M:%S")  # noqa: DTZ007 - next line
        return Row(
            number=number,
            content="\n".join(line[name] or "" for name in FOREIGN),
            at=at.replace(tzinfo=EASTERN),
            longitude=_degrees(line["lng"], 180.0),
            latitude=_degrees(line["lat"], 90.0),
            address=f"{line['twp'] or '?'} {line['zip'] or ''}".strip()[:200],
            category=category,
            grade=grade,
            description=title,
        )


class _Own:
    @staticmethod
    def row(number: int, line: Mapping[str, str]) -> Row:
        at = datetime.fromisoformat(line["received_at"])
        if at.tzinfo is None:
            raise ValueError("received_at has no offset")
        return Row(
            number=number,
            content="\n".join(str(value or "") for value in line.values()),
            at=at,
            longitude=_degrees(line["longitude"], 180.0),
            latitude=_degrees(line["latitude"], 90.0),
            address=line["address"][:200],
            category=line["category"],
            grade=line["grade"],
            description=(line.get("description") or "")[:4_000],
            plates=tuple((line.get("plates") or "").split()),
            caller_number=line.get("caller_number") or "",
        )


def category_of(title: str) -> tuple[str, str]:
    """Our category and grade of a foreign title; other emergencies are calls for help."""
    for words, category, grade in CATEGORIES:
        if words in title:
            is_minor = category == "12" and title.startswith("Traffic:")
            return ("11", "3") if is_minor else (category, grade)
    return ("41", "3") if title.startswith("EMS:") else ("90", "4")


def _degrees(text: str, limit: float) -> float:
    value = float(text)
    if not math.isfinite(value) or abs(value) > limit:
        raise ValueError(f"{text} is no coordinate")
    return value


def _without_outsiders(
    rows: list[Row], refusals: list[Refusal]
) -> tuple[list[Row], list[Refusal]]:
    """Leave out what lies far from where the file itself is."""
    if not rows:
        return rows, refusals
    middle = median(row.longitude for row in rows), median(row.latitude for row in rows)
    away = [_km(middle, row) for row in rows]
    limit = FAR * max(sorted(away)[int(0.99 * (len(away) - 1))], 1.0)
    kept = [row for row, km in zip(rows, away, strict=True) if km <= limit]
    outside = [
        Refusal(row.number, f"outside: {km:.0f} km from the middle of the file")
        for row, km in zip(rows, away, strict=True)
        if km > limit
    ]
    return kept, [*refusals, *outside]


def _without_copies(rows: list[Row], refusals: list[Refusal]) -> Checked:
    """Leave out exact copies of an earlier row."""
    first: dict[str, int] = {}
    kept = []
    for row in rows:
        before = first.setdefault(row.content, row.number)
        if before == row.number:
            kept.append(row)
        else:
            refusals.append(Refusal(row.number, f"copy of row {before}"))
    return Checked(kept, sorted(refusals, key=lambda each: each.number))


def _km(middle: tuple[float, float], row: Row) -> float:
    east = (row.longitude - middle[0]) * math.cos(math.radians(middle[1]))
    return KM_PER_DEGREE * math.hypot(east, row.latitude - middle[1])


@dataclass(frozen=True)
class Fit:
    """Moves the place where a file is onto the place where the roads are.

    Each axis by itself, linear: the 1st and 99th percentile of the rows come to lie on the edges
    of the box; what lies beyond is held at the edge. North stays north; distances are scaled.
    """

    longitudes: tuple[float, float]
    latitudes: tuple[float, float]
    box: Mapping[str, float]

    @classmethod
    def of(cls, rows: Sequence[Row], box: Mapping[str, float]) -> "Fit":
        return cls(
            _ends([row.longitude for row in rows]), _ends([row.latitude for row in rows]), box
        )

    def __call__(self, row: Row) -> tuple[float, float]:
        box = self.box
        return (
            _moved(row.longitude, self.longitudes, (box["west"], box["east"])),
            _moved(row.latitude, self.latitudes, (box["south"], box["north"])),
        )


def _ends(values: list[float]) -> tuple[float, float]:
    ordered = sorted(values)
    last = len(ordered) - 1
    return ordered[int(0.01 * last)], ordered[math.ceil(0.99 * last)]


def _moved(value: float, ends: tuple[float, float], onto: tuple[float, float]) -> float:
    low, high = ends
    share = (value - low) / (high - low) if high > low else 0.5
    return onto[0] + min(max(share, 0.0), 1.0) * (onto[1] - onto[0])


def in_time(rows: Iterable[Row]) -> Iterator[Row]:
    """By the time of the call, then by line."""
    yield from sorted(rows, key=lambda row: (row.at, row.number))
