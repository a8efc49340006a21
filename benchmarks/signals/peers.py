"""Online peers: what the literature and older controllers do, with amber and minimum green kept.

Written from the ideas, for the same sight as ours; the driver of the lamps keeps the rules.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from luchang.core.signals.adaptive.sight import Sight
    from luchang.core.signals.junction import Junction, Network

STANDING_MPS = 0.1
GAP_S = 2.5
"""A green that nobody reaches within this time is given up."""
LONGEST_GREEN_S = 60


class _Counts:
    """How many vehicles each stop line's lane holds, those further up the same road included."""

    def __init__(self, junction: Junction) -> None:
        self.junction = junction
        names = list(junction.lanes)
        self.stop_of = np.full(len(names), -1)
        self.offset_m = np.zeros(len(names))
        self.stops = list(dict.fromkeys(link.from_lane for link in junction.links))
        self.exits = list(dict.fromkeys(link.to_lane for link in junction.links))
        self.names = names
        rest = [(lane, lane, 0.0) for lane in self.stops]
        while rest:
            stop, lane, offset = rest.pop(0)
            place = names.index(lane)
            if self.stop_of[place] >= 0:
                continue
            self.stop_of[place] = self.stops.index(stop)
            self.offset_m[place] = offset
            far = offset + junction.lanes[lane].length_m
            feeders = [one for one in junction.lanes[lane].feeders if one in junction.lanes]
            rest += [(stop, one, far) for one in feeders]

    def incoming(self, sight: Sight, wanted: Callable[[Sight], np.ndarray]) -> np.ndarray:
        """Count by stop line the vehicles that are wanted."""
        stops = self.stop_of[sight.lane]
        chosen = wanted(sight) & (stops >= 0)
        return np.bincount(stops[chosen], minlength=len(self.stops))

    def outgoing(self, sight: Sight) -> dict[str, int]:
        standing = sight.speed_mps < STANDING_MPS
        return {
            lane: int((standing & (sight.lane == self.names.index(lane))).sum())
            for lane in self.exits
        }

    def next_gap_s(self, sight: Sight, stops: set[int]) -> float:
        """Return when the next vehicle of these stop lines will reach its line [s]."""
        stop = self.stop_of[sight.lane]
        chosen = np.isin(stop, list(stops))
        if not chosen.any():
            return np.inf
        distance = sight.distance_m[chosen] + self.offset_m[sight.lane[chosen]]
        return float((distance / np.maximum(sight.speed_mps[chosen], 3.0)).min())


@dataclass
class _Peer:
    """What online peers share."""

    counts: dict[str, _Counts] = field(default_factory=dict)
    served: dict[str, list[set[int]]] = field(default_factory=dict)

    def begin(self, network: Network) -> None:
        for junction in network.junctions:
            counts = _Counts(junction)
            self.counts[junction.junction_id] = counts
            self.served[junction.junction_id] = [
                {
                    counts.stops.index(link.from_lane)
                    for link in junction.links
                    if link.index in stage.green
                }
                for stage in junction.stages
            ]


@dataclass
class MaxWave(_Peer):
    """Every so many seconds the stage with most vehicles on its lanes."""

    every_s: int = 10

    def decide(self, junction_id: str, sight: Sight) -> int:
        if int(sight.at_s) % self.every_s:
            return sight.stage
        counts = self.counts[junction_id]
        present = counts.incoming(sight, lambda seen: seen.speed_mps >= 0)
        scores = [sum(present[stop] for stop in stops) for stops in self.served[junction_id]]
        return int(np.argmax(scores))


@dataclass
class MaxPressure(_Peer):
    """Every so many seconds the stage that relieves most: queues before minus queues behind."""

    every_s: int = 10

    def decide(self, junction_id: str, sight: Sight) -> int:
        if int(sight.at_s) % self.every_s:
            return sight.stage
        counts = self.counts[junction_id]
        before = counts.incoming(sight, lambda seen: seen.speed_mps >= 0)
        behind = counts.outgoing(sight)
        scores = []
        for stage in counts.junction.stages:
            links = [link for link in counts.junction.links if link.index in stage.green]
            lanes = {link.from_lane for link in links}
            exits = {link.to_lane for link in links}
            inflow = sum(before[counts.stops.index(lane)] for lane in lanes)
            scores.append(inflow - sum(behind[lane] for lane in exits))
        return int(np.argmax(scores))


@dataclass
class GapOut(_Peer):
    """Green until a gap, then to the stage with the longest queue."""

    def decide(self, junction_id: str, sight: Sight) -> int:
        counts = self.counts[junction_id]
        served = self.served[junction_id]
        gap = counts.next_gap_s(sight, self._flowing(junction_id, sight.stage))
        if gap <= GAP_S and sight.shown_s < LONGEST_GREEN_S:
            return sight.stage
        queues = counts.incoming(sight, lambda seen: seen.speed_mps < STANDING_MPS)
        scores = [sum(queues[stop] for stop in stops) for stops in served]
        scores[sight.stage] = -1
        best = int(np.argmax(scores))
        return best if scores[best] > 0 else sight.stage

    def _flowing(self, junction_id: str, stage: int) -> set[int]:
        """Stop lines from which everybody may go now: others may be blocked by their first."""
        counts = self.counts[junction_id]
        greens = counts.junction.stages[stage].protected
        by_lane = counts.junction.links_by_lane
        return {
            place
            for place, lane in enumerate(counts.stops)
            if any(link.index in greens for link in by_lane[lane])
        }
