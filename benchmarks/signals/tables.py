"""Outcomes as figures: mean, sd, median, worst seed, ratio to the native plan, who wins."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import mean, median, stdev
from typing import TYPE_CHECKING

from benchmarks.figures import Figure

if TYPE_CHECKING:
    from benchmarks.signals.entrants import Entrant
    from benchmarks.signals.runs import Outcome

SURE = 2.0
"""A win needs a difference above this many standard errors."""


@dataclass(frozen=True)
class Score:
    """One entrant on one scenario over all seeds."""

    entrant: Entrant
    seeds: tuple[int, ...]
    outcomes: tuple[Outcome, ...]

    @property
    def valid(self) -> bool:
        return all(not one.failed and not one.faults for one in self.outcomes)

    @property
    def delays(self) -> list[float]:
        return [one.delay_s for one in self.outcomes]

    @property
    def mean_s(self) -> float:
        return mean(self.delays)

    @property
    def sd_s(self) -> float:
        return stdev(self.delays) if len(self.delays) > 1 else 0.0

    @property
    def worst(self) -> tuple[float, int]:
        return max(zip(self.delays, self.seeds, strict=True))

    @property
    def p95_s(self) -> float:
        return mean(one.p95_s for one in self.outcomes)


def versus(ours: Score, other: Score) -> str:
    """Return who wins, in a word: only above two standard errors of the difference.

    Both are run with the same seeds, but a seed means another hour for another controller: the
    runs are not pairs, so the errors of both are added.
    """
    error = math.sqrt((ours.sd_s**2 + other.sd_s**2) / len(ours.delays))
    difference = other.mean_s - ours.mean_s
    if abs(difference) <= SURE * error or len(ours.delays) == 1:
        return "no difference"
    return "wins" if difference > 0 else "loses"


def row(scenario: str, score: Score, native: Score, goal: float | None) -> Figure:
    """One entrant's delay on one scenario."""
    broken = [one for one in score.outcomes if one.failed]
    if broken:
        return Figure(f"{scenario}: {score.entrant.title}", None, "s/veh", note=broken[0].failed)
    worst, seed = score.worst
    missing = sum(one.never_inserted for one in score.outcomes)
    faults = sum(one.faults for one in score.outcomes)
    words = [
        f"sd {score.sd_s:.2f}",
        f"median {median(score.delays):.2f}",
        f"worst {worst:.2f} (seed {seed})",
        f"p95 {score.p95_s:.0f} (native {native.p95_s:.0f})",
        f"duration {mean(one.duration_s for one in score.outcomes):.1f}",
        f"waiting {mean(one.waiting_s for one in score.outcomes):.1f}",
        f"arrived {mean(one.arrived for one in score.outcomes):.0f} of "
        f"{mean(one.scheduled for one in score.outcomes):.0f}",
        f"never inserted {missing}",
        f"ratio {score.mean_s / native.mean_s:.3f}",
    ]
    if score.entrant is not native.entrant:
        words.append(f"against native: {versus(score, native)}")
    if faults:
        words.append(f"VOID: {faults} breaches of the safety gate")
    return Figure(
        f"{scenario}: {score.entrant.title}",
        score.mean_s,
        "s/veh",
        goal,
        peer=native.entrant.title,
        peer_value=native.mean_s,
        data=scenario,
        n=len(score.delays),
        note="; ".join(words),
    )


def best_peer(scenario: str, ours: Score, peers: Sequence[Score]) -> Figure:
    """Ours against the best of the peers of this run."""
    best = min((peer for peer in peers if peer.valid), key=lambda peer: peer.mean_s)
    return Figure(
        f"{scenario}: {ours.entrant.title} against the best peer",
        100 * (ours.mean_s / best.mean_s - 1),
        "%",
        0.0,
        peer=best.entrant.title,
        peer_value=best.mean_s,
        data=scenario,
        n=len(ours.delays),
        note=f"{ours.mean_s:.2f} +- {ours.sd_s:.2f}; {versus(ours, best)}",
    )


def geometric(title: str, ratios: Sequence[float], scenarios: Sequence[str]) -> Figure:
    """The geometric mean of the ratios to the native plan."""
    value = math.exp(mean(math.log(ratio) for ratio in ratios))
    return Figure(
        f"geometric mean of ratios: {title}",
        value,
        "x native",
        peer="native fixed plan",
        peer_value=1.0,
        data=", ".join(scenarios),
        n=len(ratios),
    )


def breaches(found: Sequence[Outcome]) -> Figure:
    """How often our control or our plans broke a rule of the lamps, in all their runs."""
    return Figure(
        "breaches of the safety gate, ours",
        float(sum(one.faults for one in found)),
        "",
        0.0,
        n=len(found),
        note="every second of every run and junction",
    )


def published(name: str, score: Score, value: float) -> Figure:
    """Ours beside a figure from the literature, in the simulator of that literature."""
    broken = [one.failed for one in score.outcomes if one.failed]
    if broken:
        return Figure(name, None, "s/veh", value, note=broken[0])
    worst, seed = score.worst
    return Figure(
        name,
        score.mean_s,
        "s/veh",
        value,
        peer="published IDQN, best window",
        peer_value=value,
        n=len(score.delays),
        note=f"sd {score.sd_s:.2f}; worst {worst:.2f} (seed {seed})",
    )


def decisions(title: str, found: Sequence[Outcome], goal_ms: float) -> Iterator[Figure]:
    """Processor time of a decision, the worst run's."""
    times = [one.decisions_s for one in found if one.decisions_s is not None]
    if not times:
        return
    for place, (name, goal) in enumerate([("p50", None), ("p99", goal_ms), ("longest", None)]):
        yield Figure(
            f"decision of {title}, {name}",
            1000 * max(three[place] for three in times),
            "ms CPU",
            goal,
            n=len(times),
            note="per junction and second, the worst of the runs",
        )
