"""From the counts of several junctions, or of a day, to plans that belong together."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from luchang.apps.signals.bridge import plans, schemes
from luchang.apps.signals.bridge.schemes import Entry
from luchang.apps.signals.models import CountSet, Junction, Scheme, SchemeMember
from luchang.apps.signals.services import planning
from luchang.apps.signals.services.members import (
    layout_of,
    metres_of,
    running_at,
    scheme_members,
)
from luchang.apps.signals.services.refusals import Refused
from luchang.apps.signals.states import SchemeKind
from luchang.core.signals import corridor_problem as joint
from luchang.core.signals import layout_junction, webster
from luchang.core.signals.checks import faults
from luchang.core.signals.corridor import BrokenCorridor, Corridor
from luchang.core.signals.fixed.model import Expected, Model, expected
from luchang.core.signals.fixed.problem import Drivers, Limits
from luchang.core.signals.fixed.solve import plan
from luchang.core.signals.layout_junction import junction_of
from luchang.core.signals.plan import Plan
from luchang.core.signals.waves import Bands, bands_of, with_wave

INTERVAL_MIN = 15
INTERVAL_S = INTERVAL_MIN * 60.0
SEED = 1
CORRIDOR_LIMITS = Limits(seed=SEED, runs=400, network_runs=600, draws=2)

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

    def kept(self) -> dict[str, Any]:
        """What of it is kept with the candidate."""
        found = self.expected
        return {
            "content": schemes.written(self.entries),
            "cycle_s": self.cycle_s,
            "out_s": self.out_s,
            "back_s": self.back_s,
            "delay_s": found.delay_s,
            "delay_spread_s": found.delay_sd_s,
            "p95_s": found.p95_s,
            "stops": found.stops,
            "queue_m": found.longest_queue * self.room_m,
        }


@dataclass(frozen=True)
class Asked:
    """What a computation is about: read once, so that it is judged by what it was made from."""

    scheme: Scheme
    members: tuple[SchemeMember, ...]
    counted: Mapping[str, joint.Counted]

    @property
    def junctions(self) -> list[Junction]:
        return [each.junction for each in self.members]

    @cached_property
    def corridor(self) -> Corridor:
        """The road its junctions make.

        Raises:
            Refused: where it breaks, by the names of the junctions.
        """
        return corridor_for(self.junctions, metres_of(self.members))


def corridor_for(junctions: Sequence[Junction], metres: schemes.Metres | None = None) -> Corridor:
    """The corridor junctions make, with the lengths of its roads that are known.

    Raises:
        Refused: where it breaks, by the names of the junctions.
    """
    for each in junctions:
        layout_of(each)
    names: dict[object, str] = {each.code: each.name for each in junctions}
    try:
        return schemes.corridor(junctions, metres)
    except BrokenCorridor as broken:
        named = {key: names.get(value, value) for key, value in broken.named.items()}
        raise Refused(f"corridor_{broken.code}", **named) from broken


def asked_of(scheme: Scheme) -> Asked:
    """Members and counts of a scheme.

    Raises:
        Refused: a junction without layout or without usable counts, all of them named.
    """
    members = scheme_members(scheme)
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


def advise_corridor(asked: Asked, ticking: Ticking) -> list[SchemeAdvice]:
    """Present plans, the widest bands at one cycle, and the least delay of the whole road."""
    scheme = asked.scheme
    corridor = asked.corridor
    problem = joint.problem_of(corridor, asked.counted, INTERVAL_S, CORRIDOR_LIMITS)
    tried: list[tuple[str, dict[str, Plan]]] = []
    if (present := present_of_all(asked)) is not None:
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
    return [corridor_advice(method, each, corridor, model, scheme) for method, each in safe]


def corridor_advice(
    method: str, made: Mapping[str, Plan], corridor: Corridor, model: Model, scheme: Scheme
) -> SchemeAdvice:
    """Plans judged by the queues of the whole road."""
    bands = bands_of(corridor, made, scheme.speed_mps)
    found = expected(model, model.shown(made.values()))
    return advised(method, made, corridor, scheme, found, bands)


def advised(
    method: str,
    made: Mapping[str, Plan],
    corridor: Corridor,
    scheme: Scheme,
    found: Expected,
    bands: Bands | None,
) -> SchemeAdvice:
    entries = tuple(
        Entry(each.junction_id, scheme.begins_min, scheme.ends_min, made[each.junction_id])
        for each in corridor.places
    )
    return SchemeAdvice(
        method,
        entries,
        found,
        Drivers().room_m,
        cycle_s=bands.cycle_s if bands else None,
        out_s=bands.out.width_s if bands else None,
        back_s=bands.back.width_s if bands else None,
    )


def _unsafe(corridor: Corridor, made: Mapping[str, Plan]) -> bool:
    return any(
        faults(junction_of(each.layout, each.junction_id), made[each.junction_id])
        for each in corridor.places
    )


def present_of_all(asked: Asked) -> dict[str, Plan] | None:
    """What runs now at every junction; None where one has no plan on record."""
    found = {}
    for each in asked.junctions:
        row = running_at(each, asked.scheme.begins_min, asked.scheme.ends_min)
        if row is None:
            return None
        found[each.code] = plans.read(row.content, each.code)
    return found


def digest_of(asked: Asked) -> str:
    """Equal inputs have equal digests: layouts, counts, hours, speed, parts."""
    scheme = asked.scheme
    content = {
        "hours": [scheme.begins_min, scheme.ends_min],
        "speed": scheme.speed_kmh,
        "parts": scheme.parts,
        "metres": list(asked.corridor.at_m) if scheme.kind == SchemeKind.CORRIDOR else [],
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
