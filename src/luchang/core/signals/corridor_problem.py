"""A corridor in the words of the optimiser: one network whose junctions feed each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from luchang.core.signals import webster
from luchang.core.signals.demand import Movement, TurningCounts
from luchang.core.signals.fixed.problem import Limits, Problem, Road
from luchang.core.signals.junction import Junction, Network
from luchang.core.signals.layout import Way
from luchang.core.signals.layout_junction import KMH_PER_MPS, junction_of
from luchang.core.signals.plan import Plan

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from luchang.core.signals.corridor import Corridor, Leg, Place
    from luchang.core.signals.layout import Direction, Layout

    Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Counted:
    """Vehicles of the movements of one junction, interval by interval."""

    ways: tuple[str, ...]
    vehicles: Floats


def problem_of(
    corridor: Corridor,
    counted: Mapping[str, Counted],
    interval_s: float,
    limits: Limits | None = None,
) -> Problem:
    """All junctions of a corridor with their counts and the roads between them.

    What arrives on a road between two junctions is what the one lets through; counts that say
    more than that enter on the way, and what they say less leaves on it.
    """
    junctions = tuple(
        apart(junction_of(place.layout, place.junction_id)) for place in corridor.places
    )
    movements: list[Movement] = []
    columns: list[Floats] = []
    for place in corridor.places:
        mine = counted[place.junction_id]
        for column, key in enumerate(mine.ways):
            if key in place.layout.lamp_of:
                movements.append(_movement(place, key))
                columns.append(mine.vehicles[:, column])
    vehicles = np.column_stack(columns) if columns else np.zeros((0, 0))
    counts = TurningCounts(tuple(movements), vehicles, np.maximum(vehicles, 1.0), interval_s)
    roads = tuple(
        road
        for one, other, leg in zip(
            corridor.places, corridor.places[1:], corridor.legs, strict=False
        )
        for road in (
            _road(one, leg.leaves, other, leg.arrives, leg),
            _road(other, leg.arrives, one, leg.leaves, leg),
        )
    )
    return Problem(Network(junctions), counts, roads, limits=limits or Limits())


def apart(junction: Junction) -> Junction:
    """The same junction with lanes that no other junction has."""
    name = junction.junction_id
    lanes = {
        _own(name, key): replace(
            lane,
            lane_id=_own(name, key),
            approach=_own(name, lane.approach),
            feeders=tuple(_own(name, each) for each in lane.feeders),
        )
        for key, lane in junction.lanes.items()
    }
    links = tuple(
        replace(link, from_lane=_own(name, link.from_lane), to_lane=_own(name, link.to_lane))
        for link in junction.links
    )
    return replace(junction, lanes=lanes, links=links)


def at_cycle(layout: Layout, plan: Plan, cycle_s: int) -> Plan:
    """The same stages at another cycle, whole seconds shared as before, no green too short.

    Raises
    ------
    ValueError
        The cycle does not hold the shortest greens.
    """
    change = round(sum(step.change_s for step in plan.steps))
    least = [
        -int(-max(layout.min_green_s(Way.parse(key)) for key in layout.stages[s.stage].green) // 1)
        for s in plan.steps
    ]
    spare = cycle_s - change - sum(least)
    if spare < 0:
        raise ValueError(f"{plan.junction_id}: {cycle_s} s < {change + sum(least)} s")
    wanted = np.array([step.green_s for step in plan.steps]) / sum(s.green_s for s in plan.steps)
    short = np.maximum(wanted * (cycle_s - change) - np.array(least), 0.0)
    parts = spare * short / short.sum() if short.sum() else np.full(len(least), spare / len(least))
    whole = np.floor(parts).astype(int)
    for place in np.argsort(-(parts - whole), kind="stable")[: spare - int(whole.sum())]:
        whole[place] += 1
    steps = tuple(
        replace(step, green_s=float(floor + int(more)))
        for step, floor, more in zip(plan.steps, least, whole, strict=True)
    )
    return Plan(plan.junction_id, steps, plan.offset_s)


def shared_cycle(corridor: Corridor, hourly: Mapping[str, Mapping[str, float]]) -> dict[str, Plan]:
    """The textbook's plan of each junction, at the longest cycle any of them asks for."""
    own = {
        place.junction_id: webster.webster_plan(
            place.layout, hourly[place.junction_id], place.junction_id
        )
        for place in corridor.places
    }
    cycle_s = round(max(plan.cycle_s for plan in own.values()))
    layouts = {place.junction_id: place.layout for place in corridor.places}
    return {key: at_cycle(layouts[key], plan, cycle_s) for key, plan in own.items()}


def hourly_of(counted: Counted, interval_s: float) -> dict[str, float]:
    """Mean flow by movement [veh/h]."""
    flows = counted.vehicles.mean(axis=0) * 3600.0 / interval_s
    return {key: float(flow) for key, flow in zip(counted.ways, flows, strict=True)}


def _own(junction_id: str, name: str) -> str:
    """Names of lanes on which nobody drives keep their colon in front."""
    return f":{junction_id}|{name[1:]}" if name.startswith(":") else f"{junction_id}|{name}"


def _movement(place: Place, key: str) -> Movement:
    way = Way.parse(key)
    leads_to = place.layout.exit_of(way) or way.arm
    name = place.junction_id
    return Movement(name, _own(name, f"{way.arm.name}_in"), _own(name, f"{leads_to.name}_out"))


def _road(one: Place, leaves: Direction, other: Place, arrives: Direction, leg: Leg) -> Road:
    arm = other.layout.arms[arrives]
    through: Sequence[object] = [lane for lane in arm.lanes if not lane.bay_m]
    return Road(
        _own(one.junction_id, f"{leaves.name}_out"),
        _own(other.junction_id, f"{arrives.name}_in"),
        leg.length_m,
        arm.speed_kmh / KMH_PER_MPS,
        max(len(through), 1),
    )
