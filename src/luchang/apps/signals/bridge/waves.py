"""The time-space diagram of a corridor, and the bar of a day, as shapes: no colours."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from luchang.apps.signals.bridge.schemes import Entry
from luchang.apps.signals.models.junctions import clock_of
from luchang.core.signals.corridor import Corridor
from luchang.core.signals.plan import Plan
from luchang.core.signals.waves import Band, bands_of, windows

WIDE, LEG_HIGH, MOST_HIGH, LEAST_HIGH = 640.0, 90.0, 460.0, 160.0
CYCLES, LEAST_SHOWN_S, MOST_SHOWN_S = 2.5, 180.0, 420.0
EDGE, NAMES = 14.0, 168.0
TICK_S, CROWDED_S = 30, 240


@dataclass(frozen=True)
class GreenRow:
    """One junction: its line, and its greens out above and back below it."""

    name: str
    note: str
    y: float
    out: Sequence[tuple[float, float]]
    back: Sequence[tuple[float, float]]

    @property
    def out_y(self) -> float:
        return self.y - 6.0

    @property
    def back_y(self) -> float:
        return self.y + 1.0

    @property
    def note_y(self) -> float:
        return self.y + 13.0


@dataclass(frozen=True)
class WaveDiagram:
    """Distance upwards, time to the right; bands and trajectories run along the road."""

    rows: Sequence[GreenRow]
    out: Sequence[str]
    back: Sequence[str]
    lines_out: Sequence[str]
    lines_back: Sequence[str]
    width: float
    height: float
    ticks: Sequence[tuple[float, int]]
    out_s: float | None
    back_s: float | None
    cycle_s: float | None

    @property
    def tick_y(self) -> float:
        return self.height + EDGE

    @property
    def name_x(self) -> float:
        return self.width + 8.0

    @property
    def full_width(self) -> float:
        """With room for names on the right."""
        return self.width + NAMES

    @property
    def full_height(self) -> float:
        return self.height + 34.0


Paths = Mapping[str, Sequence[Sequence[Sequence[float]]]]


@dataclass(frozen=True)
class _Frame:
    """What is shown: how much time from when on, how far up."""

    begin_s: float
    seconds: float
    far_m: float
    high: float

    def across(self, at_s: float) -> float:
        return round((at_s - self.begin_s) / self.seconds * WIDE, 1)

    def up(self, metres: float) -> float:
        return round(self.high - metres / self.far_m * (self.high - 2 * EDGE) - EDGE, 1)

    def line(self, points: Sequence[Sequence[float]]) -> str:
        return " ".join(f"{self.across(t)},{self.up(x)}" for t, x in points)

    @property
    def ticks(self) -> list[tuple[float, int]]:
        step = TICK_S if self.seconds <= CROWDED_S else 2 * TICK_S
        first = int(-(-self.begin_s // step) * step)
        last = int(self.begin_s + self.seconds)
        return [(self.across(each), each) for each in range(first, last + 1, step)]


def wave_diagram(
    corridor: Corridor,
    plans: Mapping[str, Plan],
    speed_mps: float,
    names: Mapping[str, str],
    paths: Paths | None = None,
) -> WaveDiagram:
    """Greens of both directions at every junction, and the bands where all share a cycle.

    `paths` are ways of vehicles along the road, instead of bands: seconds and metres from the
    first junction.
    """
    frame = _Frame(
        _begin(paths),
        min(max(CYCLES * max(p.cycle_s for p in plans.values()), LEAST_SHOWN_S), MOST_SHOWN_S),
        corridor.at_m[-1],
        min(max(LEG_HIGH * len(corridor.legs), LEAST_HIGH), MOST_HIGH),
    )
    bands = bands_of(corridor, plans, speed_mps)
    driven = paths or {}
    shown = bands if paths is None else None
    travel_s = frame.far_m / speed_mps
    return WaveDiagram(
        _rows(frame, corridor, plans, names),
        _shapes(frame, shown.out, shown.cycle_s, travel_s, (0.0, frame.far_m)) if shown else (),
        _shapes(frame, shown.back, shown.cycle_s, travel_s, (frame.far_m, 0.0)) if shown else (),
        [frame.line(each) for each in driven.get("out", ())],
        [frame.line(each) for each in driven.get("back", ())],
        WIDE,
        frame.high,
        frame.ticks,
        bands.out.width_s if bands else None,
        bands.back.width_s if bands else None,
        bands.cycle_s if bands else None,
    )


def _rows(
    frame: _Frame, corridor: Corridor, plans: Mapping[str, Plan], names: Mapping[str, str]
) -> list[GreenRow]:
    found = []
    rows = zip(corridor.places, corridor.at_m, corridor.out, corridor.back, strict=True)
    for place, at_m, out, back in rows:
        plan = plans[place.junction_id]
        both = [
            [
                (frame.across(begin), round(frame.across(end) - frame.across(begin), 1))
                for begin, end in _bars(windows(place.layout, plan, way), plan, frame)
            ]
            for way in (out, back)
        ]
        name = names.get(place.junction_id, place.junction_id)
        found.append(GreenRow(name, f"{plan.offset_s:g}", frame.up(at_m), both[0], both[1]))
    return found


def _shapes(
    frame: _Frame, band: Band, cycle_s: float, travel_s: float, ends: tuple[float, float]
) -> list[str]:
    """The band of every cycle that touches the frame, as a slanting strip."""
    if band.width_s <= 0:
        return []
    found = []
    for nth in range(-int(travel_s // cycle_s) - 2, int(frame.seconds // cycle_s) + 2):
        first = band.begin_s + nth * cycle_s
        last = first + band.width_s
        corners = (
            (first, ends[0]), (last, ends[0]), (last + travel_s, ends[1]),
            (first + travel_s, ends[1]),
        )  # fmt: skip
        found.append(frame.line(corners))
    return found


def _begin(paths: Paths | None) -> float:
    times = [point[0] for side in (paths or {}).values() for path in side for point in path]
    return min(times, default=0.0)


def _bars(
    found: Sequence[tuple[float, float]], plan: Plan, frame: _Frame
) -> list[tuple[float, float]]:
    """Greens of the shown time, cut at its ends."""
    bars = []
    begin_s, end_s = frame.begin_s, frame.begin_s + frame.seconds
    cycle = plan.cycle_s
    first = int((begin_s - plan.offset_s) // cycle) - 1
    for nth in range(first, int((end_s - plan.offset_s) // cycle) + 1):
        for begin, end in found:
            a, b = (plan.offset_s + nth * cycle + each for each in (begin, end))
            if b > begin_s and a < end_s:
                bars.append((max(a, begin_s), min(b, end_s)))
    return bars


@dataclass(frozen=True)
class DayPart:
    """A part of a day and its plan."""

    hours: str
    x: float
    width: float
    cycle_s: float
    greens: str
    tone: int
    plan_no: int | None = None


def day_bar(
    entries: Sequence[Entry], begins_min: int, ends_min: int, numbers: Mapping[int, int]
) -> list[DayPart]:
    """The parts in percent of the period; equal plans have equal tones."""
    length = max(ends_min - begins_min, 1)
    known: list[Plan] = []
    found = []
    for each in entries:
        if each.plan not in known:
            known.append(each.plan)
        greens = " ".join(f"{step.green_s:g}" for step in each.plan.steps)
        found.append(
            DayPart(
                f"{clock_of(each.begins_min)}–{clock_of(each.ends_min)}",
                round((each.begins_min - begins_min) / length * 100, 3),
                round((each.ends_min - each.begins_min) / length * 100, 3),
                each.plan.cycle_s,
                greens,
                known.index(each.plan) % 6,
                numbers.get(each.begins_min),
            )
        )
    return found
