"""Corridors, days of plans and interventions for every test."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import cast

from django.test import override_settings

from luchang.apps.signals import selectors, services
from luchang.apps.signals.models import Intervention, Junction, Scheme, SchemeCandidate
from luchang.apps.signals.policies import SEE, SEND
from luchang.apps.signals.services import (
    computing,
    proving,
    scheme_advising,
    scheme_planning,
    schemes,
)
from luchang.apps.signals.services.junctions import correct
from luchang.apps.signals.states import (
    STUDY_WAY,
    ControllerKind,
    CountSource,
    Days,
    Grade,
    InterventionKind,
    Measure,
    Side,
    StudyStatus,
)
from luchang.core.signals.fixed.model import Expected
from luchang.core.signals.junction import Turn
from luchang.kernel.identity.actors import SYSTEM, Actor
from luchang.kernel.identity.models import Organisation
from tests.factories import signals
from tests.factories.identity import actor_with, organisation
from tests.factories.signals import AT, BEGINS, DAY, ENDS

STEP_DEG = 0.004
"""About 390 m of longitude in Zhuzhou."""

S = StudyStatus


def row_of_junctions(
    count: int = 3, *, at: Organisation | None = None, is_bare: bool = False
) -> list[Junction]:
    """Junctions along a road from west to east, with plans and two hours of counts, or bare."""
    at = at or organisation()
    found = []
    for nth in range(count):
        made = signals.junction(at=at)
        correct(
            junction_id=made.pk, name=made.name, grade=Grade.MAIN_MAIN,
            longitude=113.13 + STEP_DEG * nth, latitude=27.83, by=SYSTEM, at=AT,
        )  # fmt: skip
        made.refresh_from_db()
        if not is_bare:
            signals.present_plan(made, green_s=40.0)
            signals.counted(made)
        found.append(made)
    return found


def corridor(
    junctions: list[Junction] | None = None,
    *,
    at: Organisation | None = None,
    until: StudyStatus = S.OPEN,
    moment: datetime = AT,
) -> Scheme:
    """A corridor that has come as far as `until`, without jobs, optimiser or simulator."""
    junctions = junctions or row_of_junctions(2, at=at)
    made = services.open_corridor(
        junction_ids=[each.pk for each in junctions],
        name="演示大道",
        description="早高峰停车次数多",
        days=Days.WORKDAYS,
        begins_min=BEGINS,
        ends_min=ENDS,
        speed_kmh=45.0,
        by=SYSTEM,
        at=moment,
    )
    return _brought(made, until, moment)


def day(
    of: Junction | None = None,
    *,
    at: Organisation | None = None,
    until: StudyStatus = S.OPEN,
    moment: datetime = AT,
    hours: tuple[int, int] = (6 * 60, 12 * 60),
    day_no: int | None = None,
    schedule_no: int | None = None,
) -> Scheme:
    """A day of plans, from 06:00 to 12:00 or others, that has come as far as `until`."""
    begins_min, ends_min = hours
    of = of or signals.junction(at=at)
    if not of.plans.exists():
        signals.present_plan(of, green_s=30.0)
    counted_day(of, begins_min=begins_min, ends_min=ends_min)
    made = services.open_day(
        junction_id=of.pk,
        description="全天一个方案",
        days=Days.WORKDAYS,
        begins_min=begins_min,
        ends_min=ends_min,
        day_no=day_no,
        schedule_no=schedule_no,
        by=SYSTEM,
        at=moment,
    )
    return _brought(made, until, moment)


def counted_day(of: Junction, *, begins_min: int = 360, ends_min: int = 720) -> None:
    """A quiet morning with a rush from 07:00 to 09:00."""
    assert of.layout is not None
    readings = [
        services.Reading(
            way.key,
            minute,
            (3 if 420 <= minute < 540 else 1)
            * (signals.USUAL.get(way.turn, 5) // 3 + minute // 15 % 3),
        )
        for way in of.layout.layout.ways
        if way.turn != Turn.ON_FOOT
        for minute in range(begins_min, ends_min, 15)
    ]
    services.take_counts(
        junction_id=of.pk, day=DAY - timedelta(days=1), interval_min=15,
        origin=CountSource.MANUAL, readings=readings, by=SYSTEM, at=AT,
    )  # fmt: skip


def candidate(of: Scheme) -> SchemeCandidate:
    rows = selectors.current_candidates(of).filter(is_present=False)
    return cast("SchemeCandidate", rows.earliest("ordinal"))


def _brought(made: Scheme, until: StudyStatus, moment: datetime) -> Scheme:
    for status in STUDY_WAY[1 : STUDY_WAY.index(until) + 1]:
        _FORWARD[status](made, moment)
    made.refresh_from_db()
    return made


def counted(of: Scheme, moment: datetime) -> None:
    services.use_scheme_counts(
        of=of, count_sets=schemes.latest_counts(of, SYSTEM), by=SYSTEM, at=moment
    )


def computed(of: Scheme, moment: datetime) -> None:
    """What stands on record without the search: the present plans, and the textbook's."""
    asked = scheme_planning.asked_of(Scheme.objects.get(pk=of.pk))
    advice = scheme_advising.quick(asked, Expected(30.0, 1.0, 60.0, 0.8, 10, {}))
    computing.store_candidates(of=of, advice=advice, by=SYSTEM, at=moment)


def proven(of: Scheme, moment: datetime, *, before: float = 45.0, after: float = 33.0) -> None:
    chosen = candidate(of)
    services.choose(of=of, candidate_id=chosen.pk, by=SYSTEM, at=moment)
    both = {"before": signals.shown(before), "after": signals.shown(after)}
    proving.store_proof(
        of=of, candidate_id=chosen.pk, result={"seeds": [1], "plans": both},
        by=SYSTEM, at=moment, shown_by="演示",
    )  # fmt: skip


def proof_by(of: Scheme, by: Actor) -> None:
    """Somebody had the chosen plans proven."""
    of.refresh_from_db()
    both = {"before": signals.shown(45.0), "after": signals.shown(33.0)}
    proving.store_proof(
        of=of, candidate_id=of.chosen_id or 0, result={"seeds": [1], "plans": both},
        by=by, at=AT, shown_by="演示",
    )  # fmt: skip


def compared(of: Scheme, moment: datetime) -> None:
    for side, values in (
        (Side.BEFORE, [60.0, 66, 58, 71, 64]),
        (Side.AFTER, [45.0, 41, 50, 44, 47]),
    ):
        services.measure(
            of=of, side=side, measure=Measure.TRAVEL_S, values=values,
            day=moment.date(), note="", by=SYSTEM, at=moment,
        )  # fmt: skip
    services.compare_sides(of=of, measure=Measure.TRAVEL_S, by=SYSTEM, at=moment)


_FORWARD: Mapping[StudyStatus, Callable[[Scheme, datetime], object]] = {
    S.COUNTED: counted,
    S.COMPUTED: computed,
    S.PROVEN: proven,
    S.APPROVED: lambda of, at: services.approve(of=of, by=SYSTEM, at=at),
    S.SCHEDULED: lambda of, at: services.schedule(
        of=of, moment=at + timedelta(hours=1), by=SYSTEM, at=at
    ),
    S.IN_FORCE: lambda of, at: services.begin(of=of, by=SYSTEM, at=at + timedelta(hours=1)),
    S.COMPARED: compared,
    S.ACCEPTED: lambda of, at: services.accept(of=of, by=SYSTEM, at=at),
}


def connected(of: Junction, number: str = "") -> Junction:
    """A junction whose controller is simulated."""
    services.connect(
        junction_id=of.pk, controller_kind=ControllerKind.SIMULATED,
        controller_number=number or f"{of.pk:017d}", controller_address="", by=SYSTEM, at=AT,
    )  # fmt: skip
    of.refresh_from_db()
    return of


def intervention(
    of: Junction, *, stage: int = 1, for_s: int = 300, by: Actor | None = None, at: datetime = AT
) -> Intervention:
    """Somebody asks to hold a stage, where the installation allows it."""
    connected(of)
    by = by or actor_with(SEE, SEND, at=of.organisation)
    with override_settings(SIGNAL_SETTING=True):
        return services.ask_intervention(
            junction_id=of.pk, kind=InterventionKind.STAGE, stage=stage, plan_no=None,
            for_s=for_s, reason="演示：学校放学", by=by, at=at,
        )  # fmt: skip
