"""What the database holds against what the writers were told."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from benchmarks.reliability.world import World
from benchmarks.reliability.writers import Answer


@dataclass(frozen=True)
class Verdict:
    """Records by what went wrong with them; three times nothing is the promise."""

    lost: list[str]
    doubled: list[str]
    misnumbered: list[str]
    """Records whose number is not the one answered, and series with gaps or doubles."""


def judge(world: World, run: str, accepted: Mapping[str, Answer]) -> Verdict:
    """Compare by the record's own words, not by the key that is being tested."""
    found: dict[str, list[Answer]] = defaultdict(list)
    for record, incident, call in world.rows(
        "SELECT i.description, i.number, c.number FROM dispatch_incident i"
        " JOIN dispatch_call c ON c.incident_id = i.id"
        " WHERE starts_with(i.description, %s)",
        [f"{run} "],
    ):
        found[record].append(Answer(incident, call))
    return Verdict(
        lost=[record for record in accepted if record not in found],
        doubled=[record for record, rows in found.items() if len(rows) > 1],
        misnumbered=[
            record
            for record, answer in accepted.items()
            if len(found[record]) == 1 and found[record] != [answer]
        ]
        + broken_series(
            number
            for table in ("dispatch_incident", "dispatch_call")
            for (number,) in world.rows(f"SELECT number FROM {table}")
        ),
    )


def broken_series(numbers: Iterable[str]) -> list[str]:
    """Series that are not 1, 2, 3 … without gap or double."""
    series: dict[str, list[int]] = defaultdict(list)
    for number in numbers:
        name, _, last = number.rpartition("-")
        series[name].append(int(last))
    return [
        name for name, given in series.items() if sorted(given) != list(range(1, len(given) + 1))
    ]


def doubles(numbers: Iterable[int]) -> int:
    """How many were given although they had been given before."""
    return sum(times - 1 for times in Counter(numbers).values())
