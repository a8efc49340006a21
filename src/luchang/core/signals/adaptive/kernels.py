"""Compiled search: vehicles that cross one after the other, stages that follow each other.

All times are seconds from now. A lane is a queue: its vehicles cross in order, each no sooner
than it can arrive, no sooner than the one before lets it, and only while its own way is green.
Arrays are passed one by one because the compiler wants them so.
"""

# ruff: noqa: PLR0913, PLR0917

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from luchang.core.common.compiled import compiled

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]
    Ints = npt.NDArray[np.int64]
    Lights = npt.NDArray[np.int8]

NEVER = 1e9
AFTER_FOE_S = 1.0
"""A yielding vehicle goes so long after the one it waited for [s]."""


@compiled
def skip(place: Ints, end: Ints, weight: Floats, lane: int) -> None:
    """Pass over vehicles that are not in this lane in this scenario."""
    while place[lane] < end[lane] and weight[place[lane]] == 0.0:
        place[lane] += 1


@compiled
def crossing(
    lane: int,
    stage: int,
    now: float,
    place: Ints,
    free: Floats,
    started: Floats,
    since: Ints,
    end: Ints,
    eta: Floats,
    way: Ints,
    lights: Lights,
    shut: Floats,
    start_up: Floats,
) -> float:
    """Return when the first vehicle of a lane can cross in a stage, others' right left aside."""
    first = place[lane]
    if first >= end[lane]:
        return NEVER
    link = way[first]
    if lights[stage, link] == 0:
        return NEVER
    at = max(eta[first], free[lane], now)
    if since[lane] < start_up.size:
        at = max(at, started[lane] + start_up[since[lane]])
    return max(at, shut[link])


@compiled
def advance(
    stage: int,
    begin: float,
    until: float,
    cross_until: float,
    gap: float,
    place: Ints,
    free: Floats,
    started: Floats,
    since: Ints,
    end: Ints,
    eta: Floats,
    weight: Floats,
    way: Ints,
    lights: Lights,
    foes: npt.NDArray[np.bool_],
    shut: Floats,
    start_up: Floats,
    headway: Floats,
    yield_gap: float,
    stop_cost: float,
    ready: Floats,
    left_at: Floats,
) -> tuple[float, float]:
    """Serve a stage from `begin`; return when it ends and the sum of weighted crossing times.

    It ends at `until`, or, with a gap above 0, from `until` on as soon as nobody with the right
    of way crosses within the gap; then at `cross_until` at the latest.
    """
    lanes = place.size
    cost = 0.0
    now = begin
    last = until
    for lane in range(lanes):
        ready[lane] = crossing(
            lane, stage, begin, place, free, started, since, end, eta, way, lights, shut, start_up
        )
    while True:
        best = -1
        at = NEVER
        for lane in range(lanes):
            time = ready[lane]
            if time >= NEVER:
                continue
            link = way[place[lane]]
            if lights[stage, link] == 1:
                for foe in range(lanes):
                    if foe == lane or ready[foe] >= NEVER:
                        continue
                    if foes[link, way[place[foe]]] and ready[foe] < time + yield_gap:
                        time = max(time, ready[foe] + AFTER_FOE_S)
            if time < at:
                at = time
                best = lane
        if gap > 0:
            if at > max(now, until) + gap:
                last = max(now + 0.5, until)
                break
            if at > cross_until:
                last = cross_until
                break
        elif at > cross_until:
            break
        first = place[best]
        link = way[first]
        cost += weight[first] * at
        if at > eta[first] + 1.5:
            cost += weight[first] * stop_cost / (1.0 + since[best])
        left_at[first] = at
        place[best] = first + 1
        skip(place, end, weight, best)
        since[best] += 1
        free[best] = at + headway[best] * weight[first]
        if lights[stage, link] == 1:
            started[best] = at + 0.3
            since[best] = 1
        now = max(now, at)
        ready[best] = crossing(
            best, stage, now, place, free, started, since, end, eta, way, lights, shut, start_up
        )
    return last, cost


@compiled
def enter(
    stage: int,
    before: int,
    at: float,
    place: Ints,
    started: Floats,
    since: Ints,
    end: Ints,
    way: Ints,
    lights: Lights,
) -> None:
    """Begin a stage: lanes whose first vehicle had no green before start from standstill."""
    for lane in range(place.size):
        first = place[lane]
        if first >= end[lane]:
            continue
        link = way[first]
        if lights[stage, link] > 0 and (before < 0 or lights[before, link] == 0):
            started[lane] = at
            since[lane] = 0


@compiled
def next_stage(
    current: int,
    at: float,
    change: float,
    place: Ints,
    end: Ints,
    eta: Floats,
    weight: Floats,
    way: Ints,
    lights: Lights,
    headway: Floats,
    shut: Floats,
) -> int:
    """Return the stage that would let most vehicles go in the time it takes, -1 for none."""
    best = -1
    most = 0.0
    for stage in range(lights.shape[0]):
        if stage == current:
            continue
        count = 0.0
        longest = 3.0
        for lane in range(place.size):
            served = 0.0
            busy = 0.0
            for vehicle in range(place[lane], end[lane]):
                if weight[vehicle] == 0.0:
                    continue
                link = way[vehicle]
                if lights[stage, link] == 0 or shut[link] > at + change:
                    break
                if eta[vehicle] > at + change + 2.0 + busy:
                    break
                share = 1.0 if lights[stage, link] == 2 else 0.3
                served += weight[vehicle] * share
                busy += weight[vehicle] * headway[lane]
            count += served
            longest = max(longest, busy)
        rate = count / (change + 1.0 + longest)
        if rate > most:
            most = rate
            best = stage
    return best


@compiled
def first_coming(
    current: int, place: Ints, end: Ints, eta: Floats, way: Ints, lights: Lights
) -> tuple[int, float]:
    """Return the stage of the vehicle that comes next and when; -1 when all are gone."""
    soonest = NEVER
    link = -1
    for lane in range(place.size):
        if place[lane] < end[lane] and eta[place[lane]] < soonest:
            soonest = eta[place[lane]]
            link = way[place[lane]]
    if link < 0:
        return -1, NEVER
    if lights[current, link] > 0:
        return current, soonest
    for stage in range(lights.shape[0]):
        if lights[stage, link] == 2:
            return stage, soonest
    for stage in range(lights.shape[0]):
        if lights[stage, link] == 1:
            return stage, soonest
    return -1, NEVER


@compiled
def finish(
    stage: int,
    at: float,
    least: float,
    change: Floats,
    min_green: Floats,
    horizon: float,
    amber_used: float,
    gap: float,
    place: Ints,
    free: Floats,
    started: Floats,
    since: Ints,
    end: Ints,
    eta: Floats,
    weight: Floats,
    way: Ints,
    lights: Lights,
    foes: npt.NDArray[np.bool_],
    shut: Floats,
    start_up: Floats,
    headway: Floats,
    yield_gap: float,
    stop_cost: float,
    ready: Floats,
    left_at: Floats,
) -> float:
    """Go on by the plain rule (serve until a gap, then the fastest relief) until all are gone."""
    cost = 0.0
    until = at + least
    while True:
        ended, more = advance(
            stage, at, until, horizon, gap, place, free, started, since, end, eta, weight, way,
            lights, foes, shut, start_up, headway, yield_gap, stop_cost, ready, left_at,
        )  # fmt: skip
        cost += more
        at = ended
        if at >= horizon:
            break
        coming = next_stage(
            stage, at, change[stage], place, end, eta, weight, way, lights, headway, shut
        )
        if coming < 0:
            coming, soonest = first_coming(stage, place, end, eta, way, lights)
            if coming < 0:
                break
            if coming == stage:
                at = max(at + 0.5, soonest - 0.1)
                until = at
                if at >= horizon:
                    break
                continue
            at = max(at, soonest - change[stage] - 2.0)
        at += change[stage]
        enter(coming, stage, at, place, started, since, end, way, lights)
        stage = coming
        until = at + min_green[stage]
        if at >= horizon:
            break
    rest = 0.0
    for lane in range(place.size):
        ahead = 0.0
        for vehicle in range(place[lane], end[lane]):
            ahead += weight[vehicle] * headway[lane]
            rest += weight[vehicle] * (max(horizon, eta[vehicle]) + ahead)
    return cost + rest


@compiled
def explore(
    stage: int,
    rest_of_least: float,
    stays: Floats,
    allowed: npt.NDArray[np.bool_],
    change: Floats,
    min_green: Floats,
    horizon: float,
    amber_used: float,
    gap: float,
    place0: Ints,
    free0: Floats,
    started0: Floats,
    since0: Ints,
    end: Ints,
    eta: Floats,
    weights: Floats,
    ways: Ints,
    lights: Lights,
    foes: npt.NDArray[np.bool_],
    shut: Floats,
    start_up: Floats,
    headway: Floats,
    yield_gap: float,
    stop_cost: float,
    values: Floats,
) -> None:
    """Fill values[stay, next stage]: the mean cost of staying so long, then going there.

    The column of the current stage holds the cost of leaving the plan to the plain rule.
    """
    lanes = place0.size
    place = place0.copy()
    free = free0.copy()
    started = started0.copy()
    since = since0.copy()
    place1 = place0.copy()
    free1 = free0.copy()
    started1 = started0.copy()
    since1 = since0.copy()
    ready = np.empty(lanes)
    left_at = np.zeros(eta.size)
    values[:] = 0.0
    for scenario in range(ways.shape[0]):
        way = ways[scenario]
        weight = weights[scenario]
        place[:] = place0
        for lane in range(lanes):
            skip(place, end, weight, lane)
        free[:] = free0
        started[:] = started0
        since[:] = since0
        at = 0.0
        so_far = 0.0
        for choice in range(stays.size):
            until = stays[choice]
            _ended, more = advance(
                stage, at, until, until, 0.0, place, free, started, since, end, eta, weight, way,
                lights, foes, shut, start_up, headway, yield_gap, stop_cost, ready, left_at,
            )  # fmt: skip
            so_far += more
            at = until
            for coming in range(lights.shape[0]):
                if not allowed[coming] and coming != stage:
                    values[choice, coming] = NEVER
                    continue
                place1[:] = place
                free1[:] = free
                started1[:] = started
                since1[:] = since
                cost = so_far
                if coming == stage:
                    if choice != min(1, stays.size - 1) and choice != stays.size - 1:
                        values[choice, coming] = NEVER
                        continue
                    cost += finish(
                        stage, at, 0.0, change, min_green, horizon, amber_used, gap, place1,
                        free1, started1, since1, end, eta, weight, way, lights, foes, shut,
                        start_up, headway, yield_gap, stop_cost, ready, left_at,
                    )  # fmt: skip
                else:
                    _ended, more = advance(
                        stage, at, until, until + amber_used, 0.0, place1, free1, started1,
                        since1, end, eta, weight, way, lights, foes, shut, start_up, headway,
                        yield_gap, stop_cost, ready, left_at,
                    )  # fmt: skip
                    cost += more
                    into = until + change[stage]
                    enter(coming, stage, into, place1, started1, since1, end, way, lights)
                    cost += finish(
                        coming, into, min_green[coming], change, min_green, horizon, amber_used,
                        gap, place1, free1, started1, since1, end, eta, weight, way, lights, foes,
                        shut, start_up, headway, yield_gap, stop_cost, ready, left_at,
                    )  # fmt: skip
                values[choice, coming] += cost / ways.shape[0]


@compiled
def outflow(
    stage: int,
    stay: float,
    coming: int,
    change: Floats,
    min_green: Floats,
    horizon: float,
    amber_used: float,
    gap: float,
    place0: Ints,
    free0: Floats,
    started0: Floats,
    since0: Ints,
    end: Ints,
    eta: Floats,
    weights: Floats,
    ways: Ints,
    lights: Lights,
    foes: npt.NDArray[np.bool_],
    shut: Floats,
    start_up: Floats,
    headway: Floats,
    yield_gap: float,
    stop_cost: float,
    crossings: Floats,
) -> None:
    """Fill crossings[scenario, vehicle]: when each crosses if the plan chosen is carried out."""
    lanes = place0.size
    ready = np.empty(lanes)
    crossings[:] = NEVER
    for scenario in range(ways.shape[0]):
        way = ways[scenario]
        weight = weights[scenario]
        place = place0.copy()
        for lane in range(lanes):
            skip(place, end, weight, lane)
        free = free0.copy()
        started = started0.copy()
        since = since0.copy()
        left_at = crossings[scenario]
        used = amber_used if coming != stage else 0.0
        advance(
            stage, 0.0, stay, stay + used, 0.0, place, free, started, since, end, eta, weight, way,
            lights, foes, shut, start_up, headway, yield_gap, stop_cost, ready, left_at,
        )  # fmt: skip
        into = stay
        least = 0.0
        if coming != stage:
            into += change[stage]
            least = min_green[coming]
            enter(coming, stage, into, place, started, since, end, way, lights)
        finish(
            coming, into, least, change, min_green, horizon, amber_used, gap, place, free, started,
            since, end, eta, weight, way, lights, foes, shut, start_up, headway, yield_gap,
            stop_cost, ready, left_at,
        )  # fmt: skip
