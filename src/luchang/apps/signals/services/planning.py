"""From what was counted to advice: the one seam between the records and the optimiser."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from luchang.apps.signals.bridge import plans
from luchang.apps.signals.bridge.wording import ARMS, count_fault
from luchang.apps.signals.models import Count, CountSet
from luchang.apps.signals.ports.simulator import Flow
from luchang.apps.signals.services.refusals import Refused
from luchang.apps.signals.states import Quality
from luchang.core.signals import layout_junction, webster
from luchang.core.signals.checks import faults
from luchang.core.signals.demand import Movement, TurningCounts, UnusableCounts
from luchang.core.signals.fixed.model import Model
from luchang.core.signals.fixed.problem import Limits, Problem
from luchang.core.signals.fixed.solve import advice, candidates, plan
from luchang.core.signals.junction import Network, Turn
from luchang.core.signals.layout import Direction, Layout, Way
from luchang.core.signals.layout_junction import junction_of
from luchang.core.signals.plan import Plan

MOST_BAD = 0.2
"""Part of the counts that may be missing or doubtful before nothing is computed from them."""

SEED, MOST_FOUND = 1, 3
STOP_S = 20.0
"""Seconds of delay one stop is worth to the plan that avoids stops; a working value."""

MINUTE_S = 60


@dataclass(frozen=True)
class Demand:
    """Flows of the hours a study is about.

    Attributes
    ----------
    hourly
        Mean flow by movement [veh/h].
    flows
        By interval, seconds counted from the begin of the hours.
    """

    hourly: Mapping[str, float]
    flows: tuple[Flow, ...]


@dataclass(frozen=True)
class Advice:
    """A plan with what is expected of it; None is what its method does not say."""

    method: str
    plan: Plan
    delay_s: float
    saturation: float | None
    stops: float | None
    queue_m: float | None
    p95_s: float | None = None
    delay_spread_s: float | None = None
    co2_g: float | None = None
    version: str = webster.VERSION
    seed: int = SEED

    def kept(self) -> dict[str, Any]:
        """What of it is kept with the candidate."""
        told = ("delay_s", "saturation", "stops", "queue_m", "p95_s", "delay_spread_s", "co2_g")
        return {
            "content": plans.written(self.plan),
            **{name: getattr(self, name) for name in told},
        }


def demand_of(count_set: CountSet, *, begins_min: int, ends_min: int) -> Demand:
    """What came in these hours; missing counts are left out of the means.

    Raises:
        Refused: nothing counted, too much of it bad, all zero, or an approach without any.
    """
    hours = (
        f"{begins_min // 60:02d}:{begins_min % 60:02d}–{ends_min // 60:02d}:{ends_min % 60:02d}"
    )
    rows = Count.objects.filter(
        count_set=count_set, begins_min__gte=begins_min, begins_min__lt=ends_min
    )
    by_way: dict[str, list[Count]] = defaultdict(list)
    for row in rows.order_by("way", "begins_min"):
        by_way[row.way].append(row)
    _check_enough(
        count_set, by_way, hours, slots=(ends_min - begins_min) // count_set.interval_min
    )
    per_hour = 60.0 / count_set.interval_min
    hourly: dict[str, float] = {}
    flows: list[Flow] = []
    for key, series in by_way.items():
        known = [row.vehicles for row in series if row.vehicles is not None]
        mean = sum(known) / len(known) if known else 0.0
        hourly[key] = mean * per_hour
        for row in series:
            begin = (row.begins_min - begins_min) * MINUTE_S
            vehicles = float(row.vehicles if row.vehicles is not None else mean)
            flows.append(Flow(key, begin, begin + count_set.interval_min * MINUTE_S, vehicles))
    return Demand(hourly, tuple(flows))


def advise(
    layout: Layout,
    demand: Demand,
    present: Plan | None,
    junction_id: str,
    *,
    ticking: Callable[[int, int, str], None],
) -> list[Advice]:
    """The present plan and what each method makes of the demand, judged by one model of queues.

    A plan that would break a rule of safety is no advice and is left out.
    """
    problem = problem_of(layout, demand, junction_id)
    tried: list[tuple[str, Plan]] = [] if present is None else [("present", present)]
    for place, method in enumerate(METHODS):
        ticking(place, len(METHODS), method)
        try:
            made = METHODS[method](layout, demand, problem)
        except UnusableCounts as unusable:
            where = _where(unusable.where)
            raise Refused("unusable_counts", why=count_fault(unusable.fault, where)) from unusable
        known = [each.steps for _, each in tried]
        tried += [(name, each) for name, each in made if each.steps not in known]
    junction, model = problem.network.junctions[0], Model(problem)
    return [
        _judged(method, plan, layout, demand, model)
        for method, plan in tried
        if method == "present" or not faults(junction, plan)
    ]


def problem_of(layout: Layout, demand: Demand, junction_id: str) -> Problem:
    """The junction and its counts in the words of the optimiser; what has no lamp is left out."""
    junction = junction_of(layout, junction_id)
    keys = [key for key in demand.hourly if key in layout.lamp_of]
    times = sorted({flow.begins_s for flow in demand.flows})
    vehicles = np.zeros((len(times), len(keys)))
    for flow in demand.flows:
        if flow.way in keys:
            vehicles[times.index(flow.begins_s), keys.index(flow.way)] = flow.vehicles
    first = demand.flows[0]
    counts = TurningCounts(
        tuple(_movement(layout, key, junction_id) for key in keys),
        vehicles,
        np.maximum(vehicles, 1.0),
        float(first.ends_s - first.begins_s),
    )
    return Problem(Network((junction,)), counts, limits=Limits(seed=SEED))


def digest_of(layout: Layout, demand: Demand) -> str:
    """Equal inputs have equal digests: layout and flows."""
    content = {
        "layout": layout_junction.written(layout),
        "flows": [[f.way, f.begins_s, f.ends_s, f.vehicles] for f in demand.flows],
    }
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _judged(method: str, plan: Plan, layout: Layout, demand: Demand, model: Model) -> Advice:
    """What is expected of a plan: queues of the model, saturation of the textbook."""
    told = advice(model, (plan,))
    found = told.expected
    return Advice(
        method,
        plan,
        delay_s=found.delay_s,
        saturation=webster.expected(layout, plan, demand.hourly).saturation,
        stops=found.stops,
        queue_m=found.longest_queue * model.problem.drivers.room_m,
        p95_s=found.p95_s,
        delay_spread_s=found.delay_sd_s,
        version=told.version,
        seed=told.seed,
    )


def _movement(layout: Layout, key: str, junction_id: str) -> Movement:
    way = Way.parse(key)
    leads_to = layout.exit_of(way) or way.arm
    return Movement(junction_id, f"{way.arm.name}_in", f"{leads_to.name}_out")


def _where(said: str) -> str:
    """The approach or movement of a fault of the core, as officers say it."""
    arms = [part.split("_")[0] for part in said.split() if part.endswith(("_in", "_out"))]
    return " → ".join(str(ARMS[Direction[arm]]) for arm in arms)


Made = list[tuple[str, Plan]]


def _webster(layout: Layout, demand: Demand, problem: Problem) -> Made:
    junction_id = problem.network.junctions[0].junction_id
    return [("webster", webster.webster_plan(layout, demand.hourly, junction_id))]


def _searched(layout: Layout, demand: Demand, problem: Problem) -> Made:
    """The best found, and the best of other orders of the stages."""
    del layout, demand
    found = [each.plans[0] for each in candidates(problem, MOST_FOUND)]
    return [("least_delay", found[0]), *(("other_order", each) for each in found[1:])]


def _few_stops(layout: Layout, demand: Demand, problem: Problem) -> Made:
    del layout, demand
    weighed = replace(problem.limits, stop_weight_s=STOP_S)
    return [("few_stops", plan(replace(problem, limits=weighed)).plans[0])]


METHODS: dict[str, Callable[[Layout, Demand, Problem], Made]] = {
    "webster": _webster,
    "least_delay": _searched,
    "few_stops": _few_stops,
}


def _check_enough(
    count_set: CountSet, by_way: Mapping[str, list[Count]], hours: str, *, slots: int
) -> None:
    """An interval nobody wrote down is missing like one that was left blank."""
    rows = [row for series in by_way.values() for row in series]
    if not any(row.vehicles is not None for row in rows):
        raise Refused("no_counts", hours=hours)
    good = sum(row.quality not in {Quality.MISSING, Quality.DOUBTFUL} for row in rows)
    share = 1.0 - good / max(slots * len(by_way), len(rows))
    if share > MOST_BAD:
        raise Refused(
            "few_counts", hours=hours, share=f"{share:.0%}".rstrip("%"), most=int(MOST_BAD * 100)
        )
    if not any(row.vehicles for row in rows):
        raise Refused("all_zero", hours=hours)
    counted = {Way.parse(key).arm for key, series in by_way.items() if series}
    layout = count_set.layout.layout
    driven = {way.arm for way in layout.ways if way.turn != Turn.ON_FOOT}
    if absent := sorted(driven - counted):
        raise Refused(
            "missing_approach", arms="、".join(str(ARMS[arm]) for arm in absent), hours=hours
        )
