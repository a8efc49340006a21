"""A plan for each part of a junction's day."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from luchang.apps.signals.bridge import plans
from luchang.apps.signals.bridge.schemes import Entry
from luchang.apps.signals.models import Junction, Scheme
from luchang.apps.signals.models.junctions import clock_of
from luchang.apps.signals.ports.simulator import Flow
from luchang.apps.signals.services import planning
from luchang.apps.signals.services.members import layout_of, running_at
from luchang.apps.signals.services.refusals import Refused
from luchang.apps.signals.services.scheme_planning import (
    INTERVAL_MIN,
    INTERVAL_S,
    SEED,
    Asked,
    SchemeAdvice,
    Ticking,
)
from luchang.core.signals import corridor_problem as joint
from luchang.core.signals import safety, webster
from luchang.core.signals.checks import faults
from luchang.core.signals.fixed.day import Entry as DayEntry
from luchang.core.signals.fixed.day import day_states
from luchang.core.signals.fixed.model import Expected, Model, expected
from luchang.core.signals.fixed.problem import Limits, Problem
from luchang.core.signals.fixed.sets import during
from luchang.core.signals.fixed.shown import as_used
from luchang.core.signals.fixed.solve import plan
from luchang.core.signals.layout import Layout
from luchang.core.signals.layout_junction import junction_of
from luchang.core.signals.periods import parts_of_day

DAY_LIMITS = Limits(seed=SEED, runs=300, draws=2, final_draws=3)
"""Parts of a day are long: fewer runs of each than of an hour."""


def advise_day(asked: Asked, ticking: Ticking) -> list[SchemeAdvice]:
    """The present plans, and a plan for each part of the day: the textbook's and the searched."""
    scheme, (member,) = asked.scheme, asked.members
    code, layout = member.junction.code, layout_of(member.junction)
    counted = asked.counted[code]
    problem = _single(layout, code, counted)
    begins = parts_for(scheme, counted)
    ticking(0, 3, "parts_textbook")
    tried: list[tuple[str, tuple[Entry, ...]]] = []
    if present := present_day(scheme, member.junction):
        tried.append(("present", present))
    tried.append(("parts_textbook", textbook_day(scheme, layout, code, counted, begins)))
    ticking(1, 3, "parts")
    tried.append(("parts", _searched_day(scheme, problem, begins)))
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


def textbook_day(
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


def _searched_day(scheme: Scheme, problem: Problem, begins: Sequence[int]) -> tuple[Entry, ...]:
    """The best plan for the counts of each part; parts that get the same one are joined."""
    ends = [*begins[1:], scheme.ends_min]
    found: list[Entry] = []
    for begin, end in zip(begins, ends, strict=True):
        first, last = ((each - scheme.begins_min) * 60.0 for each in (begin, end))
        part = during(problem, first, last)
        if not part.counts.vehicles.any():
            raise Refused("all_zero", hours=f"{clock_of(begin)}–{clock_of(end)}")
        (made,) = plan(part).plans
        if found and found[-1].plan == made:
            found[-1] = replace(found[-1], ends_min=end)
        else:
            found.append(Entry(made.junction_id, begin, end, made))
    return tuple(found)


def present_day(scheme: Scheme, junction: Junction) -> tuple[Entry, ...]:
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
