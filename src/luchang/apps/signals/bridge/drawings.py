"""Junctions, stages, plans and trajectories as shapes: points and paths, no colours."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from luchang.apps.signals.bridge.wording import ARMS, TURNS, way_text
from luchang.core.signals.junction import Turn
from luchang.core.signals.layout import Approach, Direction, Layout, StageLayout, Way
from luchang.core.signals.plan import Plan

LANE, ARM, GAP = 14.0, 118.0, 6.0
ZEBRA, STRIPE, NOTE = 10.0, 4.0, 12.0
GLYPHS = {
    Turn.THROUGH: "M0,-15 L0,13 M-4,7 L0,13 L4,7",
    Turn.LEFT: "M0,-15 L0,2 Q0,7 4,7 L6,7 M2,3 L6,7 L2,11",
    Turn.RIGHT: "M0,-15 L0,2 Q0,7 -4,7 L-6,7 M-2,3 L-6,7 L-2,11",
    Turn.U_TURN: "M0,-15 L0,5 Q0,10 3,10 Q6,10 6,5 L6,-2 M3,2 L6,-3 L9,2",
}
"""Arrows of a lane whose traffic drives down the page."""

SMALL = 44.0
SMALL_IN, SMALL_OFF, HEAD = 15.0, 5.0, 5.0


@dataclass(frozen=True)
class LaneShape:
    x: float
    edge: float
    length: float
    arrows: str
    turns: str


@dataclass(frozen=True)
class ArmShape:
    """An arm drawn upwards, to be turned by `angle` about the middle."""

    angle: float
    begin: float
    left: float
    right: float
    lanes: Sequence[LaneShape]
    exits: Sequence[float]
    stripes: Sequence[float]
    label: str
    note: str
    label_x: float
    label_y: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def reach(self) -> float:
        """From the far end to the middle of the junction."""
        return ARM + self.begin

    @property
    def note_y(self) -> float:
        return self.label_y + NOTE


@dataclass(frozen=True)
class Sketch:
    size: float
    arms: Sequence[ArmShape]

    @property
    def half(self) -> float:
        return self.size / 2


def sketch_of(layout: Layout) -> Sketch:
    """The junction from above, north up."""
    widest = max((max(len(a.lanes), a.exit_lanes) for a in layout.approaches), default=2)
    middle = widest * LANE + GAP * 2 + ZEBRA
    arms = [_arm(each, middle) for each in layout.approaches]
    return Sketch((middle + ARM + 46) * 2, arms)


def _arm(arm: Approach, middle: float) -> ArmShape:
    lanes = [
        LaneShape(
            -LANE * (place + 0.5),
            -LANE * (place + 1),
            ARM * (0.55 if lane.bay_m else 1.0),
            " ".join(GLYPHS[turn] for turn in lane.turns if turn in GLYPHS),
            "、".join(str(TURNS[turn]) for turn in lane.turns),
        )
        for place, lane in enumerate(arm.lanes)
    ]
    angle, far = arm.direction.bearing, middle + ARM + 24
    left, right = -LANE * max(len(lanes), 0.25), LANE * max(arm.exit_lanes, 0.25)
    walked = arm.crossing_m > 0
    count = int((right - left) // (STRIPE * 2)) if walked else 0
    return ArmShape(
        angle,
        middle,
        left,
        right,
        lanes,
        [LANE * place for place in range(1, arm.exit_lanes)],
        [left + STRIPE * (2 * each + 0.5) for each in range(count)],
        str(ARMS[arm.direction]),
        arm.road,
        far * math.sin(math.radians(angle)),
        -far * math.cos(math.radians(angle)),
    )


@dataclass(frozen=True)
class WayShape:
    path: str
    is_yielding: bool
    is_on_foot: bool
    text: str


@dataclass(frozen=True)
class StageShape:
    number: int
    name: str
    arms: Sequence[tuple[float, float]]
    ways: Sequence[WayShape]
    green_s: float | None = None
    change_s: float | None = None

    @property
    def words(self) -> str:
        return "、".join(each.text for each in self.ways)

    @property
    def as_list(self) -> "list[StageShape]":
        """For the template that draws rows of stages."""
        return [self]


def stages_of(layout: Layout, plan: Plan | None = None) -> list[StageShape]:
    """Each stage as a small diagram; with a plan, its steps in order with their seconds."""
    ends = [_polar(arm.direction.bearing, SMALL) for arm in layout.approaches]
    order = (
        [(step.stage, step.green_s, step.change_s) for step in plan.steps]
        if plan
        else [(number, None, None) for number in range(len(layout.stages))]
    )
    return [
        StageShape(
            number + 1, layout.stages[number].name, ends, _ways(layout, layout.stages[number]),
            green, change,
        )
        for number, green, change in order
        if number < len(layout.stages)
    ]  # fmt: skip


def _ways(layout: Layout, stage: StageLayout) -> list[WayShape]:
    return [
        WayShape(
            _path(layout, Way.parse(key)),
            key in stage.yielding,
            Way.parse(key).turn == Turn.ON_FOOT,
            way_text(key),
        )
        for key in stage.green
    ]


def _path(layout: Layout, way: Way) -> str:
    if way.turn == Turn.ON_FOOT:
        (x0, y0), (x1, y1) = (_beside(way.arm, SMALL * 0.62, side) for side in (-11.0, 11.0))
        return f"M{x0:.1f},{y0:.1f} L{x1:.1f},{y1:.1f}"
    leads_to = layout.exit_of(way) or way.arm
    x0, y0 = _beside(way.arm, SMALL, -SMALL_OFF)
    x1, y1 = _beside(way.arm, SMALL_IN, -SMALL_OFF)
    x2, y2 = _beside(leads_to, SMALL_IN, SMALL_OFF)
    x3, y3 = _beside(leads_to, SMALL, SMALL_OFF)
    (xa, ya), (xb, yb) = (
        _beside(leads_to, SMALL - HEAD, SMALL_OFF + side) for side in (-HEAD, HEAD)
    )
    line = f"M{x0:.1f},{y0:.1f} L{x1:.1f},{y1:.1f} Q0,0 {x2:.1f},{y2:.1f} L{x3:.1f},{y3:.1f}"
    return f"{line} M{xa:.1f},{ya:.1f} L{x3:.1f},{y3:.1f} L{xb:.1f},{yb:.1f}"


def _polar(bearing: float, radius: float) -> tuple[float, float]:
    angle = math.radians(bearing)
    return round(radius * math.sin(angle), 1), round(-radius * math.cos(angle), 1)


def _beside(arm: Direction, radius: float, side: float) -> tuple[float, float]:
    """A point on an arm, `side` to the right of who looks outwards."""
    x, y = _polar(arm.bearing, radius)
    angle = math.radians(arm.bearing)
    return x + side * math.cos(angle), y + side * math.sin(angle)


@dataclass(frozen=True)
class Bar:
    x: float
    width: float
    kind: str
    label: str


@dataclass(frozen=True)
class BarRow:
    name: str
    bars: Sequence[Bar]


def bars_of(layout: Layout, plan: Plan) -> list[BarRow]:
    """The cycle as one bar a movement, in percent of the cycle: green, amber, red."""
    if plan.cycle_s <= 0:
        return []
    scale = 100.0 / plan.cycle_s
    rows = []
    for way in layout.lamps:
        bars: list[Bar] = []
        at_s = 0.0
        for place, step in enumerate(plan.steps):
            now = layout.stages[step.stage].green
            then = layout.stages[plan.steps[(place + 1) % len(plan.steps)].stage].green
            if way.key in now:
                kind = "yield" if way.key in layout.stages[step.stage].yielding else "green"
                goes_on = way.key in then
                length = step.green_s + (step.change_s if goes_on else 0.0)
                label = f"{step.green_s:g}" if not goes_on else ""
                bars.append(Bar(at_s * scale, length * scale, kind, label))
                if not goes_on:
                    amber = min(layout.rules.amber_s, step.change_s)
                    bars.append(Bar((at_s + step.green_s) * scale, amber * scale, "amber", ""))
            at_s += step.green_s + step.change_s
        rows.append(BarRow(way_text(way.key), bars))
    return rows


@dataclass(frozen=True)
class TimeSpace:
    """Trajectories over time, and the lamp at the stop line."""

    name: str
    lines: Sequence[str]
    greens: Sequence[tuple[float, float]]
    width: float
    height: float
    stop_y: float
    ticks: Sequence[tuple[float, int]]

    @property
    def wide(self) -> float:
        """With room for the words at both ends."""
        return self.width + 2 * ROOM

    @property
    def lamp_y(self) -> float:
        return self.stop_y - LAMP / 2


WIDE, HIGH, LAMP, ROOM = 640.0, 220.0, 4.0, 24.0


def time_space(
    layout: Layout, plan: Plan, way: str, paths: Sequence[Sequence[Sequence[float]]]
) -> TimeSpace | None:
    """Metres to the stop line over seconds for some vehicles of a movement."""
    points = [(t, x) for path in paths for t, x in path]
    if not points:
        return None
    begin, end = min(t for t, _ in points), max(t for t, _ in points)
    far, past = max(x for _, x in points), min([0.0, *(x for _, x in points)])
    if end <= begin or far <= past:
        return None

    def across(seconds: float) -> float:
        return round((seconds - begin) / (end - begin) * WIDE, 1)

    def down(metres: float) -> float:
        return round((far - metres) / (far - past) * HIGH, 1)

    lines = [" ".join(f"{across(t)},{down(x)}" for t, x in path) for path in paths]
    greens = [
        (across(max(first, begin)), round(across(min(last, end)) - across(max(first, begin)), 1))
        for first, last in _greens(layout, plan, way, begin, end)
    ]
    step = 60
    ticks = [
        (across(second), second)
        for second in range(int(-(-begin // step) * step), int(end) + 1, step)
    ]
    return TimeSpace(way_text(way), lines, greens, WIDE, HIGH, down(0.0), ticks)


def _greens(
    layout: Layout, plan: Plan, way: str, begin: float, end: float
) -> list[tuple[float, float]]:
    found = []
    cycle = plan.cycle_s
    first = int((begin - plan.offset_s) // cycle) * cycle + plan.offset_s
    while first < end:
        at_s = first
        for step in plan.steps:
            if way in layout.stages[step.stage].green and at_s + step.green_s > begin:
                found.append((at_s, at_s + step.green_s))
            at_s += step.green_s + step.change_s
        first += cycle
    return [each for each in found if each[0] < end]


def queue_chart(
    before: Mapping[str, Sequence[Sequence[float]]] | None,
    after: Mapping[str, Sequence[Sequence[float]]],
    words: tuple[str, str],
) -> dict[str, object]:
    """Longest queue of any arm over time, with the present plan and the new one."""
    seconds = sorted({int(t) for series in after.values() for t, _ in series})

    def longest(queues: Mapping[str, Sequence[Sequence[float]]]) -> list[float]:
        known: dict[int, float] = {}
        for series in queues.values():
            for t, metres in series:
                known[int(t)] = max(known.get(int(t), 0.0), metres)
        return [round(known.get(second, 0.0), 1) for second in seconds]

    series = [{"name": words[1], "values": longest(after), "tone": "success"}]
    if before:
        series.insert(0, {"name": words[0], "values": longest(before), "tone": "warning"})
    return {"categories": [f"{s // 60}:{s % 60:02d}" for s in seconds], "series": series}
