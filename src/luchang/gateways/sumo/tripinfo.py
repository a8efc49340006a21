"""The strict delay: every vehicle scheduled counts, however far it came."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.parsers import expat

import numpy as np


@dataclass(frozen=True, slots=True)
class Trip:
    """One vehicle at the end of a run."""

    vehicle: str
    depart_delay_s: float
    time_loss_s: float
    duration_s: float
    waiting_s: float
    arrived: bool
    inserted: bool

    @property
    def delay_s(self) -> float:
        return self.depart_delay_s + self.time_loss_s


def elements(path: Path, wanted: frozenset[str]) -> Iterator[dict[str, str]]:
    """Yield the attributes of every element of the kinds wanted, its kind under "kind"."""
    found: list[dict[str, str]] = []
    parser = expat.ParserCreate()

    def take(name: str, values: dict[str, str]) -> None:
        if name in wanted:
            found.append({**values, "kind": name})

    parser.StartElementHandler = take
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            parser.Parse(piece, False)  # noqa: FBT003 - expat takes it by place
            yield from found
            found.clear()
        parser.Parse(b"", True)  # noqa: FBT003


def trips(path: Path) -> list[Trip]:
    """Return the vehicles of a tripinfo file that were due before its end.

    The simulator reads ahead: it also writes vehicles that were to depart at the end or later.
    """
    found = [
        Trip(
            values["id"],
            float(values["departDelay"]),
            max(float(values["timeLoss"]), 0.0),
            float(values["duration"]),
            float(values["waitingTime"]),
            arrived=float(values["arrival"]) >= 0,
            inserted=float(values["depart"]) >= 0,
        )
        for values in elements(path, frozenset({"tripinfo"}))
    ]
    return [trip for trip in found if trip.inserted or trip.depart_delay_s > 0]


def scheduled(routes: Path, begin_s: float, end_s: float) -> dict[str, float]:
    """Return vehicles of a route file by the time they want to depart [s]."""
    kinds = frozenset({"vehicle", "trip", "flow"})
    times: dict[str, float] = {}
    for values in elements(routes, kinds):
        if values["kind"] == "flow":
            raise ValueError("a flow has no list of vehicles")
        depart = float(values["depart"])
        if begin_s <= depart < end_s:
            times[values["id"]] = depart
    return times


def with_never_inserted(seen: list[Trip], wanted: dict[str, float], end_s: float) -> list[Trip]:
    """Add the scheduled vehicles that never entered, waiting until the end."""
    have = {trip.vehicle for trip in seen}
    waited = [
        Trip(name, end_s - depart, 0.0, 0.0, 0.0, arrived=False, inserted=False)
        for name, depart in wanted.items()
        if name not in have
    ]
    return [*seen, *waited]


def mean_of(values: list[float]) -> float:
    return float(np.mean(values)) if values else 0.0


def stops_and_carbon(path: Path, count: int) -> tuple[float, float]:
    """Stops a vehicle, and its carbon dioxide [g]."""
    stops = carbon = 0.0
    for values in elements(path, frozenset({"tripinfo", "emissions"})):
        if values["kind"] == "tripinfo":
            stops += float(values["waitingCount"])
        else:
            carbon += float(values["CO2_abs"]) / 1_000.0
    return stops / count, carbon / count
