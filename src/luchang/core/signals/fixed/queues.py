"""Vehicles queue lane by lane: the delay model behind every fixed plan.

Each lane is a first-in-first-out queue; its n-th vehicle passes the stop line at

    D(n) = max(A(n), D(n-1) + h, G + l1, gap, room)                                            [s]

with A its arrival at free speed, h the saturation headway, G the begin of the green it needs and
l1 the start-up lost time, gap the first moment a yielding turn finds a gap in the traffic it
gives way to, room the moment the lane beyond can take it. D - A is its delay. One vehicle that
waits holds everything behind it: shared lanes, bays that fill and spill-back come out of the
recursion, oversaturation out of running it over the whole period, platoons out of feeding the
departures of one junction to the next.

References
----------
Lindley, D. V. (1952). The theory of queues with a single server. Math. Proc. Cambridge Phil.
Soc. 48 (2), 277-289: the recursion. Newell, G. F. (1993). A simplified theory of kinematic waves
in highway traffic. Transportation Research B 27 (4), 281-313: queues that take room.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from luchang.core.common.compiled import counted_by_nobody, inlined
from luchang.core.signals.fixed.traffic import (
    BLOCKED,
    NONE,
    PROTECTED,
    RED,
    Arrivals,
    Outcome,
    Queues,
    Streets,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]
    Lamps = NDArray[np.int8]

LOOK_AHEAD = 3
"""Vehicles of a stream with the right of way that a yielding driver looks at."""
CLEARS_S = 1.0
"""How long a vehicle that passed is in the way of those who yield to it [s]."""
STOPPED_S = 1.5
"""A vehicle later than this at the stop line has stopped [s]."""
NEVER_S = 1e18
LONG_AGO_S = -1e9


@inlined
def _join(streets: Streets, queues: Queues, lane: int, vehicle: int, at_s: float) -> None:
    """Put a vehicle at the end of a lane."""
    queues.due_s[vehicle] = at_s + streets.travel_s[lane]
    queues.following[vehicle] = NONE
    if queues.held[lane] == 0:
        queues.first[lane] = vehicle
    else:
        queues.following[queues.last[lane]] = vehicle
    queues.last[lane] = vehicle
    queues.held[lane] += 1


@inlined
def _leave(queues: Queues, lane: int, ready_s: float) -> None:
    """Take the first vehicle out of a lane; the next may follow at `ready_s`."""
    queues.first[lane] = queues.following[queues.first[lane]]
    queues.held[lane] -= 1
    queues.ready_s[lane] = ready_s


@inlined
def _best_lane(streets: Streets, queues: Queues, group: int, movement: int, spare: int) -> int:
    """Lane of a group with the fewest vehicles among those that lead where one wants.

    `spare`: places it must have left; less than none where vehicles come from outside, whose
    queue may reach beyond the lane.
    """
    best, fewest = NONE, 1 << 30
    for at in range(streets.group_begin[group], streets.group_begin[group + 1]):
        lane = streets.group_lanes[at]
        held = queues.held[lane]
        has_room = spare < 0 or held + spare <= streets.room[lane]
        if streets.allowed[lane, movement] != 0 and has_room and held < fewest:
            best, fewest = lane, held
    return best


@inlined
def _comes(
    streets: Streets, queues: Queues, shown: Lamps, foe: int, second: int, until_s: float
) -> bool:
    """Whether traffic with the right of way reaches the stop line of a link before `until_s`."""
    lane = streets.link_lane[foe]
    vehicle, comes_s = queues.first[lane], queues.ready_s[lane]
    for _ in range(min(LOOK_AHEAD, queues.held[lane])):
        comes_s = max(comes_s, queues.due_s[vehicle])
        if comes_s > until_s:
            break
        wants = streets.link_of[lane, queues.movement[vehicle]]
        if wants == foe:
            return True
        if wants == NONE or shown[second, streets.lamp[wants]] != PROTECTED:
            break  # it holds back everybody behind it
        comes_s += streets.headway_s[foe]
        vehicle = queues.following[vehicle]
    return False


@inlined
def _is_clear(
    streets: Streets, queues: Queues, shown: Lamps, link: int, second: int, at_s: float
) -> bool:
    """Whether a yielding vehicle finds a gap."""
    for at in range(streets.foe_begin[link], streets.foe_begin[link + 1]):
        foe = streets.foes[at]
        if queues.passed_s[foe] > at_s - CLEARS_S:
            return False
        if shown[second, streets.lamp[foe]] != RED and _comes(
            streets, queues, shown, foe, second, at_s + streets.gap_s
        ):
            return False
    return True


@inlined
def _is_passed(streets: Streets, queues: Queues, link: int, at_s: float) -> bool:
    """Whether the last of those a link yields to is out of its way."""
    for at in range(streets.foe_begin[link], streets.foe_begin[link + 1]):
        if queues.passed_s[streets.foes[at]] > at_s - CLEARS_S:
            return False
    return True


@inlined
def _may_merge(streets: Streets, queues: Queues, lane: int, at_s: float) -> bool:
    """Whether the lanes a feeder gives way to leave a gap; who stands there himself takes none."""
    for at in range(streets.rival_begin[lane], streets.rival_begin[lane + 1]):
        rival = streets.rivals[at]
        if queues.ready_s[rival] > at_s:
            return False
        if queues.held[rival] == 0 or queues.due_s[queues.first[rival]] > at_s + streets.gap_s:
            continue
        wants = queues.movement[queues.first[rival]]
        if _best_lane(streets, queues, streets.beyond[rival], wants, 1) != NONE:
            return False
    return True


@inlined
def _may_cross(streets: Streets, queues: Queues, lane: int) -> bool:
    """Whether a side road's vehicle gets over the other lanes of a bay to reach its own."""
    if streets.rival_begin[lane] == streets.rival_begin[lane + 1]:
        return True
    group = streets.beyond[lane]
    for at in range(streets.group_begin[group], streets.group_begin[group + 1]):
        ahead = streets.group_lanes[at]
        if queues.held[ahead] >= streets.room[ahead]:
            return False
    return True


@inlined
def _next_movement(
    streets: Streets, queues: Queues, arrivals: Arrivals, vehicle: int, link: int, second: int
) -> int:
    """Movement at the next junction, by the turning shares there; NONE: it is out of sight."""
    group = streets.leads_to[link]
    if group == NONE:
        return NONE
    interval = min(int(second / streets.interval_s), streets.turns_to.shape[1] - 1)
    luck = arrivals.luck[vehicle, queues.hops[vehicle] % arrivals.luck.shape[1]]
    for movement in range(streets.turns_to.shape[2]):
        if luck < streets.turns_to[group, interval, movement]:
            return movement
    return NONE


@inlined
def _count(
    streets: Streets, queues: Queues, outcome: Outcome, vehicle: int, link: int, at_s: float
) -> None:
    """Add up what a vehicle that passes the stop line has lost."""
    delay_s = max(0.0, at_s - queues.due_s[vehicle]) + queues.late_s[vehicle]
    queues.late_s[vehicle] = 0.0
    if delay_s > STOPPED_S:
        outcome.stops[vehicle] += 1
        delay_s += streets.stop_loss_s
    outcome.delay_s[vehicle] += delay_s
    outcome.link_delay_s[link] += delay_s
    outcome.link_vehicles[link] += 1
    queues.passed_s[link] = at_s
    queues.due_s[vehicle] = NEVER_S


@inlined
def _lane_beyond(
    streets: Streets, queues: Queues, arrivals: Arrivals, vehicle: int, link: int, second: int
) -> int:
    """Lane a vehicle drives into behind the junction; NONE: out of sight, BLOCKED: no room."""
    movement = _next_movement(streets, queues, arrivals, vehicle, link, second)
    if movement == NONE:
        return NONE
    lane = _best_lane(streets, queues, streets.leads_to[link], movement, 1)
    return BLOCKED if lane == NONE else lane


@inlined
def _depart(
    streets: Streets,
    queues: Queues,
    arrivals: Arrivals,
    outcome: Outcome,
    way: tuple[int, int, int],
    at_s: float,
) -> None:
    """Let a vehicle over the stop line: `way` is vehicle, link and lane beyond."""
    vehicle, link, target = way
    movement = _next_movement(streets, queues, arrivals, vehicle, link, int(at_s))
    _count(streets, queues, outcome, vehicle, link, at_s)
    if target != NONE:
        queues.hops[vehicle] += 1
        queues.movement[vehicle] = movement
        _join(streets, queues, target, vehicle, at_s)


@inlined
def _wait_inside(queues: Queues, vehicle: int, link: int) -> None:
    """Put a vehicle inside the junction, behind those that wait there already."""
    queues.following[vehicle] = NONE
    if queues.inside[link] == 0:
        queues.inside_first[link] = vehicle
    else:
        last = queues.inside_first[link]
        while queues.following[last] != NONE:
            last = queues.following[last]
        queues.following[last] = vehicle
    queues.inside[link] += 1


@inlined
def _earliest_s(streets: Streets, queues: Queues, lane: int, link: int, second: int) -> float:
    """When the first vehicle of a lane may pass, lamps and others apart [s]."""
    vehicle = queues.first[lane]
    at_s: float = max(queues.due_s[vehicle], queues.ready_s[lane], float(second))
    since = queues.lamp_since[streets.lamp[link]]
    if queues.due_s[vehicle] < since:
        at_s = max(at_s, since + streets.start_s)
    return at_s


@inlined
def _pass_link(
    streets: Streets,
    queues: Queues,
    arrivals: Arrivals,
    outcome: Outcome,
    shown: Lamps,
    lane: int,
    second: int,
) -> bool:
    """Let the first vehicle of a lane over the stop line if lamp, gap and room let it.

    Who stood over the line when its lamp went out leaves behind the last it had to yield to.
    """
    vehicle = queues.first[lane]
    link = streets.link_of[lane, queues.movement[vehicle]]
    lamp = shown[second, streets.lamp[link]]
    is_late = lamp == RED
    if is_late and queues.over[lane] != vehicle:
        return False
    at_s = _earliest_s(streets, queues, lane, link, second)
    if at_s >= second + 1 or not _may_merge(streets, queues, lane, at_s):
        return False
    ready_s = at_s + streets.headway_s[link]
    is_clear = (
        lamp == PROTECTED
        or (is_late and _is_passed(streets, queues, link, at_s))
        or (not is_late and _is_clear(streets, queues, shown, link, second, at_s))
    )
    if queues.inside[link] > 0 or not is_clear:
        if queues.inside[link] >= streets.places[link]:
            if streets.creeps[link] != 0:
                queues.over[lane] = vehicle
            return False
        _leave(queues, lane, ready_s)
        _wait_inside(queues, vehicle, link)
        return True
    target = _lane_beyond(streets, queues, arrivals, vehicle, link, int(at_s))
    if target == BLOCKED:
        return False
    _leave(queues, lane, ready_s)
    _depart(streets, queues, arrivals, outcome, (vehicle, link, target), at_s)
    return True


@inlined
def _clear_inside(
    streets: Streets,
    queues: Queues,
    arrivals: Arrivals,
    outcome: Outcome,
    shown: Lamps,
    link: int,
    second: int,
) -> None:
    """Let a vehicle that waits inside the junction go when those it yields to let it."""
    at_s = float(second)
    is_late = queues.passed_s[link] <= at_s - streets.headway_s[link]
    if not is_late or not _is_clear(streets, queues, shown, link, second, at_s):
        return
    vehicle = queues.inside_first[link]
    target = _lane_beyond(streets, queues, arrivals, vehicle, link, second)
    if target == BLOCKED:
        return
    queues.inside_first[link] = queues.following[vehicle]
    queues.inside[link] -= 1
    _depart(streets, queues, arrivals, outcome, (vehicle, link, target), at_s)


@inlined
def _pass_on(streets: Streets, queues: Queues, lane: int, second: int) -> bool:
    """Let the first vehicle of a lane into the lanes beyond it."""
    vehicle = queues.first[lane]
    at_s = max(queues.due_s[vehicle], queues.ready_s[lane], float(second))
    if not _may_merge(streets, queues, lane, at_s) or not _may_cross(streets, queues, lane):
        return False
    movement = queues.movement[vehicle]
    target = _best_lane(streets, queues, streets.beyond[lane], movement, 1)
    if target == NONE:
        return False
    queues.late_s[vehicle] += at_s - queues.due_s[vehicle]
    _leave(queues, lane, at_s + streets.feed_s)
    _join(streets, queues, target, vehicle, at_s)
    return True


def nobody(streets: Streets, arrivals: Arrivals, lamps: int) -> Queues:
    """Lanes without vehicles, everybody still to come."""
    lanes, links, vehicles = len(streets.travel_s), len(streets.lamp), len(arrivals.at_s)
    return Queues(
        first=np.full(lanes, NONE),
        last=np.full(lanes, NONE),
        held=np.zeros(lanes, np.int64),
        ready_s=np.zeros(lanes),
        following=np.full(vehicles, NONE),
        due_s=np.full(vehicles, NEVER_S),
        late_s=np.zeros(vehicles),
        movement=arrivals.movement.copy(),
        hops=np.zeros(vehicles, np.int64),
        passed_s=np.full(links, LONG_AGO_S),
        inside=np.zeros(links, np.int64),
        inside_first=np.full(links, NONE),
        over=np.full(lanes, NONE),
        lamp_since=np.full(lamps, -1_000),
    )


@inlined
def _note_lamps(queues: Queues, shown: Lamps, second: int) -> None:
    """Remember since when each lamp is green."""
    if second > 0:
        for lamp in range(shown.shape[1]):
            if shown[second, lamp] != RED and shown[second - 1, lamp] == RED:
                queues.lamp_since[lamp] = second


@counted_by_nobody
def drive(  # noqa: C901 - what can be refused is refused before the call, measured
    streets: Streets, queues: Queues, arrivals: Arrivals, shown: Lamps, outcome: Outcome
) -> None:
    """Run the vehicles through the lamps of every second, and fill the zeroed outcome.

    `shown` is second x lamp: RED, YIELDING or PROTECTED, the usable part of amber counted as
    green. Vehicles still on their way at the end count with what they have lost until then.
    """
    vehicles, seconds, comes = len(arrivals.at_s), shown.shape[0], 0
    for second in range(seconds):
        _note_lamps(queues, shown, second)
        while comes < vehicles and arrivals.at_s[comes] < second + 1:
            group, movement = arrivals.group[comes], arrivals.movement[comes]
            lane = _best_lane(streets, queues, group, movement, NONE)
            _join(streets, queues, lane, comes, arrivals.at_s[comes])
            comes += 1
        for link in range(len(streets.lamp)):
            if queues.inside[link] > 0:
                _clear_inside(streets, queues, arrivals, outcome, shown, link, second)
        for lane in range(len(streets.travel_s)):
            moves = True
            while moves and queues.held[lane] > 0 and queues.ready_s[lane] < second + 1:
                vehicle = queues.first[lane]
                link = streets.link_of[lane, queues.movement[vehicle]]
                if queues.due_s[vehicle] >= second + 1:
                    moves = False
                elif link == NONE:
                    moves = _pass_on(streets, queues, lane, second)
                else:
                    moves = _pass_link(streets, queues, arrivals, outcome, shown, lane, second)
            outcome.longest[lane] = max(outcome.longest[lane], queues.held[lane])
    for vehicle in range(comes):
        if queues.due_s[vehicle] < seconds:
            outcome.delay_s[vehicle] += queues.late_s[vehicle] + seconds - queues.due_s[vehicle]
