"""From the counts of several junctions, or of a day, to plans that belong together."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from luchang.apps.signals.bridge import plans, schemes
from luchang.apps.signals.bridge.schemes import Entry
from luchang.apps.signals.bridge.wording import count_fault
from luchang.apps.signals.models import CountSet, Junction, Scheme, SchemeMember, TimingPlan
from luchang.apps.signals.ports.simulator import Flow
from luchang.apps.signals.services import planning
from luchang.apps.signals.services.refusals import Refused
from luchang.apps.signals.states import SchemeKind
from luchang.core.signals import corridor_problem as joint
from luchang.core.signals import layout_junction, safety, webster
from luchang.core.signals.checks import faults
from luchang.core.signals.corridor import BrokenCorridor, Corridor
from luchang.core.signals.demand import UnusableCounts
from luchang.core.signals.fixed.day import Entry as DayEntry
from luchang.core.signals.fixed.day import day_states
from luchang.core.signals.fixed.model import Expected, Model, expected
from luchang.core.signals.fixed.problem import Limits, Problem
from luchang.core.signals.fixed.sets import plan_set
from luchang.core.signals.fixed.shown import as_used
from luchang.core.signals.fixed.solve import plan
from luchang.core.signals.layout import Layout
from luchang.core.signals.layout_junction import junction_of
from luchang.core.signals.periods import parts_of_day
from luchang.core.signals.plan import Plan
from luchang.core.signals.progression import HalfACorridor
from luchang.core.signals.waves import bands_of, with_wave

INTERVAL_MIN = 15
INTERVAL_S = INTERVAL_MIN * 60.0
SEED = 1
CORRIDOR_LIMITS = Limits(seed=SEED, runs=400, network_runs=600, draws=2)
DAY_LIMITS = Limits(seed=SEED, runs=80, draws=1, final_draws=3)
"""A run over a day takes as long as twenty over an hour: fewer of them."""

Ticking = Callable[[int, int, str], None]


@dataclass(frozen=True)
class SchemeAdvice:
    """Plans that belong together, with what is expected of them."""

    method: str
    entries: tuple[Entry, ...]
    expected: Expected
    room_m: float
    cycle_s: float | None = None
    out_s: float | None = None
    back_s: float | None = None
    version: str = webster.VERSION
    seed: int = SEED


@dataclass(frozen=True)
class Asked:
    """What a computation is about: read once, so that it is judged by what it was made from."""

    scheme: Scheme
    members: tuple[SchemeMember, ...]
    counted: Mapping[str, joint.Counted]

    @property
    def junctions(self) -> list[Junction]:
        return [each.junction for each in self.members]

    def layout(self, code: str) -> Layout:
        return layout_of(next(each for each in self.junctions if each.code == code))


def members_of(scheme: Scheme) -> tuple[SchemeMember, ...]:
    rows = SchemeMember.objects.filter(scheme=scheme).order_by("ordinal")
    return tuple(rows.select_related("junction__layout", "count_set__layout", "layout"))


def layout_of(junction: Junction) -> Layout:
    if junction.layout is None:
        raise Refused("no_layout", junction=junction.name)
    return junction.layout.layout


def corridor_for(junctions: Sequence[Junction]) -> Corridor:
    """The corridor junctions make.

    Raises:
        Refused: where it breaks, by the names of the junctions.
    """
    for each in junctions:
        layout_of(each)
    names: dict[object, str] = {each.code: each.name for each in junctions}
    try:
        return schemes.corridor(junctions)
    except BrokenCorridor as broken:
        named = {key: names.get(value, value) for key, value in broken.named.items()}
        raise Refused(f"corridor_{broken.code}", **named) from broken


def asked_of(scheme: Scheme) -> Asked:
    """Members and counts of a scheme.

    Raises:
        Refused: a junction without layout or without usable counts, all of them named.
    """
    members = members_of(scheme)
    found, missing = {}, []
    for each in members:
        layout_of(each.junction)
        try:
            found[each.junction.code] = counted_of(scheme, each.count_set)
        except Refused as refusal:
            missing.append(f"{each.junction.name}（{refusal}）")
    if missing:
        raise Refused("members_without_counts", why="；".join(missing))
    return Asked(scheme, members, found)


def counted_of(scheme: Scheme, count_set: CountSet | None) -> joint.Counted:
    """Vehicles by quarter of an hour in the hours of a scheme; gaps hold the mean."""
    if count_set is None:
        raise Refused("no_counts", hours=scheme.hours)
    demand = planning.demand_of(count_set, begins_min=scheme.begins_min, ends_min=scheme.ends_min)
    ways = tuple(sorted(demand.hourly))
    size = (scheme.ends_min - scheme.begins_min) // INTERVAL_MIN
    sums, seen = np.zeros((size, len(ways))), np.zeros((size, len(ways)))
    share = count_set.interval_min / INTERVAL_MIN
    for flow in demand.flows:
        place = int(flow.begins_s // INTERVAL_S), ways.index(flow.way)
        sums[place] += flow.vehicles
        seen[place] += share
    mean = np.array([demand.hourly[way] for way in ways]) * INTERVAL_MIN / 60.0
    filled = np.where(seen > 0, sums / np.maximum(seen, 1e-9), mean[None, :])
    return joint.Counted(ways, filled)


def advise(asked: Asked, *, ticking: Ticking) -> list[SchemeAdvice]:
    """The present plans and what each method makes of the counts, judged by one model of queues.

    Plans that would break a rule of safety are no advice and are left out.

    Raises:
        Refused: the junctions make no corridor, or no plan can be made from these counts.
    """
    method = {SchemeKind.CORRIDOR: advise_corridor, SchemeKind.DAY: advise_day}
    try:
        return method[SchemeKind(asked.scheme.kind)](asked, ticking)
    except UnusableCounts as unusable:
        why = count_fault(unusable.fault, unusable.where)
        raise Refused("unusable_counts", why=why) from unusable
    except (HalfACorridor, ValueError) as half:
        raise Refused("unusable_counts", why=str(half)) from half


def advise_corridor(asked: Asked, ticking: Ticking) -> list[SchemeAdvice]:
    """Present plans, the widest bands at one cycle, and the least delay of the whole road."""
    scheme = asked.scheme
    corridor = corridor_for(asked.junctions)
    problem = joint.problem_of(corridor, asked.counted, INTERVAL_S, CORRIDOR_LIMITS)
    tried: list[tuple[str, dict[str, Plan]]] = []
    if (present := _present_of_all(asked)) is not None:
        tried.append(("present", present))
    ticking(0, 3, "wave")
    hourly = {key: joint.hourly_of(each, INTERVAL_S) for key, each in asked.counted.items()}
    even = joint.shared_cycle(corridor, hourly)
    tried.append(("wave", with_wave(corridor, even, scheme.speed_mps)[0]))
    ticking(1, 3, "coordinated")
    best = {each.junction_id: each for each in plan(problem).plans}
    tried.append(("coordinated", best))
    ticking(2, 3, "")
    model = Model(problem)
    safe = [
        (method, each)
        for method, each in tried
        if method == "present" or not _unsafe(corridor, each)
    ]
    return [_corridor_advice(method, each, corridor, model, scheme) for method, each in safe]


def _corridor_advice(
    method: str, made: Mapping[str, Plan], corridor: Corridor, model: Model, scheme: Scheme
) -> SchemeAdvice:
    bands = bands_of(corridor, made, scheme.speed_mps)
    entries = tuple(
        Entry(each.junction_id, scheme.begins_min, scheme.ends_min, made[each.junction_id])
        for each in corridor.places
    )
    return SchemeAdvice(
        method,
        entries,
        expected(model, model.shown(made.values())),
        model.problem.drivers.room_m,
        cycle_s=bands.cycle_s if bands else None,
        out_s=bands.out.width_s if bands else None,
        back_s=bands.back.width_s if bands else None,
    )


def _unsafe(corridor: Corridor, made: Mapping[str, Plan]) -> bool:
    return any(
        faults(junction_of(each.layout, each.junction_id), made[each.junction_id])
        for each in corridor.places
    )


def _present_of_all(asked: Asked) -> dict[str, Plan] | None:
    """What runs now at every junction; None where one has no plan on record."""
    found = {}
    for each in asked.junctions:
        row = running_at(each, asked.scheme.begins_min, asked.scheme.ends_min)
        if row is None:
            return None
        found[each.code] = plans.read(row.content, each.code)
    return found


def running_at(junction: Junction, begins_min: int, ends_min: int) -> TimingPlan | None:
    """The plan of the shortest hours that cover these, made for the layout as it is."""
    rows = TimingPlan.objects.filter(
        junction=junction,
        ended_at=None,
        layout_id=junction.layout_id,
        begins_min__lte=begins_min,
        ends_min__gte=ends_min,
    )
    return min(rows, key=lambda row: row.ends_min - row.begins_min, default=None)


def advise_day(asked: Asked, ticking: Ticking) -> list[SchemeAdvice]:
    """The present plans, and a plan for each part of the day: the textbook's and the searched."""
    scheme, (member,) = asked.scheme, asked.members
    code, layout = member.junction.code, layout_of(member.junction)
    counted = asked.counted[code]
    problem = _single(layout, code, counted)
    begins = parts_for(scheme, counted)
    ticking(0, 3, "parts_textbook")
    tried: list[tuple[str, tuple[Entry, ...]]] = []
    if present := _present_day(scheme, member.junction):
        tried.append(("present", present))
    tried.append(("parts_textbook", _textbook_day(scheme, layout, code, counted, begins)))
    ticking(1, 3, "parts")
    found = plan_set(problem, [(begin - scheme.begins_min) * 60 for begin in begins])
    tried.append(("parts", _entries(scheme, code, found.entries[code])))
    ticking(2, 3, "")
    model = Model(problem)
    safe = [
        (method, each)
        for method, each in tried
        if method == "present" or not _unsafe_day(layout, each)
    ]
    return [
        SchemeAdvice(
            method, each, _expected_day(scheme, model, each), model.problem.drivers.room_m
        )
        for method, each in safe
    ]


def parts_for(scheme: Scheme, counted: joint.Counted) -> list[int]:
    """Begins of the parts in minutes of the day: as set, or where traffic changes."""
    if scheme.parts:
        return [int(each) for each in scheme.parts]
    found = parts_of_day(counted.vehicles, INTERVAL_S)
    return [scheme.begins_min + begin // 60 for begin in found]


def _single(layout: Layout, code: str, counted: joint.Counted) -> Problem:
    """One junction over the whole period, in the words of the optimiser."""
    flows = tuple(
        Flow(way, int(nth * INTERVAL_S), int((nth + 1) * INTERVAL_S), float(number))
        for column, way in enumerate(counted.ways)
        for nth, number in enumerate(counted.vehicles[:, column])
    )
    demand = planning.Demand(joint.hourly_of(counted, INTERVAL_S), flows)
    return replace(planning.problem_of(layout, demand, code), limits=DAY_LIMITS)


def _textbook_day(
    scheme: Scheme, layout: Layout, code: str, counted: joint.Counted, begins: Sequence[int]
) -> tuple[Entry, ...]:
    ends = [*begins[1:], scheme.ends_min]
    found = []
    for begin, end in zip(begins, ends, strict=True):
        first, last = ((each - scheme.begins_min) // INTERVAL_MIN for each in (begin, end))
        part = joint.Counted(counted.ways, counted.vehicles[first:last])
        made = webster.webster_plan(layout, joint.hourly_of(part, INTERVAL_S), code)
        found.append(Entry(code, begin, end, made))
    return tuple(found)


def _entries(scheme: Scheme, code: str, found: Sequence[DayEntry]) -> tuple[Entry, ...]:
    begins = [scheme.begins_min + each.begin_s // 60 for each in found]
    ends = [*begins[1:], scheme.ends_min]
    return tuple(
        Entry(code, begin, end, each.plan)
        for each, begin, end in zip(found, begins, ends, strict=True)
    )


def _present_day(scheme: Scheme, junction: Junction) -> tuple[Entry, ...]:
    """What runs now quarter by quarter, joined where it is the same; empty where a gap is."""
    found: list[Entry] = []
    for begin in range(scheme.begins_min, scheme.ends_min, INTERVAL_MIN):
        row = running_at(junction, begin, begin + INTERVAL_MIN)
        if row is None:
            return ()
        made = plans.read(row.content, junction.code)
        if found and found[-1].plan == made:
            found[-1] = replace(found[-1], ends_min=begin + INTERVAL_MIN)
        else:
            found.append(Entry(junction.code, begin, begin + INTERVAL_MIN, made))
    return tuple(found)


def timetable(entries: Sequence[Entry], begins_min: int) -> list[DayEntry]:
    return [DayEntry((each.begins_min - begins_min) * 60, each.plan) for each in entries]


def _expected_day(scheme: Scheme, model: Model, entries: Sequence[Entry]) -> Expected:
    """Judged over the whole period, changes between plans included."""
    (junction,) = model.problem.network.junctions
    states = day_states(junction, timetable(entries, scheme.begins_min), model.seconds)
    shown = model.blank()
    model.put(shown, junction.junction_id, as_used(states, model.problem.drivers.gain_s))
    return expected(model, shown)


CHANGE_SEEN_S = 600


def _unsafe_day(layout: Layout, entries: Sequence[Entry]) -> bool:
    """Whether a plan, or a change from one to the next, would break a rule of safety."""
    junction = junction_of(layout, entries[0].junction)
    if any(faults(junction, each.plan) for each in entries):
        return True
    for one, other in pairwise(entries):
        pair = [DayEntry(0, one.plan), DayEntry(CHANGE_SEEN_S, other.plan)]
        if safety.faults(junction, day_states(junction, pair, 2 * CHANGE_SEEN_S)):
            return True
    return False


def digest_of(asked: Asked) -> str:
    """Equal inputs have equal digests: layouts, counts, hours, speed, parts."""
    scheme = asked.scheme
    content = {
        "hours": [scheme.begins_min, scheme.ends_min],
        "speed": scheme.speed_kmh,
        "parts": scheme.parts,
        "layouts": {
            each.code: layout_junction.written(layout_of(each)) for each in asked.junctions
        },
        "counts": {
            code: [list(each.ways), each.vehicles.round(3).tolist()]
            for code, each in asked.counted.items()
        },
    }
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
