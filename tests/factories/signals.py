"""Junctions, counts, studies and works for every test."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from itertools import count
from typing import cast

from luchang.apps.signals import selectors, services
from luchang.apps.signals.models import (
    Candidate,
    CountSet,
    Junction,
    Reorganisation,
    Study,
    TimingPlan,
)
from luchang.apps.signals.services import computing, planning, proving
from luchang.apps.signals.services.members import running_at
from luchang.apps.signals.states import (
    STUDY_WAY,
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
    WorkStatus,
)
from luchang.core.signals import utdf
from luchang.core.signals.junction import Turn
from luchang.core.signals.layout import Layout
from luchang.core.signals.layout_junction import junction_of
from luchang.core.signals.plan import Plan, PlanStep
from luchang.core.signals.utdf.plans import describe
from luchang.kernel.identity.actors import SYSTEM
from luchang.kernel.identity.models import Organisation
from luchang.kernel.records.attachments import services as attachments
from tests.core.signals.drawn import cross
from tests.factories.identity import organisation
from tests.matrix.ledgers import photograph

AT = datetime(2026, 3, 2, 2, tzinfo=UTC)
DAY = date(2026, 3, 2)
BEGINS, ENDS = 7 * 60, 8 * 60
USUAL = {Turn.LEFT: 30, Turn.THROUGH: 125, Turn.RIGHT: 20}
"""Vehicles in a quarter of an hour."""

_number = count(1)
_advised: dict[str, list[planning.Advice]] = {}
S = StudyStatus


def junction(*, at: Organisation | None = None, layout: Layout | None = None) -> Junction:
    """A junction with the layout of a cross, or another."""
    number = next(_number)
    made = services.register(
        code=f"D{number:06d}",
        name=f"演示路口{number:05d}",
        grade=Grade.MAIN_MAIN,
        longitude=113.13,
        latitude=27.83,
        organisation=at or organisation(),
        by=SYSTEM,
        at=AT,
    )
    services.redraw(
        junction_id=made.pk,
        layout=layout or cross(),
        origin=LayoutOrigin.FORM,
        reason="首次登记",
        by=SYSTEM,
        at=AT,
    )
    made.refresh_from_db()
    return made


def present_plan(of: Junction, *, green_s: float = 25.0, at: datetime = AT) -> TimingPlan:
    """The plan it runs all day: every stage the same green."""
    assert of.layout is not None
    steps = tuple(PlanStep(place, green_s, 5.0) for place in range(len(of.layout.layout.stages)))
    return services.put_in_force(
        junction_id=of.pk,
        name="现行方案",
        plan=Plan(of.code, steps),
        days=Days.DAILY,
        begins_min=0,
        ends_min=1440,
        origin=PlanOrigin.FIELD,
        by=SYSTEM,
        at=at,
    )


def counted(
    of: Junction,
    *,
    day: date = DAY,
    vehicles: Callable[[str, int], int | None] | None = None,
) -> CountSet:
    """Two hours of quarters for every movement, a little different each time."""
    assert of.layout is not None
    ways = [way for way in of.layout.layout.ways if way.turn != Turn.ON_FOOT]
    readings = [
        services.Reading(
            way.key,
            minute,
            vehicles(way.key, minute)
            if vehicles
            else USUAL.get(way.turn, 5) + (minute // 15 + int(way.arm)) % 5,
        )
        for way in ways
        for minute in range(BEGINS - 30, ENDS + 30, 15)
    ]
    return services.take_counts(
        junction_id=of.pk,
        day=day,
        interval_min=15,
        origin=CountSource.MANUAL,
        readings=readings,
        by=SYSTEM,
        at=AT,
    )


def study(
    of: Junction | None = None,
    *,
    at: Organisation | None = None,
    until: StudyStatus = S.OPEN,
    moment: datetime = AT,
) -> Study:
    """A study that has come as far as `until`, without jobs and without a simulator."""
    of = of or junction(at=at)
    made = services.open_study(
        junction_id=of.pk,
        origin=StudySource.COMPLAINT,
        description="早高峰东进口左转排队过长",
        reference="演示投诉1",
        days=Days.WORKDAYS,
        begins_min=BEGINS,
        ends_min=ENDS,
        by=SYSTEM,
        at=moment,
    )
    for status in STUDY_WAY[1 : STUDY_WAY.index(until) + 1]:
        _FORWARD[status](made, moment)
    made.refresh_from_db()
    return made


def candidate(of: Study) -> Candidate:
    """The first advice that is not the present plan."""
    rows = selectors.current_candidates(of).filter(is_present=False)
    return cast("Candidate", rows.earliest("ordinal"))


def computed(of: Study, moment: datetime = AT) -> None:
    row = Study.objects.select_related("junction__layout", "count_set__layout").get(pk=of.pk)
    computing.store_candidates(of=of, advice=_advice(row), by=SYSTEM, at=moment)


def _advice(of: Study) -> list[planning.Advice]:
    """What the optimiser says, asked once for junctions that are alike but for their names."""
    present = running_at(of.junction, of.begins_min, of.ends_min)
    problem = f"{computing.inputs_of(of)} {present and present.digest}"
    if problem not in _advised:
        found = computing.advise(of, ticking=lambda *_told: None)
        _advised[problem] = [each for each in found if isinstance(each, planning.Advice)]
    return [
        replace(each, plan=replace(each.plan, junction_id=of.junction.code))
        for each in _advised[problem]
    ]


def shown(delay_s: float) -> Mapping[str, object]:
    """What a simulator might have shown of one plan."""
    told = {
        name: {"mean": value, "sd": 0.5, "values": [value] * 3}
        for name, value in (
            ("delay_s", delay_s), ("p95_s", delay_s * 2), ("stops", 0.8), ("queue_m", 80.0),
            ("co2_g", 130.0),
        )
    }  # fmt: skip
    queues = {"E": [(30.0 * place, 20.0 + place) for place in range(20)]}
    paths = {"E-through": [[(300.0 + t, 200.0 - 10 * t) for t in range(0, 24, 2)]]}
    return {**told, "vehicles": 2400, "arrived": 2400, "queues": queues, "paths": paths}


def proven(of: Study, moment: datetime = AT, *, before: float = 45.0, after: float = 33.0) -> None:
    chosen = candidate(of)
    services.choose(of=of, candidate_id=chosen.pk, by=SYSTEM, at=moment)
    result = {"seeds": [1, 2, 3], "plans": {"before": shown(before), "after": shown(after)}}
    proving.store_proof(of=of, candidate_id=chosen.pk, result=result, by=SYSTEM, at=moment)


def compared(of: Study, moment: datetime) -> None:
    for side, values in ((Side.BEFORE, [60.0, 66, 58, 71, 64, 62]), (Side.AFTER, [45.0, 41, 50])):
        services.measure(
            of=of,
            side=side,
            measure=Measure.TRAVEL_S,
            values=values * (1 if side == Side.BEFORE else 2),
            day=moment.date(),
            note="",
            by=SYSTEM,
            at=moment,
        )
    services.compare_sides(of=of, measure=Measure.TRAVEL_S, by=SYSTEM, at=moment)


_FORWARD: Mapping[StudyStatus, Callable[[Study, datetime], object]] = {
    S.COUNTED: lambda of, at: services.use_counts(
        of=of, count_set_id=counted(of.junction).pk, by=SYSTEM, at=at
    ),
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


def drawing(of: Reorganisation, *, at: datetime) -> None:
    attachments.attach(
        subject="signals.reorganisation",
        subject_id=of.pk,
        file=BytesIO(photograph()),
        name="图纸.jpg",
        by=SYSTEM,
        at=at,
    )


def work(
    of: Junction | None = None,
    *,
    at: Organisation | None = None,
    until: WorkStatus = WorkStatus.PLANNED,
    moment: datetime = AT,
) -> Reorganisation:
    """A reorganisation that has come as far as `until`."""
    of = of or junction(at=at)
    made = services.plan_work(
        junction_id=of.pk,
        kind=WorkKind.LANES,
        description="东进口增加一条左转车道",
        by=SYSTEM,
        at=moment,
    )
    if until != WorkStatus.PLANNED:
        drawing(made, at=moment)
        services.build(work_id=made.pk, result="已施划", by=SYSTEM, at=moment + timedelta(days=1))
    if until == WorkStatus.ACCEPTED:
        drawing(made, at=moment + timedelta(days=2))
        services.accept_work(work_id=made.pk, by=SYSTEM, at=moment + timedelta(days=3))
    made.refresh_from_db()
    return made


def utdf_of(of: Junction, *, int_id: int = 0) -> str:
    """A UTDF file of one junction with equal greens."""
    assert of.layout is not None
    layout = of.layout.layout
    steps = tuple(PlanStep(stage, 30.0, 5.0) for stage in range(len(layout.stages)))
    bounds = {f"{arm.name}_in": utdf.ARMS[int(arm)] for arm in layout.arms}
    told = describe(
        junction_of(layout, of.code), Plan(of.code, steps), bounds, int_id=int_id or of.pk,
        name=of.code,
    )  # fmt: skip
    return utdf.write((told,))
