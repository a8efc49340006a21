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

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from luchang.core.common.compiled import compiled, inlined

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]
    Lamps = NDArray[np.int8]

NONE = -1
LOOK_AHEAD = 3
"""Vehicles of a stream with the right of way that a yielding driver looks at."""
RED, YIELDING, PROTECTED = 0, 1, 2


class Streets(NamedTuple):
    """What stays the same for every plan and every draw of arrivals.

    Lanes: `travel_s` to their end at free speed, `room` in vehicles, `beyond` the group of lanes
    they lead to (NONE: a stop line). Groups of lanes side by side: `group_lanes` between
    `group_begin`. `link_of` lane x movement: the link it takes (NONE: by way of `beyond`, or not
    at all where `allowed` is 0). Links: lamp, headway, group they lead to (NONE: out of sight),
    places for yielding vehicles inside the junction, the links they yield to. `rivals` of a lane:
    those it gives way to where both run into one group. `turns_to` group x
    interval x movement: cumulated shares by which vehicles from upstream choose their movement;
    the rest, up to 1, leaves on the way. `feed_s`: headway from a feeder into a bay.
    """

    travel_s: Floats
    room: Integers
    beyond: Integers
    group_begin: Integers
    group_lanes: Integers
    allowed: Lamps
    link_of: Integers
    link_lane: Integers
    lamp: Integers
    headway_s: Floats
    leads_to: Integers
    places: Integers
    foe_begin: Integers
    foes: Integers
    rival_begin: Integers
    rivals: Integers
    turns_to: Floats
    interval_s: float
    feed_s: float
    gap_s: float
    start_s: float
    stop_loss_s: float


class Arrivals(NamedTuple):
    """Vehicles that come from outside, by time, and the luck each has on its way."""

    at_s: Floats
    group: Integers
    movement: Integers
    luck: Floats


class Queues(NamedTuple):
    """State of one run; linked lists of vehicles by lane."""

    first: Integers
    last: Integers
    count: Integers
    ready_s: Floats
    following: Integers
    due_s: Floats
    late_s: Floats
    movement: Integers
    hops: Integers
    passed_s: Floats
    inside: Integers
    inside_first: Integers
    lamp_since: Integers


class Outcome(NamedTuple):
    """What a run found: delay and stops of each vehicle, delay and vehicles by link, queues."""

    delay_s: Floats
    stops: Integers
    link_delay_s: Floats
    link_vehicles: Integers
    longest: Integers


@inlined
def _join(streets: Streets, queues: Queues, lane: int, vehicle: int, at_s: float) -> None:
    """Put a vehicle at the end of a lane."""
    queues.due_s[vehicle] = at_s + streets.travel_s[lane]
    queues.following[vehicle] = NONE
    if queues.count[lane] == 0:
        queues.first[lane] = vehicle
    else:
        queues.following[queues.last[lane]] = vehicle
    queues.last[lane] = vehicle
    queues.count[lane] += 1


@inlined
def _leave(queues: Queues, lane: int) -> int:
    """Take the first vehicle out of a lane."""
    vehicle = queues.first[lane]
    queues.first[lane] = queues.following[vehicle]
    queues.count[lane] -= 1
    return vehicle


@inlined
def _best_lane(
    streets: Streets,
    queues: Queues,
    group: int,
    movement: int,
    needs_room: bool,  # noqa: FBT001
) -> int:
    """Lane of a group with the fewest vehicles among those that lead where one wants."""
    best, fewest = NONE, 1 << 30
    for at in range(streets.group_begin[group], streets.group_begin[group + 1]):
        lane = streets.group_lanes[at]
        if streets.allowed[lane, movement] == 0:
            continue
        count = queues.count[lane]
        if needs_room and count >= streets.room[lane]:
            continue
        if count < fewest:
            best, fewest = lane, count
    return best


@inlined
def _is_clear(
    streets: Streets, queues: Queues, shown: Lamps, link: int, second: int, at_s: float
) -> bool:
    """Whether a yielding vehicle finds a gap."""
    for at in range(streets.foe_begin[link], streets.foe_begin[link + 1]):
        foe = streets.foes[at]
        if queues.passed_s[foe] > at_s - 1.0:
            return False
        if shown[second, streets.lamp[foe]] == RED:
            continue
        lane = streets.link_lane[foe]
        vehicle, comes_s = queues.first[lane], queues.ready_s[lane]
        for _ in range(min(LOOK_AHEAD, queues.count[lane])):
            comes_s = max(comes_s, queues.due_s[vehicle])
            if comes_s > at_s + streets.gap_s:
                break
            if streets.link_of[lane, queues.movement[vehicle]] == foe:
                return False
            comes_s += streets.headway_s[foe]
            vehicle = queues.following[vehicle]
    return True


@inlined
def _onward(
    streets: Streets,
    queues: Queues,
    arrivals: Arrivals,
    outcome: Outcome,
    vehicle: int,
    link: int,
    at_s: float,
    target: int,
) -> None:
    """Count a vehicle that passes the stop line, and send it to the next junction if there is one."""
    delay_s = max(0.0, at_s - queues.due_s[vehicle]) + queues.late_s[vehicle]
    queues.late_s[vehicle] = 0.0
    if delay_s > 1.5:
        outcome.stops[vehicle] += 1
        delay_s += streets.stop_loss_s
    outcome.delay_s[vehicle] += delay_s
    outcome.link_delay_s[link] += delay_s
    outcome.link_vehicles[link] += 1
    queues.passed_s[link] = at_s
    if target == NONE:
        queues.due_s[vehicle] = 1e18
        return
    _join(streets, queues, target, vehicle, at_s)


@inlined
def _choose(
    streets: Streets, queues: Queues, arrivals: Arrivals, vehicle: int, group: int, second: int
) -> int:
    """Movement of a vehicle at the next junction, by the turning shares there; NONE: it leaves."""
    interval = min(int(second / streets.interval_s), streets.turns_to.shape[1] - 1)
    luck = arrivals.luck[vehicle, queues.hops[vehicle] % arrivals.luck.shape[1]]
    shares = streets.turns_to[group, interval]
    for movement in range(len(shares)):
        if luck < shares[movement]:
            return movement
    return NONE


@inlined
def _pass_link(
    streets: Streets,
    queues: Queues,
    arrivals: Arrivals,
    outcome: Outcome,
    shown: Lamps,
    lane: int,
    link: int,
    second: int,
) -> bool:
    """Let the first vehicle of a lane over the stop line if lamp, gap and room let it."""
    lamp = shown[second, streets.lamp[link]]
    if lamp == RED:
        return False
    vehicle = queues.first[lane]
    since = queues.lamp_since[streets.lamp[link]]
    at_s = max(queues.due_s[vehicle], queues.ready_s[lane], float(second))
    if queues.due_s[vehicle] < since:
        at_s = max(at_s, since + streets.start_s)
    if at_s >= second + 1:
        return False
    if not _may_merge(streets, queues, lane, at_s):
        return False
    waits_inside = False
    if lamp == YIELDING and not _is_clear(streets, queues, shown, link, second, at_s):
        if queues.inside[link] >= streets.places[link]:
            return False
        waits_inside = True
    elif queues.inside[link] > 0:
        if queues.inside[link] >= streets.places[link]:
            return False
        waits_inside = True
    if waits_inside:
        _leave(queues, lane)
        queues.following[vehicle] = NONE
        if queues.inside[link] == 0:
            queues.inside_first[link] = vehicle
        else:
            queues.following[queues.inside_first[link]] = vehicle
        queues.inside[link] += 1
        queues.ready_s[lane] = at_s + streets.headway_s[link]
        return True
    target = NONE
    group = streets.leads_to[link]
    movement = NONE
    if group != NONE:
        movement = _choose(streets, queues, arrivals, vehicle, group, second)
        if movement != NONE:
            target = _best_lane(streets, queues, group, movement, True)
            if target == NONE:
                return False
    _leave(queues, lane)
    queues.ready_s[lane] = at_s + streets.headway_s[link]
    if movement != NONE:
        queues.hops[vehicle] += 1
        queues.movement[vehicle] = movement
    _onward(streets, queues, arrivals, outcome, vehicle, link, at_s, target)
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
    """Let vehicles that wait inside the junction go when the traffic they yield to lets them."""
    at_s = float(second)
    if queues.passed_s[link] > at_s - streets.headway_s[link]:
        return
    if not _is_clear(streets, queues, shown, link, second, at_s):
        return
    vehicle = queues.inside_first[link]
    target = NONE
    group = streets.leads_to[link]
    movement = NONE
    if group != NONE:
        movement = _choose(streets, queues, arrivals, vehicle, group, second)
        if movement != NONE:
            target = _best_lane(streets, queues, group, movement, True)
            if target == NONE:
                return
    queues.inside_first[link] = queues.following[vehicle]
    queues.inside[link] -= 1
    if movement != NONE:
        queues.hops[vehicle] += 1
        queues.movement[vehicle] = movement
    _onward(streets, queues, arrivals, outcome, vehicle, link, at_s, target)


@inlined
def _may_merge(streets: Streets, queues: Queues, lane: int, at_s: float) -> bool:
    """Whether the lanes a feeder gives way to leave a gap; who stands there himself takes none."""
    for at in range(streets.rival_begin[lane], streets.rival_begin[lane + 1]):
        rival = streets.rivals[at]
        if queues.ready_s[rival] > at_s:
            return False
        if queues.count[rival] == 0 or queues.due_s[queues.first[rival]] > at_s + streets.gap_s:
            continue
        wants = queues.movement[queues.first[rival]]
        if _best_lane(streets, queues, streets.beyond[rival], wants, True) != NONE:
            return False
    return True


@inlined
def _pass_on(streets: Streets, queues: Queues, lane: int, second: int) -> bool:
    """Let the first vehicle of a lane into the lanes beyond it."""
    vehicle = queues.first[lane]
    at_s = max(queues.due_s[vehicle], queues.ready_s[lane], float(second))
    if at_s >= second + 1:
        return False
    movement = queues.movement[vehicle]
    target = _best_lane(streets, queues, streets.beyond[lane], movement, True)
    if target == NONE:
        return False
    if not _may_merge(streets, queues, lane, at_s):
        return False
    _leave(queues, lane)
    late_s = at_s - queues.due_s[vehicle]
    queues.ready_s[lane] = at_s + streets.feed_s
    _join(streets, queues, target, vehicle, at_s)
    queues.late_s[vehicle] += late_s
    return True


@compiled
def drive(streets: Streets, arrivals: Arrivals, shown: Lamps, outcome: Outcome) -> None:
    """Run the vehicles through the lamps of every second.

    Parameters
    ----------
    shown
        second x lamp: RED, YIELDING or PROTECTED, the usable part of amber counted as green.
    outcome
        Zeroed; filled here.
    """
    lanes, links, vehicles = len(streets.travel_s), len(streets.lamp), len(arrivals.at_s)
    queues = Queues(
        np.full(lanes, NONE, np.int64),
        np.full(lanes, NONE, np.int64),
        np.zeros(lanes, np.int64),
        np.zeros(lanes, np.float64),
        np.full(vehicles, NONE, np.int64),
        np.full(vehicles, 1e18, np.float64),
        np.zeros(vehicles, np.float64),
        arrivals.movement.copy(),
        np.zeros(vehicles, np.int64),
        np.full(links, -1e9, np.float64),
        np.zeros(links, np.int64),
        np.full(links, NONE, np.int64),
        np.full(shown.shape[1], -1_000, np.int64),
    )
    comes = 0
    seconds = shown.shape[0]
    for second in range(seconds):
        if second > 0:
            for lamp in range(shown.shape[1]):
                if shown[second, lamp] != RED and shown[second - 1, lamp] == RED:
                    queues.lamp_since[lamp] = second
        while comes < vehicles and arrivals.at_s[comes] < second + 1:
            group, movement = arrivals.group[comes], arrivals.movement[comes]
            lane = _best_lane(streets, queues, group, movement, False)
            _join(streets, queues, lane, comes, arrivals.at_s[comes])
            comes += 1
        for link in range(links):
            if queues.inside[link] > 0:
                _clear_inside(streets, queues, arrivals, outcome, shown, link, second)
        for lane in range(lanes):
            while queues.count[lane] > 0 and queues.due_s[queues.first[lane]] < second + 1:
                if queues.ready_s[lane] >= second + 1:
                    break
                link = streets.link_of[lane, queues.movement[queues.first[lane]]]
                if link == NONE:
                    if not _pass_on(streets, queues, lane, second):
                        break
                else:
                    if shown[second, streets.lamp[link]] == RED:
                        break
                    if not _pass_link(
                        streets, queues, arrivals, outcome, shown, lane, link, second
                    ):
                        break
            if queues.count[lane] > outcome.longest[lane]:
                outcome.longest[lane] = queues.count[lane]
    for vehicle in range(comes):
        if queues.due_s[vehicle] < seconds:
            outcome.delay_s[vehicle] += queues.late_s[vehicle] + seconds - queues.due_s[vehicle]
