"""A junction as arrays: which lanes are queues, what lies upstream of them, what stages open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from luchang.core.signals.adaptive.kernels import NO_ROOM, YIELD
from luchang.core.signals.junction import Turn

if TYPE_CHECKING:
    import numpy.typing as npt

    from luchang.core.signals.junction import Junction

REACH_M = 200.0
PLACE_M = 10.0
"""Road inside the junction that one needs to wait there off its lane [m]."""
U_TURN_SHARE = 0.05
"""What a U-turn is expected to be of the other turns before any was seen [-]."""


@dataclass(frozen=True)
class Layout:
    """Places, not names.

    Attributes
    ----------
    stops
        Stop-line lanes; a queue each.
    watched
        Lanes in sight: place in the junction's lanes to the queues it can reach, by changing
        lanes too, and how far their stop lines are from its end [m].
    leads
        Lanes in sight to the queues they lead into without changing lanes.
    lane_of, queue_of
        Of each queue, the place of its lane; of each link, its queue.
    length_m
        Of every lane [m].
    links_of
        Of each queue, the places of its links.
    beside
        Of each queue, the links of all lanes of its approach.
    lights
        Stages x links: 0 red, 1 green that yields, 2 green.
    foes
        Links x links: the first yields to the second.
    conflicts
        Links x links: they cross.
    inside
        Lanes inside the junction to the link that leads over them.
    places, patient
        How many of each link can wait inside the junction off their lane, one more standing over
        the line; NO_ROOM where nobody goes beyond the line before the way is free. The links
        with room that yield in some stage.
    change_s, min_green_s
        Of each stage [s].
    """

    junction: Junction
    stops: tuple[str, ...]
    speeds: npt.NDArray[np.float64]
    watched: dict[int, tuple[tuple[int, float], ...]]
    leads: dict[int, frozenset[int]]
    lane_of: tuple[int, ...]
    queue_of: tuple[int, ...]
    length_m: npt.NDArray[np.float64]
    links_of: tuple[npt.NDArray[np.int64], ...]
    beside: tuple[npt.NDArray[np.int64], ...]
    lights: npt.NDArray[np.int8]
    foes: npt.NDArray[np.bool_]
    conflicts: npt.NDArray[np.bool_]
    inside: dict[int, int]
    places: npt.NDArray[np.int64]
    patient: npt.NDArray[np.int64]
    exits: tuple[int, ...]
    first_shares: npt.NDArray[np.float64]
    change_s: npt.NDArray[np.float64]
    min_green_s: npt.NDArray[np.float64]


def layout(junction: Junction) -> Layout:
    """Return the arrays of a junction."""
    stops = tuple(dict.fromkeys(link.from_lane for link in junction.links))
    names = list(junction.lanes)
    lamps = np.array([link.index for link in junction.links])
    lights = np.zeros((len(junction.stages), len(junction.links)), dtype=np.int8)
    for place, stage in enumerate(junction.stages):
        for link, lamp in enumerate(lamps):
            lights[place, link] = 2 if lamp in stage.protected else int(lamp in stage.yielding)
    rules = junction.rules
    greens = [stage.green for stage in junction.stages]
    waiting_m = np.array([link.waiting_m for link in junction.links])
    places = np.where(waiting_m > 0.0, waiting_m // PLACE_M, NO_ROOM).astype(np.int64)
    shares = [U_TURN_SHARE if link.turn is Turn.U_TURN else 1.0 for link in junction.links]
    return Layout(
        junction,
        stops,
        np.array([junction.lanes[stop].speed_mps for stop in stops]),
        *_watched(junction, stops, names),
        tuple(names.index(stop) for stop in stops),
        tuple(stops.index(link.from_lane) for link in junction.links),
        np.array([lane.length_m for lane in junction.lanes.values()]),
        tuple(
            np.array([k for k, link in enumerate(junction.links) if link.from_lane == stop])
            for stop in stops
        ),
        tuple(
            np.array(
                [
                    place
                    for place, link in enumerate(junction.links)
                    if junction.lanes[link.from_lane].approach == junction.lanes[stop].approach
                ]
            )
            for stop in stops
        ),
        lights,
        np.ascontiguousarray(junction.yields[np.ix_(lamps, lamps)]),
        junction.conflicts[np.ix_(lamps, lamps)],
        {names.index(link.inside): k for k, link in enumerate(junction.links) if link.inside},
        places,
        np.flatnonzero((places > NO_ROOM) & (lights == YIELD).any(axis=0)),
        tuple(names.index(link.to_lane) for link in junction.links),
        np.array(shares),
        np.array(
            [
                max((rules.amber_of(lamp) + rules.clearance_of(lamp) for lamp in green), default=0)
                for green in greens
            ]
        ),
        np.array(
            [max((rules.min_green_of(lamp) for lamp in green), default=5) for green in greens]
        ),
    )


def _watched(
    junction: Junction, stops: tuple[str, ...], names: list[str]
) -> tuple[dict[int, tuple[tuple[int, float], ...]], dict[int, frozenset[int]]]:
    found: dict[int, dict[int, float]] = {}
    for queue, stop in enumerate(stops):
        rest = [(stop, 0.0)]
        while rest:
            name, offset = rest.pop()
            reached = found.setdefault(names.index(name), {})
            if reached.get(queue, np.inf) <= offset:
                continue
            reached[queue] = offset
            far = offset + junction.lanes[name].length_m
            if far < REACH_M:
                feeders = junction.lanes[name].feeders
                rest += [(one, far) for one in feeders if one in junction.lanes]
    leads = {place: frozenset(reached) for place, reached in found.items()}
    for reached in found.values():
        _add_beside(junction, stops, reached)
    for queue, stop in enumerate(stops):
        found[names.index(stop)] = {queue: 0.0}  # who stands at a line belongs to it
    return {place: tuple(reached.items()) for place, reached in found.items()}, leads


def _add_beside(junction: Junction, stops: tuple[str, ...], reached: dict[int, float]) -> None:
    """Add the lanes beside those reached: drivers still change lanes."""
    approaches = {
        junction.lanes[stops[queue]].approach: offset for queue, offset in reached.items()
    }
    for queue, stop in enumerate(stops):
        approach = junction.lanes[stop].approach
        if approach in approaches:
            reached.setdefault(queue, approaches[approach])
