"""Texts with hand-made answer keys, and how a reading is held against one.

A key stands inside its text: `{{quote|value|unit|qualifier|period}}`. The head of a file names the
kind, the year, short names of periods and the findings that were planted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from luchang.core.reading import Basis, Period, Reading, Statistic

FOLDER = Path(__file__).parent / "texts"
MARK = re.compile(r"\{\{(.*?)\}\}")


@dataclass(frozen=True)
class Wanted:
    """One statistic of a key."""

    start: int
    end: int
    quote: str
    value: Decimal
    upper: Decimal | None
    unit: str
    qualifier: str
    period: str


@dataclass
class KeyedText:
    """A text, what is in it, and which findings it deserves."""

    name: str
    kind: str
    year: int | None
    text: str
    wanted: list[Wanted]
    findings: list[tuple[str, str]] = field(default_factory=list)


def load(folder: str) -> list[KeyedText]:
    """All texts of `tuned` or `held_out`."""
    return [parse(path) for path in sorted((FOLDER / folder).glob("*.txt"))]


def parse(path: Path) -> KeyedText:
    """Separate a file into its head, its text and its key."""
    lines = path.read_text(encoding="utf-8").splitlines()
    head = [line[2:] for line in lines if line.startswith("# ")]
    body = "\n".join(line for line in lines if not line.startswith("# "))
    periods = dict(line.split(" = ") for line in head if " = " in line)
    facts = dict(line.split(": ", 1) for line in head if re.match(r"(kind|year):", line))
    planted = [
        (found[1], found[2]) for line in head if (found := re.match(r"finding (\w+): (.+)", line))
    ]
    text, wanted = _strip(body, periods)
    return KeyedText(path.stem, facts["kind"], int(facts["year"]), text, wanted, planted)


def _strip(body: str, periods: dict[str, str]) -> tuple[str, list[Wanted]]:
    text = ""
    wanted: list[Wanted] = []
    at = 0
    for mark in MARK.finditer(body):
        text += body[at : mark.start()]
        quote, value, unit, qualifier, period = mark.group(1).split("|")
        low, _, high = value.partition("..")
        wanted.append(
            Wanted(
                len(text),
                len(text) + len(quote),
                quote,
                Decimal(low),
                Decimal(high) if high else None,
                unit,
                qualifier,
                periods.get(period, period),
            )
        )
        text += quote
        at = mark.end()
    return text + body[at:], wanted


def span_of(period: Period | None) -> str:
    """A period as a key writes it; only the year of the document is no period."""
    if period is None or period.basis is Basis.DOCUMENT:
        return ""
    if period.start is None and period.end is None:
        return period.label
    return f"{period.start or ''}..{period.end or ''}"


@dataclass
class Score:
    """How a reading compares with a key."""

    wanted: int = 0
    found: int = 0
    right: int = 0
    read: int = 0
    surplus: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def add(self, other: Score) -> None:
        self.wanted += other.wanted
        self.found += other.found
        self.right += other.right
        self.read += other.read
        self.surplus += other.surplus
        self.missed += other.missed
        self.wrong += other.wrong

    @property
    def recall(self) -> float:
        """Share of the key found with value, unit, qualifier and period right [%]."""
        return 100 * self.right / self.wanted if self.wanted else 100.0

    @property
    def precision(self) -> float:
        """Share of what was read as a statistic that is in the key [%]."""
        return 100 * self.found / self.read if self.read else 100.0


def score(keyed: KeyedText, reading: Reading) -> Score:
    """Hold a reading against its key; a statistic is found where the quotes overlap."""
    result = Score(wanted=len(keyed.wanted), read=len(reading.statistics))
    free = list(reading.statistics)
    for wanted in keyed.wanted:
        match = next((s for s in free if s.start < wanted.end and s.end > wanted.start), None)
        if match is None:
            result.missed.append(f"{keyed.name}: {wanted.quote}")
            continue
        free.remove(match)
        result.found += 1
        wrong = differences(wanted, match)
        if wrong:
            result.wrong.append(f"{keyed.name}: {wanted.quote} {wrong}")
        else:
            result.right += 1
    result.surplus += [f"{keyed.name}: {s.quote} ({s.whole_clause})" for s in free]
    return result


def differences(wanted: Wanted, read: Statistic) -> dict[str, str]:
    """What was read otherwise than the key has it."""
    pairs = {
        "value": (wanted.value, read.value),
        "unit": (wanted.unit, read.unit),
        "qualifier": (wanted.qualifier, read.qualifier),
        "period": (wanted.period, span_of(read.period)),
    }
    if wanted.upper is not None:
        pairs["upper"] = (wanted.upper, read.upper or Decimal(0))
    return {name: f"{b} for {a}" for name, (a, b) in pairs.items() if a != b}
