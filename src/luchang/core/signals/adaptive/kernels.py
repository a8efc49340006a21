"""Compiled queues: vehicles that cross one after the other while a stage is served.

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
