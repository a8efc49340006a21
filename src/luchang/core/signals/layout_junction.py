"""A layout as the optimiser, the safety gate and the simulator take it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from luchang.core.signals.junction import Junction, Lane, Link, SafetyRules, Stage, Turn
from luchang.core.signals.layout import (
    Approach,
    Direction,
    LaneLayout,
    Layout,
    Rules,
    StageLayout,
    Way,
)

KMH_PER_MPS = 3.6
LANE_M, SETBACK_M = 3.25, 6.0
"""Width of a lane, and how far the stop line lies behind the corner where there is a crossing."""

Written = Mapping[str, Any]
"""A layout as plain values of JSON."""


def entry_lane(arm: Direction, place: int) -> str:
    """The lane at the stop line, counted from the centre line."""
    return f"{arm.name}_in_{place}"


def exit_lane(arm: Direction, place: int) -> str:
    return f"{arm.name}_out_{place}"


def _walk(arm: Direction, side: int) -> str:
    """A side of a crossing: walkers wait on one and leave on the other.

    The colon says that no vehicle comes from there and that nobody counts it.
    """
    return f":{arm.name}_walk_{side}"


def lane_links(layout: Layout) -> tuple[tuple[Way, int, int], ...]:
    """Each movement from each of its lanes with the exit lane it goes to, from the centre line.

    Left turns keep to the centre, right turns to the kerb, straight traffic keeps its place.
    """
    found = []
    for way in layout.ways:
        if way.turn == Turn.ON_FOOT:
            continue
        leads_to = layout.exit_of(way)
        if leads_to is None:
            continue
        most = layout.arms[leads_to].exit_lanes
        places = layout.lanes_of(way)
        for nth, place in enumerate(places):
            from_kerb = len(places) - 1 - nth
            to = most - 1 - from_kerb if way.turn == Turn.RIGHT else nth
            if way.turn == Turn.THROUGH and len(places) < most:
                to = nth + (most - len(places)) // 2
            found.append((way, place, min(max(to, 0), most - 1)))
    return tuple(found)


def junction_of(layout: Layout, junction_id: str) -> Junction:
    """The same junction in the words of the cores: one lamp a movement, crossings included."""
    lamps = layout.lamps
    size = len(lamps)
    conflicts = np.zeros((size, size), dtype=bool)
    yields = np.zeros((size, size), dtype=bool)
    for i, one in enumerate(lamps):
        for j, other in enumerate(lamps):
            conflicts[i, j] = layout.conflict(one, other)
            yields[i, j] = conflicts[i, j] and layout.may_yield(one, other)
    links = tuple(
        Link(
            layout.lamp_of[way.key],
            entry_lane(way.arm, place),
            exit_lane(layout.exit_of(way) or way.arm, to),
            way.turn,
            waiting_m(layout, way) if yields[layout.lamp_of[way.key]].any() else 0.0,
        )
        for way, place, to in lane_links(layout)
        if way.key in layout.lamp_of
    )
    walked = tuple(
        Link(number, _walk(way.arm, 0), _walk(way.arm, 1), Turn.ON_FOOT)
        for number, way in enumerate(lamps)
        if way.turn == Turn.ON_FOOT
    )
    return Junction(
        junction_id,
        links + walked,
        _lanes(layout),
        conflicts,
        yields,
        tuple(_stage(layout, stage) for stage in layout.stages),
        rules_of(layout),
    )


def waiting_m(layout: Layout, way: Way) -> float:
    """Room from the stop line to where a left turn waits for oncoming traffic [m].

    A working value from the layout alone: past the crossing and half of the street it turns into.
    Other turns that give way wait at the edge of what they cross and hold up who is behind.
    """
    if way.turn not in {Turn.LEFT, Turn.U_TURN}:
        return 0.0
    sides = [
        arm
        for arm in layout.approaches
        if arm.direction != way.arm and layout.exit_of(Way(way.arm, Turn.THROUGH)) != arm.direction
    ]
    widest = max((max(len(arm.lanes), arm.exit_lanes) for arm in sides), default=0)
    setback = SETBACK_M if layout.arms[way.arm].crossing_m > 0 else 0.0
    return setback + widest * LANE_M


def rules_of(layout: Layout) -> SafetyRules:
    rules = layout.rules
    longer = {
        number: layout.min_green_s(way)
        for number, way in enumerate(layout.lamps)
        if way.turn == Turn.ON_FOOT
    }
    return SafetyRules(rules.amber_s, rules.all_red_s, rules.min_green_s, min_green_by_lamp=longer)


def written(layout: Layout) -> dict[str, Any]:
    """As it is kept: plain values, read back by `read`."""
    return {
        **asdict(layout),
        "approaches": [
            {
                **asdict(each),
                "direction": each.direction.name,
                "lanes": [
                    {"turns": [turn.value for turn in lane.turns], "bay_m": lane.bay_m}
                    for lane in each.lanes
                ],
            }
            for each in layout.approaches
        ],
        "stages": [
            {"name": s.name, "protected": list(s.protected), "yielding": list(s.yielding)}
            for s in layout.stages
        ],
    }


def read(content: Written) -> Layout:
    """What `written` wrote.

    Raises:
        ValueError, KeyError, TypeError: it did not.
    """
    return Layout(
        tuple(_approach(each) for each in content["approaches"]),
        tuple(
            StageLayout(each["name"], tuple(each["protected"]), tuple(each["yielding"]))
            for each in content["stages"]
        ),
        Rules(**content["rules"]),
        bool(content["free_right"]),
    )


def digest(content: Written) -> str:
    """The same content has the same digest, whatever the order it was written in."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _approach(content: Written) -> Approach:
    lanes = tuple(
        LaneLayout(tuple(Turn(turn) for turn in lane["turns"]), lane["bay_m"])
        for lane in content["lanes"]
    )
    return Approach(**{**content, "direction": Direction[content["direction"]], "lanes": lanes})


def _lanes(layout: Layout) -> dict[str, Lane]:
    lanes: dict[str, Lane] = {}
    for arm in layout.approaches:
        speed = arm.speed_kmh / KMH_PER_MPS
        for place, lane in enumerate(arm.lanes):
            name = entry_lane(arm.direction, place)
            length = lane.bay_m or arm.length_m
            lanes[name] = Lane(name, length, speed, f"{arm.direction.name}_in")
        for place in range(arm.exit_lanes):
            name = exit_lane(arm.direction, place)
            lanes[name] = Lane(name, arm.length_m, speed, f"{arm.direction.name}_out")
        if arm.crossing_m > 0:
            for side in range(2):
                name = _walk(arm.direction, side)
                walking = layout.rules.walking_mps
                lanes[name] = Lane(name, arm.crossing_m, walking, f":{arm.direction.name}_walk")
    return lanes


def _stage(layout: Layout, stage: StageLayout) -> Stage:
    return Stage(
        stage.name,
        frozenset(layout.lamp_of[key] for key in stage.protected),
        frozenset(layout.lamp_of[key] for key in stage.yielding),
    )
