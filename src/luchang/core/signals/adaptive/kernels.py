"""Compiled search: vehicles that cross one after the other, stages that follow each other.

All times are seconds from now. A lane is a queue: its vehicles cross in order, each no sooner
than it can arrive, no sooner than the one before lets it, and only while its own way is green.
Who has to yield waits inside the junction where there is room, off its lane; else it stands over
the line, in the way of the next. Both leave as the lamps change, if no gap came before.
What is not known (turns, lanes) is drawn in several scenarios; a vehicle that is not in a lane in
a scenario has weight 0 there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from luchang.core.common.compiled import counted_by_nobody, inlined

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
AFTER_GREEN_S = 2.0
"""Who waits in the junction leaves so long after the end of its green [s]."""
INSIDE_HEADWAY_S = 3.0
"""Between two who have waited in the junction for the same way [s]."""
AT_LINE_S = 1.0
"""Who could have crossed so long before the end of green stands over the line [s]."""
NO_ROOM = -1
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
    """Lanes, who is expected on them and what is open: the same in every scenario.

    Of the links, `places` is how many can wait inside the junction while one more stands over the
    line, or NO_ROOM; `patient` are those with room. Whose eta is negative waits there already.
    """

    end: Ints
    eta: Floats
    lights: npt.NDArray[np.int8]
    foes: npt.NDArray[np.bool_]
    shut: Floats
    start_up: Floats
    headway: Floats
    places: Ints
    patient: Ints


class Draw(NamedTuple):
    """One scenario: the way and the weight of every vehicle."""

    way: Ints
    weight: Floats


class Flow(NamedTuple):
    """How far each lane has come: its first vehicle, when that may cross, since when it flows.

    Of each link, `waiting` is how many wait inside, `inside` who, in order, and `clear` when the
    first of them may leave.
    """

    place: Ints
    free: Floats
    started: Floats
    since: Ints
    ready: Floats
    left_at: Floats
    waiting: Ints
    inside: Ints
    clear: Floats


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


@inlined
def copy_into(source: Flow, target: Flow, scene: Scene) -> None:
    for lane in range(source.place.size):  # slices would ask for memory
        target.place[lane] = source.place[lane]
        target.free[lane] = source.free[lane]
        target.started[lane] = source.started[lane]
        target.since[lane] = source.since[lane]
    for number in range(scene.patient.size):
        link = scene.patient[number]
        target.waiting[link] = source.waiting[link]
        target.clear[link] = source.clear[link]
        for place in range(source.waiting[link]):
            target.inside[link, place] = source.inside[link, place]


@inlined
def skip(lane: int, flow: Flow, scene: Scene, draw: Draw) -> None:
    """Pass over vehicles that are not in this lane in this scenario."""
    first = flow.place[lane]
    while first < scene.end[lane] and draw.weight[first] == 0.0:
        first += 1
    flow.place[lane] = first


@inlined
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


@inlined
def after_gap(
    lane: int,
    link: int,
    span: tuple[float, float],
    flow: Flow,
    scene: Scene,
    draw: Draw,
    yield_gap: float,
) -> float:
    """Return when who yields by a link can go behind the first of every lane it yields to.

    `span` is when it could go without them, and when it matters no longer.
    """
    at, latest = span
    for foe in range(flow.place.size):
        ready = flow.ready[foe]
        if ready >= at + yield_gap or foe == lane:
            continue
        if scene.foes[link, draw.way[flow.place[foe]]]:
            at = max(at, ready + AFTER_FOE_S)
            if at >= latest:
                break
    return at


@inlined
def has_room(stage: int, link: int, flow: Flow, scene: Scene) -> bool:
    """Whether who yields by a link can wait inside the junction."""
    is_patient = scene.lights[stage, link] == YIELD and scene.places[link] > 0
    return bool(is_patient and flow.waiting[link] < scene.places[link])


@inlined
def next_of_lanes(
    stage: int, now: float, flow: Flow, scene: Scene, draw: Draw, yield_gap: float
) -> tuple[int, float]:
    """Return the lane whose first vehicle crosses next, and when; it has waited for a gap."""
    best = -1
    soonest = NEVER
    for lane in range(flow.place.size):
        at = max(flow.ready[lane], now)  # who had to yield until now did not go before
        if at >= soonest:
            continue
        link = draw.way[flow.place[lane]]
        if scene.lights[stage, link] == YIELD and not has_room(stage, link, flow, scene):
            at = after_gap(lane, link, (at, soonest), flow, scene, draw, yield_gap)
        if at < soonest:
            soonest = at
            best = lane
    return best, soonest


@inlined
def next_inside(
    stage: int,
    span: tuple[float, float],
    flow: Flow,
    scene: Scene,
    draw: Draw,
    yield_gap: float,
) -> tuple[int, float]:
    """Return the link by which somebody who waits inside leaves next, and when.

    `span` is now, and when it matters no longer; -1 if nobody leaves before.
    """
    best = -1
    now, soonest = span
    for number in range(scene.patient.size):
        link = scene.patient[number]
        at = max(flow.clear[link], now, scene.shut[link])
        if flow.waiting[link] == 0 or at >= soonest:
            continue
        if scene.lights[stage, link] == YIELD:
            at = after_gap(-1, link, (at, soonest), flow, scene, draw, yield_gap)
        if at < soonest:
            soonest = at
            best = link
    return best, soonest


@inlined
def wait_inside(lane: int, at: float, flow: Flow, draw: Draw) -> None:
    """Put the first vehicle of a lane into the junction, behind those who wait there."""
    first = flow.place[lane]
    link = draw.way[first]
    count = flow.waiting[link]
    flow.inside[link, count] = first
    flow.waiting[link] = count + 1
    if count == 0:
        flow.clear[link] = max(flow.clear[link], at)
    flow.place[lane] = first + 1


@inlined
def leave_inside(
    link: int, at: float, flow: Flow, scene: Scene, draw: Draw, stop_cost: float
) -> float:
    """Let the first who waits inside for a link go; return what that costs."""
    vehicle = flow.inside[link, 0]
    count = flow.waiting[link] - 1
    for place in range(count):
        flow.inside[link, place] = flow.inside[link, place + 1]
    flow.waiting[link] = count
    flow.clear[link] = at + INSIDE_HEADWAY_S
    flow.left_at[vehicle] = at
    cost = float(draw.weight[vehicle] * at)
    if at > scene.eta[vehicle] + ON_TIME_S:
        cost += draw.weight[vehicle] * stop_cost
    return cost


@inlined
def cross(
    lane: int, stage: int, at: float, flow: Flow, scene: Scene, draw: Draw, stop_cost: float
) -> float:
    """Let the first vehicle of a lane cross, or wait inside; return what that costs."""
    first = flow.place[lane]
    weight = draw.weight[first]
    if has_room(stage, draw.way[first], flow, scene):
        wait_inside(lane, at, flow, draw)
        skip(lane, flow, scene, draw)
        flow.since[lane] += 1
        flow.free[lane] = at + scene.headway[lane] * weight
        return 0.0
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
        lane, at = next_of_lanes(stage, now, flow, scene, draw, limits.yield_gap)
        link, at = next_inside(stage, (now, at), flow, scene, draw, limits.yield_gap)
        if span.gap > 0 and at > max(now, span.until) + span.gap:
            return max(now + 0.5, span.until), cost
        if at > span.latest or (lane < 0 and link < 0):
            return (span.latest if span.gap > 0 else span.until), cost
        now = max(now, at)
        if link >= 0:
            cost += leave_inside(link, at, flow, scene, draw, limits.stop_cost)
            continue
        cost += cross(lane, stage, at, flow, scene, draw, limits.stop_cost)
        flow.ready[lane] = crossing(lane, stage, now, flow, scene, draw)


@inlined
def clear_inside(
    coming: int, at: float, flow: Flow, scene: Scene, draw: Draw, stop_cost: float
) -> float:
    """Let those leave who wait inside for what will be red; return the cost."""
    cost = 0.0
    for number in range(scene.patient.size):
        link = scene.patient[number]
        while scene.lights[coming, link] == 0 and flow.waiting[link] > 0:
            goes = max(at, flow.clear[link])
            cost += leave_inside(link, goes, flow, scene, draw, stop_cost)
    return cost


@inlined
def stands_over(lane: int, stage: int, end: float, flow: Flow, scene: Scene, draw: Draw) -> bool:
    """Whether the first of a lane yields and stands over the line as its green ends."""
    first = flow.place[lane]
    if first >= scene.end[lane]:
        return False
    link = draw.way[first]
    if scene.places[link] == NO_ROOM or scene.lights[stage, link] != YIELD:
        return False
    came = max(scene.eta[first], flow.free[lane])
    return bool(scene.eta[first] < 0.0 or came <= end - AT_LINE_S)


@inlined
def clear(
    stage: int, coming: int, end: float, flow: Flow, scene: Scene, draw: Draw, stop_cost: float
) -> float:
    """End a stage: who waits in the junction for what will be red leaves; return the cost."""
    if scene.patient.size == 0:
        return 0.0
    at = end + AFTER_GREEN_S
    cost = clear_inside(coming, at, flow, scene, draw, stop_cost)
    for lane in range(flow.place.size):
        if stands_over(lane, stage, end, flow, scene, draw):
            link = draw.way[flow.place[lane]]
            if scene.lights[coming, link] == 0 and scene.shut[link] <= at:
                cost += cross(lane, stage, at, flow, scene, draw, stop_cost)
    return cost


@inlined
def settle(flow: Flow, scene: Scene, draw: Draw) -> None:
    """Begin a scenario: pass over who is not in it, put inside who waits there already."""
    for number in range(scene.patient.size):
        link = scene.patient[number]
        flow.waiting[link] = 0
        flow.clear[link] = 0.0
    for lane in range(flow.place.size):
        skip(lane, flow, scene, draw)
        while flow.place[lane] < scene.end[lane] and scene.eta[flow.place[lane]] < 0.0:
            link = draw.way[flow.place[lane]]
            if flow.waiting[link] >= scene.places[link]:
                break
            wait_inside(lane, 0.0, flow, draw)
            skip(lane, flow, scene, draw)


@inlined
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
