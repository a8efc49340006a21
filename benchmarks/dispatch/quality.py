"""Whether the answers are good: against brute force, and against the desks' usual rules."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from operator import methodcaller
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from benchmarks.dispatch import calm, repeats, storm
from benchmarks.dispatch.instances import emergency_city
from benchmarks.dispatch.oracle import orders_of
from benchmarks.figures import Figure
from luchang.core.common.shortest_paths import times_to
from luchang.core.dispatch.cover import CoverParameters
from luchang.core.dispatch.duplicates import MatchParameters
from luchang.core.dispatch.problem import RoadConditions
from luchang.core.dispatch.waiting import WaitingParameters

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from luchang.core.common.roads import Floats


def same_order(*, quick: bool) -> Iterator[Figure]:
    """Random small networks with bans, closures, slow roads: same order as a plain search."""
    cases = 200 if quick else 1_000
    differing = sum(fast != slow for fast, slow in map(orders_of, range(cases)))
    yield Figure(
        "rankings in another order than brute force",
        differing,
        "cases",
        goal=0.0,
        peer="one plain search per unit over arc histories",
        data="random networks of 14 junctions, 12 units",
        seed=0,
        n=cases,
        note="turn bans by node and by way, only-turns, closures, factors, every cost",
    )


def repeated_calls(*, quick: bool) -> Iterator[Figure]:
    """Recall and false merges on the months that tuned nothing."""
    del quick
    parameters = MatchParameters()
    for blur_m in (50.0, 0.0):
        calls = [c for c in repeats.labelled_calls(blur_m) if c.day >= repeats.TUNED_UNTIL]
        found = repeats.detect(calls, parameters)
        chance = repeats.chance_merges(calls, parameters)
        data = f"Montgomery County 911, April to June 2016, places blurred by {blur_m:.0f} m"
        where = Figure("", None, "%", data=data, seed=repeats.SEED)
        yield replace(
            where,
            figure="repeated calls found",
            value=100 * found.recall,
            goal=95.0,
            better="higher",
            n=found.repeats,
            note="repeat: same exact geocode within 10 min; merged with the best match",
        )
        calls_in_all = found.repeats + found.firsts
        yield replace(
            where,
            figure="calls merged with another event",
            value=100 * found.false_share,
            goal=2.0,
            n=calls_in_all,
            note="of all calls, by the strict label: one crash geocoded at two addresses counts",
        )
        yield replace(
            where,
            figure="calls merged by chance",
            value=100 * chance,
            n=calls_in_all,
            note="control: against the calls of the same clock time one week later",
        )


def storm_replay(*, quick: bool) -> Iterator[Figure]:
    """Run storms of 14 hours on Auckland's roads, ours against priority-then-FIFO."""
    city = emergency_city("auckland")
    service = calm.Service("auckland", city)
    parameters = WaitingParameters(siren_speed=storm.DRIVING_SPEED)
    times = city.network.arc_times(RoadConditions(), storm.DRIVING_SPEED)

    @lru_cache(maxsize=1_000)
    def drives(node: int) -> Floats:
        return times_to(service.graph, service.at(node), times=times).state_s

    runs = 2 if quick else 8
    pairs = []
    for replication in range(runs):
        calls, starts = storm.storm_calls(city, replication)
        stage = storm.Storm(city.network, drives)
        ours = stage.run(calls, starts, storm.planned(parameters))
        pairs.append((ours, stage.run(calls, starts, storm.first_come)))
    where = Figure(
        "",
        None,
        "%",
        peer="priority-then-FIFO",
        data=f"JEMSS Auckland roads, {storm.UNITS} units, x5 for 3 of 14 h",
        seed=storm.SEED,
        n=runs,
    )
    yield _against("storm: mean response", pairs, lambda o: o.mean_s, -35.0, where)
    yield _against("storm: p90 response", pairs, lambda o: o.p90_s, None, where)
    yield _against("storm: driving", pairs, lambda o: o.driving_s, None, where)
    yield _against("storm: longest response", pairs, lambda o: o.longest_s, 0.0, where)
    for urgency in (1, 2, 3):
        name = f"storm: mean response of class {urgency}"
        yield _against(name, pairs, methodcaller("mean_of", urgency), 0.0, where)


def calm_replay(*, quick: bool) -> Iterator[Figure]:
    """Run days of the JEMSS train model, ours against closest-idle."""
    city = emergency_city("auckland")
    service = calm.Service("auckland", city)
    runs, days = (2, 2.0) if quick else (6, 4.0)
    pairs = []
    for replication in range(runs):
        todays = calm.calls("auckland", city, days, replication)
        ours = calm.replay(service, todays, CoverParameters(), warm_s=calm.WARM_S)
        pairs.append((ours, calm.replay(service, todays, None, warm_s=calm.WARM_S)))
    where = Figure(
        "",
        None,
        "%",
        peer="closest idle, every unit home",
        data=f"JEMSS Auckland train model, {days:.0f} days a run",
        seed=calm.TRAIN_SEED["auckland"],
        n=runs,
    )
    yield _against("calm: late calls", pairs, lambda o: o.late_share, -3.0, where)
    yield _against("calm: urgent mean response", pairs, lambda o: o.urgent_mean_s, 0.0, where)
    yield _against("calm: mean response", pairs, lambda o: o.mean_s, None, where)


Outcome = TypeVar("Outcome")


def _against(
    name: str,
    pairs: list[tuple[Outcome, Outcome]],
    value: Callable[[Outcome], float],
    goal: float | None,
    where: Figure,
) -> Figure:
    """Return the change of a total over all runs against the peer [%], and by run."""
    ours = np.array([float(value(one)) for one, _ in pairs])
    peers = np.array([float(value(other)) for _, other in pairs])
    change = 100 * (ours / peers - 1)
    error = change.std(ddof=1) / np.sqrt(len(change))
    return replace(
        where,
        figure=name,
        value=float(100 * (ours.mean() / peers.mean() - 1)),
        goal=goal,
        note=f"ours {ours.mean():.4g}, peer {peers.mean():.4g}; by run {change.mean():+.1f} "
        f"+- {error:.1f} %",
    )
