"""Compiled search: stages that follow each other, and what each way to go on costs.

Times, lanes and scenarios are those of `kernels`, which says how vehicles cross within a stage.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from luchang.core.common.compiled import counted_by_nobody, inlined, noticing
from luchang.core.signals.adaptive import kernels
from luchang.core.signals.adaptive.kernels import (
    GREEN,
    NEVER,
    YIELD,
    Draw,
    Flow,
    Limits,
    Scene,
    Span,
    advance,
    clear,
    copy_into,
    enter,
    settle,
)

if TYPE_CHECKING:
    from luchang.core.signals.adaptive.kernels import Floats, Ints

YIELD_WORTH = 0.3
"""What a green that yields is worth beside one with the right of way [-]."""


class Rule(NamedTuple):
    """The plain rule: gaps that end the first green and every later one [s]."""

    first_gap: float
    gap: float


@inlined
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


@inlined
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


@inlined
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


@inlined
def left_over(flow: Flow, scene: Scene, draw: Draw, horizon: float) -> float:
    """Return what those cost who are not served within the horizon."""
    cost = 0.0
    for lane in range(flow.place.size):
        ahead = 0.0
        for vehicle in range(flow.place[lane], scene.end[lane]):
            weight = draw.weight[vehicle]
            ahead += weight * scene.headway[lane]
            cost += weight * (max(horizon, scene.eta[vehicle]) + ahead)
    for number in range(scene.patient.size):
        link = scene.patient[number]
        for place in range(flow.waiting[link]):
            cost += draw.weight[flow.inside[link, place]] * horizon
    return cost


@inlined
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
        cost += clear(stage, coming, at, flow, scene, draw, limits.stop_cost)
        at += change
        enter(coming, stage, at, flow, scene, draw)
        stage = coming
        until = at + limits.min_green[stage]
        gap = rule.gap
    return cost + left_over(flow, scene, draw, limits.horizon)


@noticing(kernels)
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
    cost += clear(stage, coming, stay, flow, scene, draw, limits.stop_cost)
    into = stay + limits.change[stage]
    enter(coming, stage, into, flow, scene, draw)
    served = (into, into + limits.min_green[coming])
    return cost + finish(coming, served, rule, flow, scene, draw, limits)


@noticing(kernels)
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
        copy_into(begin, flow, scene)
        settle(flow, scene, draw)
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
                    copy_into(flow, branch, scene)
                    plan = (stay, coming, Rule(rules[number, 0], rules[number, 1]))
                    rest = follow(stage, plan, branch, scene, draw, limits)
                    values[choice, coming, number] += share * (so_far + rest)


@noticing(kernels)
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
        copy_into(begin, flow, scene)
        for vehicle in range(flow.left_at.size):
            flow.left_at[vehicle] = NEVER
        settle(flow, scene, draw)
        advance(stage, Span(0.0, stay, stay, 0.0), flow, scene, draw, limits)
        follow(stage, plan, flow, scene, draw, limits)
        for vehicle in range(flow.left_at.size):
            crossings[scenario, vehicle] = flow.left_at[vehicle]
