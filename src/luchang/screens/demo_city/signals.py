"""Junctions of the demo city, and one timing study in each state worth looking at.

Controllers are simulated and say so; what stands for a simulation is invented and says so too.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from luchang.apps.signals import services as signals
from luchang.apps.signals.models import Study
from luchang.apps.signals.services import demo
from luchang.apps.signals.services.computing import Advice
from luchang.apps.signals.states import (
    ControllerKind,
    CountSource,
    Days,
    Grade,
    LayoutOrigin,
    Measure,
    PlanOrigin,
    Side,
    StudySource,
    StudyStatus,
    WorkKind,
)
from luchang.kernel.identity.actors import SYSTEM, Actor
from luchang.kernel.identity.models import Organisation
from luchang.screens.demo_city.recipe import Area

S = StudyStatus
INTERESTING = (
    S.OPEN, S.COUNTED, S.COMPUTED, S.PROVEN, S.APPROVED, S.SCHEDULED, S.IN_FORCE, S.COMPARED,
    S.ACCEPTED,
)  # fmt: skip
BEGINS, ENDS, DAY_MIN = 7 * 60, 9 * 60, 24 * 60
STEP_DEG = 0.006
PAST = timedelta(days=40)


@dataclass(frozen=True)
class Staff:
    """Who works on plans, and who answers for them."""

    engineer: Actor
    chief: Actor


def time_junctions(
    areas: Sequence[Area], brigades: Sequence[Organisation], *, staff: Staff, at: datetime
) -> None:
    """Nine junctions and a road of the first brigade, with studies; one of each other brigade."""
    shown: list[Advice] = []
    junctions: list[int] = []
    for number, (area, brigade) in enumerate(zip(areas, brigades, strict=True)):
        states = INTERESTING if number == 0 else (None,)
        for place, until in enumerate(states):
            town = area.townships[place % len(area.townships)]
            code = f"DJ{number + 1:02d}{place + 1:02d}"
            junctions.append(_junction(code, town, place, brigade, at=at - PAST))
            if until is not None:
                _study(junctions[-1], until, staff, shown, at=at)
    if areas:
        _coordinate(areas[0], brigades[0], staff, at=at)
    if junctions:
        signals.plan_work(
            junction_id=junctions[0],
            kind=WorkKind.LANES,
            description="东进口增加一条左转车道（演示）",
            by=SYSTEM,
            at=at,
        )


def _coordinate(area: Area, brigade: Organisation, staff: Staff, *, at: datetime) -> None:
    """Three junctions along one road, timed together as far as its diagram."""
    town, began = area.townships[0], at - timedelta(days=10)
    road = [
        _junction(f"DJG{place + 1}", town, place, brigade, at=at - PAST, along=True)
        for place in range(3)
    ]
    for key in road:
        _counts(key, at=began)
    scheme = signals.open_corridor(
        junction_ids=road,
        name=f"{town.name}演示大道",
        description="早高峰沿线停车次数多（演示）",
        days=Days.DAILY,
        begins_min=BEGINS,
        ends_min=ENDS,
        speed_kmh=45.0,
        by=staff.engineer,
        at=began,
    )
    signals.use_scheme_counts(
        of=scheme,
        count_sets=demo.corridor_counts(scheme, staff.engineer),
        by=staff.engineer,
        at=began,
    )
    demo.advise_corridor(scheme=scheme, by=staff.engineer, at=began)


def _junction(
    code: str,
    town: Any,
    place: int,
    brigade: Organisation,
    *,
    at: datetime,
    along: bool = False,
) -> int:
    """Around the middle of a township, or along a road to the east of it."""
    east, north = (place % 3 - 1, place // 3 - 1) if not along else (2 + place * 0.7, 0.35)
    row = signals.register(
        code=code,
        name=f"{town.name}演示路口{code[-2:]}",
        grade=Grade.MAIN_SECONDARY,
        longitude=town.longitude + STEP_DEG * east,
        latitude=town.latitude + STEP_DEG * north,
        organisation=brigade,
        by=SYSTEM,
        at=at,
        source="demo",
    )
    signals.redraw(
        junction_id=row.pk,
        layout=demo.cross(),
        origin=LayoutOrigin.FORM,
        reason="演示数据",
        by=SYSTEM,
        at=at,
    )
    signals.connect(
        junction_id=row.pk,
        controller_kind=ControllerKind.SIMULATED,
        controller_number=f"{row.pk:017d}",
        controller_address="",
        by=SYSTEM,
        at=at,
    )
    signals.put_in_force(
        junction_id=row.pk,
        name="全天方案（演示）",
        plan=demo.present(code),
        days=Days.DAILY,
        begins_min=0,
        ends_min=DAY_MIN,
        origin=PlanOrigin.FIELD,
        by=SYSTEM,
        at=at,
    )
    return int(row.pk)


def _study(
    junction_id: int, until: StudyStatus, staff: Staff, shown: list[Advice], *, at: datetime
) -> None:
    """Carried as far as `until`, by the people who would do it."""
    engineer, chief, began = staff.engineer, staff.chief, at - timedelta(days=20)
    row = signals.open_study(
        junction_id=junction_id,
        origin=StudySource.COMPLAINT,
        description="早高峰东进口左转排队过长（演示）",
        reference="演示投诉单",
        days=Days.DAILY,
        begins_min=BEGINS,
        ends_min=ENDS,
        by=engineer,
        at=began,
    )
    steps: dict[StudyStatus, Callable[[], object]] = {
        S.COUNTED: lambda: signals.use_counts(
            of=row, count_set_id=_counts(junction_id, at=began), by=engineer, at=began
        ),
        S.COMPUTED: lambda: _compute(row, shown, engineer, at=began),
        S.PROVEN: lambda: demo.prove(study=row, by=engineer, at=began),
        S.APPROVED: lambda: signals.approve(of=row, by=chief, at=began),
        S.SCHEDULED: lambda: signals.schedule(
            of=row,
            moment=at + timedelta(days=2) if until == S.SCHEDULED else began + timedelta(days=2),
            by=engineer,
            at=began,
        ),
        S.IN_FORCE: lambda: signals.begin(of=row, by=engineer, at=began + timedelta(days=2)),
        S.COMPARED: lambda: _compare(row, engineer, began=began),
        S.ACCEPTED: lambda: signals.accept(of=row, by=chief, at=began + timedelta(days=12)),
    }
    for status in INTERESTING[1 : INTERESTING.index(until) + 1]:
        steps[status]()


def _counts(junction_id: int, *, at: datetime) -> int:
    found = signals.take_counts(
        junction_id=junction_id,
        day=at.date() - timedelta(days=1),
        interval_min=15,
        origin=CountSource.MANUAL,
        readings=demo.readings(begins_min=BEGINS - 30, ends_min=ENDS + 30),
        by=SYSTEM,
        at=at,
        note="演示数据",
    )
    return int(found.pk)


def _compute(study: Study, shown: list[Advice], by: Actor, *, at: datetime) -> None:
    """All demo junctions are alike: computed once, kept for each."""
    if not shown:
        shown += demo.advice_for(study)
    demo.keep_advice(study=study, advice=shown, by=by, at=at)


def _compare(study: Study, by: Actor, *, began: datetime) -> None:
    after = began + timedelta(days=9)
    for side, mean, at in ((Side.BEFORE, 96.0, began), (Side.AFTER, 81.0, after)):
        signals.measure(
            of=study,
            side=side,
            measure=Measure.TRAVEL_S,
            values=[mean + 7.0 * ((place * 37) % 11 - 5) / 5.0 for place in range(30)],
            day=at.date(),
            note="演示数据：跟车调查",
            by=by,
            at=after,
        )
    signals.compare_sides(of=study, measure=Measure.TRAVEL_S, by=by, at=after)
