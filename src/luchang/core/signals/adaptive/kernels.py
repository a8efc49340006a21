"""Compiled search: vehicles that cross one after the other, stages that follow each other.

All times are seconds from now. A lane is a queue: its vehicles cross in order, each no sooner
than it can arrive, no sooner than the one before lets it, and only while its own way is green.
What is not known (turns, lanes) is drawn in several scenarios; a vehicle that is not in a lane in
a scenario has weight 0 there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from luchang.core.common.compiled import counted_by_nobody

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]
    Ints = npt.NDArray[np.int64]

NEVER = 1e9
AFTER_FOE_S = 1.0
"""A yielding vehicle goes so long after the one it waited for [s]."""
AFTER_YIELD_S = 0.3
"""The next in its lane starts so long after it [s]."""
ON_TIME_S = 1.5
"""Who crosses no later than this after the soonest has not stopped [s]."""
YIELD_WORTH = 0.3
"""What a green that yields is worth beside one with the right of way [-]."""
YIELD, GREEN = 1, 2


class Limits(NamedTuple):
    """What holds for every plan: change and minimum green by stage, and the parameters [s]."""

    change: Floats
    min_green: Floats
    horizon: float
    amber_used: float
    yield_gap: float
    stop_cost: float


class Scene(NamedTuple):
    """Lanes, who is expected on them and what is open: the same in every scenario."""

    end: Ints
    eta: Floats
    lights: npt.NDArray[np.int8]
    foes: npt.NDArray[np.bool_]
    shut: Floats
    start_up: Floats
    headway: Floats


class Draw(NamedTuple):
    """One scenario: the way and the weight of every vehicle."""

    way: Ints
    weight: Floats


class Flow(NamedTuple):
    """How far each lane has come: its first vehicle, when that may cross, since when it flows."""

    place: Ints
    free: Floats
    started: Floats
    since: Ints
    ready: Floats
    left_at: Floats


class Rule(NamedTuple):
    """The plain rule: gaps that end the first green and every later one [s]."""

    first_gap: float
    gap: float


class Span(NamedTuple):
    """From when to when a stage is served; with a gap above 0 until nobody comes within it."""

    begin: float
    until: float
    latest: float
    gap: float


@counted_by_nobody
def copy_into(source: Flow, target: Flow) -> None:
    for lane in range(source.place.size):  # slices would ask for memory
        target.place[lane] = source.place[lane]
        target.free[lane] = source.free[lane]
        target.started[lane] = source.started[lane]
        target.since[lane] = source.since[lane]


@counted_by_nobody
def skip(lane: int, flow: Flow, scene: Scene, draw: Draw) -> None:
    """Pass over vehicles that are not in this lane in this scenario."""
    first = flow.place[lane]
    while first < scene.end[lane] and draw.weight[first] == 0.0:
        first += 1
    flow.place[lane] = first


@counted_by_nobody
def crossing(lane: int, stage: int, now: float, flow: Flow, scene: Scene, draw: Draw) -> float:
    """Return when the first vehicle of a lane can cross in a stage, others' right left aside."""
    first = flow.place[lane]
    if first >= scene.end[lane]:
        return NEVER
    link = draw.way[first]
    if scene.lights[stage, link] == 0:
        return NEVER
    at = max(scene.eta[first], flow.free[lane], now)
    nth = flow.since[lane]
    if nth < scene.start_up.size:
        at = max(at, flow.started[lane] + scene.start_up[nth])
    return float(max(at, scene.shut[link]))


@counted_by_nobody
def next_to_cross(
    stage: int, flow: Flow, scene: Scene, draw: Draw, yield_gap: float
) -> tuple[int, float]:
    """Return the lane whose first vehicle crosses next, and when; it has waited for a gap."""
    best = -1
    soonest = NEVER
    for lane in range(flow.place.size):
        at = flow.ready[lane]
        if at >= soonest:
            continue
        link = draw.way[flow.place[lane]]
        if scene.lights[stage, link] == YIELD:
            for foe in range(flow.place.size):
                if foe == lane or flow.ready[foe] >= at + yield_gap:
                    continue
                if scene.foes[link, draw.way[flow.place[foe]]]:
                    at = max(at, flow.ready[foe] + AFTER_FOE_S)
        if at < soonest:
            soonest = at
            best = lane
    return best, soonest


@counted_by_nobody
def cross(
    lane: int, stage: int, at: float, flow: Flow, scene: Scene, draw: Draw, stop_cost: float
) -> float:
    """Let the first vehicle of a lane cross; return what that costs."""
    first = flow.place[lane]
    weight = draw.weight[first]
    cost = float(weight * at)
    if at > scene.eta[first] + ON_TIME_S:
        cost += weight * stop_cost / (1.0 + flow.since[lane])
    flow.left_at[first] = at
    flow.place[lane] = first + 1
    skip(lane, flow, scene, draw)
    flow.since[lane] += 1
    flow.free[lane] = at + scene.headway[lane] * weight
    if scene.lights[stage, draw.way[first]] == YIELD:
        flow.started[lane] = at + AFTER_YIELD_S
        flow.since[lane] = 1
    return cost


@counted_by_nobody
def advance(
    stage: int, span: Span, flow: Flow, scene: Scene, draw: Draw, limits: Limits
) -> tuple[float, float]:
    """Serve a stage; return when it ends and the sum of weighted crossing times.

    Without a gap it ends at `until`, and vehicles cross until `latest`; with one it ends from
    `until` on as soon as nobody crosses within the gap, at `latest` at the latest.
    """
    cost = 0.0
    now = span.begin
    for lane in range(flow.place.size):
        flow.ready[lane] = crossing(lane, stage, now, flow, scene, draw)
    while True:
        lane, at = next_to_cross(stage, flow, scene, draw, limits.yield_gap)
        if span.gap > 0 and at > max(now, span.until) + span.gap:
            return max(now + 0.5, span.until), cost
        if at > span.latest or lane < 0:
            return (span.latest if span.gap > 0 else span.until), cost
        cost += cross(lane, stage, at, flow, scene, draw, limits.stop_cost)
        now = max(now, at)
        flow.ready[lane] = crossing(lane, stage, now, flow, scene, draw)


@counted_by_nobody
def enter(stage: int, before: int, at: float, flow: Flow, scene: Scene, draw: Draw) -> None:
    """Begin a stage: lanes whose first vehicle had no green before start from standstill."""
    for lane in range(flow.place.size):
        first = flow.place[lane]
        if first >= scene.end[lane]:
            continue
        link = draw.way[first]
        if scene.lights[stage, link] > 0 and scene.lights[before, link] == 0:
            flow.started[lane] = at
            flow.since[lane] = 0


@counted_by_nobody
def relief(stage: int, at: float, change: float, flow: Flow, scene: Scene, draw: Draw) -> float:
    """Return how many vehicles a second a stage would let go, its change included [1/s]."""
    count = 0.0
    longest = 3.0
    for lane in range(flow.place.size):
        busy = 0.0
        for vehicle in range(flow.place[lane], scene.end[lane]):
            weight = draw.weight[vehicle]
            if weight == 0.0:
                continue
            link = draw.way[vehicle]
            light = scene.lights[stage, link]
            if light == 0 or scene.shut[link] > at or scene.eta[vehicle] > at + 2.0 + busy:
                break
            count += weight if light == GREEN else weight * YIELD_WORTH
            busy += weight * scene.headway[lane]
        longest = max(longest, busy)
    return count / (change + 1.0 + longest)


@counted_by_nobody
def next_stage(
    current: int, at: float, change: float, flow: Flow, scene: Scene, draw: Draw
) -> int:
    """Return the stage that would let most vehicles go in the time it takes, -1 for none."""
    best = -1
    most = 0.0
    for stage in range(scene.lights.shape[0]):
        if stage == current:
            continue
        rate = relief(stage, at + change, change, flow, scene, draw)
        if rate > most:
            most = rate
            best = stage
    return best


@counted_by_nobody
def first_coming(current: int, flow: Flow, scene: Scene, draw: Draw) -> tuple[int, float]:
    """Return the stage of the vehicle that comes next and when; -1 when all are gone."""
    soonest = NEVER
    link = -1
    for lane in range(flow.place.size):
        first = flow.place[lane]
        if first < scene.end[lane] and scene.eta[first] < soonest:
            soonest = scene.eta[first]
            link = draw.way[first]
    if link < 0:
        return -1, NEVER
    if scene.lights[current, link] > 0:
        return current, soonest
    for light in (GREEN, YIELD):
        for stage in range(scene.lights.shape[0]):
            if scene.lights[stage, link] == light:
                return stage, soonest
    return -1, NEVER


@counted_by_nobody
def left_over(flow: Flow, scene: Scene, draw: Draw, horizon: float) -> float:
    """Return what those cost who are not served within the horizon."""
    cost = 0.0
    for lane in range(flow.place.size):
        ahead = 0.0
        for vehicle in range(flow.place[lane], scene.end[lane]):
            weight = draw.weight[vehicle]
            ahead += weight * scene.headway[lane]
            cost += weight * (max(horizon, scene.eta[vehicle]) + ahead)
    return cost


@counted_by_nobody
def finish(
    stage: int,
    span: tuple[float, float],
    rule: Rule,
    flow: Flow,
    scene: Scene,
    draw: Draw,
    limits: Limits,
) -> float:
    """Go on by the plain rule (serve until a gap, then the fastest relief) until all are gone.

    `span` is when the stage begins and until when it is served at least.
    """
    cost = 0.0
    at, until = span
    gap = rule.first_gap
    while at < limits.horizon:
        served = Span(at, until, limits.horizon, gap)
        at, more = advance(stage, served, flow, scene, draw, limits)
        cost += more
        if at >= limits.horizon:
            break
        change = limits.change[stage]
        coming = next_stage(stage, at, change, flow, scene, draw)
        if coming < 0:
            coming, soonest = first_coming(stage, flow, scene, draw)
            if coming < 0:
                break
            if coming == stage:
                at = max(at + 0.5, soonest - 0.1)
                until = at
                continue
            at = max(at, soonest - change - 2.0)
        at += change
        enter(coming, stage, at, flow, scene, draw)
        stage = coming
        until = at + limits.min_green[stage]
        gap = rule.gap
    return cost + left_over(flow, scene, draw, limits.horizon)


@counted_by_nobody
def follow(
    stage: int,
    plan: tuple[float, int, Rule],
    flow: Flow,
    scene: Scene,
    draw: Draw,
    limits: Limits,
) -> float:
    """Leave a stage that was served until `stay`, go on with another; return the cost.

    Where the other is the same, the plain rule begins.
    """
    stay, coming, rule = plan
    if coming == stage:
        return finish(stage, (stay, stay), rule, flow, scene, draw, limits)
    span = Span(stay, stay, stay + limits.amber_used, 0.0)
    _ended, cost = advance(stage, span, flow, scene, draw, limits)
    into = stay + limits.change[stage]
    enter(coming, stage, into, flow, scene, draw)
    served = (into, into + limits.min_green[coming])
    return cost + finish(coming, served, rule, flow, scene, draw, limits)


@counted_by_nobody
def explore(
    stage: int,
    choices: tuple[Floats, Floats],
    draws: tuple[Ints, Floats],
    flows: tuple[Flow, Flow, Flow],
    scene: Scene,
    limits: Limits,
    values: Floats,
) -> None:
    """Add to values[stay, next stage, rule] the mean cost of staying so long, then going there.

    Choices are the stays and the rules, two gaps each. Places that hold NEVER are left out. The
    column of the current stage holds the cost of the plain rule from there on. Of the flows the
    first is how things stand, the others are room.
    """
    stays, rules = choices
    ways, weights = draws
    begin, flow, branch = flows
    share = 1.0 / ways.shape[0]
    for scenario in range(ways.shape[0]):
        draw = Draw(ways[scenario, :], weights[scenario, :])
        copy_into(begin, flow)
        for lane in range(flow.place.size):
            skip(lane, flow, scene, draw)
        at = 0.0
        so_far = 0.0
        for choice in range(stays.size):
            stay = stays[choice]
            _ended, more = advance(stage, Span(at, stay, stay, 0.0), flow, scene, draw, limits)
            so_far += more
            at = stay
            for coming in range(values.shape[1]):
                for number in range(rules.shape[0]):
                    if values[choice, coming, number] >= NEVER:
                        continue
                    copy_into(flow, branch)
                    plan = (stay, coming, Rule(rules[number, 0], rules[number, 1]))
                    rest = follow(stage, plan, branch, scene, draw, limits)
                    values[choice, coming, number] += share * (so_far + rest)


@counted_by_nobody
def outflow(
    stage: int,
    plan: tuple[float, int, Rule],
    draws: tuple[Ints, Floats],
    flows: tuple[Flow, Flow],
    scene: Scene,
    limits: Limits,
    crossings: Floats,
) -> None:
    """Fill crossings[scenario, vehicle]: when each crosses if the plan chosen is carried out."""
    stay = plan[0]
    ways, weights = draws
    begin, flow = flows
    for scenario in range(ways.shape[0]):
        draw = Draw(ways[scenario, :], weights[scenario, :])
        copy_into(begin, flow)
        for vehicle in range(flow.left_at.size):
            flow.left_at[vehicle] = NEVER
        for lane in range(flow.place.size):
            skip(lane, flow, scene, draw)
        advance(stage, Span(0.0, stay, stay, 0.0), flow, scene, draw, limits)
        follow(stage, plan, flow, scene, draw, limits)
        for vehicle in range(flow.left_at.size):
            crossings[scenario, vehicle] = flow.left_at[vehicle]
