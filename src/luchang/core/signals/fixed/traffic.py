"""What the model of queues runs on, and what it finds: plain arrays for compiled code."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]
    Lamps = NDArray[np.int8]

NONE, BLOCKED = -1, -2
RED, YIELDING, PROTECTED = 0, 1, 2


class Streets(NamedTuple):
    """What stays the same for every plan and every draw of arrivals.

    Lanes: `travel_s` to their end at free speed, `room` in vehicles, `beyond` the group of lanes
    they lead to (NONE: a stop line). Groups of lanes side by side: `group_lanes` between
    `group_begin`. `link_of` lane x movement: the link it takes (NONE: by way of `beyond`, or not
    at all where `allowed` is 0). Links: lamp, headway, group they lead to (NONE: out of sight),
    places for yielding vehicles inside the junction, whether the first one `creeps` over the line
    where there is no place and still holds its lane, the links they yield to. `rivals` of a lane:
    those it gives way to where both run into one group. `turns_to` group x interval x movement:
    cumulated shares by which vehicles from upstream choose their movement; the rest, up to 1,
    leaves on the way. `feed_s`: headway from a feeder into a bay.
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
    creeps: Lamps
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
    """State of one run; linked lists of vehicles by lane, and by link inside the junction.

    `over`: by lane, the vehicle that stands over its line and waits for a gap (NONE).
    """

    first: Integers
    last: Integers
    held: Integers
    ready_s: Floats
    following: Integers
    due_s: Floats
    late_s: Floats
    movement: Integers
    hops: Integers
    passed_s: Floats
    inside: Integers
    inside_first: Integers
    over: Integers
    lamp_since: Integers


class Outcome(NamedTuple):
    """What a run found: delay and stops of each vehicle, delay and vehicles by link, queues."""

    delay_s: Floats
    stops: Integers
    link_delay_s: Floats
    link_vehicles: Integers
    longest: Integers
