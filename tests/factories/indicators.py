"""A season of records, strewn at random over units, days and states, for figures to be made of.

The rows are put into the tables as they are: what counts here is that every state, missing time
and odd order of times occurs, not how a service would have come to it.
"""

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pgtrigger

from luchang.apps.dispatch.models import Call, Dispatch, Incident
from luchang.apps.dispatch.states import (
    AreaClass,
    CallLink,
    CallStatus,
    DispatchReason,
    DispatchStatus,
    Grade,
    IncidentStatus,
)
from luchang.apps.facilities.models import Facility, WorkOrder
from luchang.apps.facilities.states import FacilityKind, OrderStatus, WorkKind
from luchang.apps.force.models import Officer, Shift, ShiftMember, Unit, Vehicle
from luchang.apps.force.states import OfficerKind, ShiftStatus, UnitKind, VehicleKind
from luchang.apps.passages.models import CameraVolume
from luchang.apps.passages.services.clones import confirm_clone
from luchang.apps.passages.states import CountQuality
from luchang.apps.risk.models import (
    Exposure,
    Hazard,
    Interview,
    Interviewee,
    ListVersion,
    MayorsEntry,
    RiskList,
    SupervisedListing,
)
from luchang.apps.risk.states.hazards import HANDED, HazardStatus, SubjectKind
from luchang.apps.risk.states.instruments import (
    Channel,
    ExposedKind,
    ExposureStatus,
    InterviewStatus,
    TargetKind,
)
from luchang.apps.signals.models import Candidate, Junction, LayoutVersion, Reorganisation, Study
from luchang.apps.signals.states import StudySource, WorkStatus
from luchang.apps.signals.states import StudyStatus as S
from luchang.apps.signals.states import WorkKind as SignalWork
from luchang.kernel.identity.actors import SYSTEM
from luchang.kernel.identity.models import Organisation
from tests.factories import clones
from tests.factories.counts import link, timed
from tests.factories.identity import LONG_AGO, organisation
from tests.factories.strewn_subjects import strew

START = datetime(2025, 12, 20, tzinfo=UTC)
DAYS = 90
CATEGORIES = ("11", "12", "13", "21", "51", "61")


@dataclass(frozen=True)
class Season:
    """What was made, to ask about."""

    city: Organisation
    brigades: tuple[Organisation, ...]


def season(*, seed: int = 1, size: int = 150, until: datetime | None = None) -> Season:
    """Records of ninety days in a city of three brigades, the last of them `until`."""
    start = until - timedelta(days=DAYS) if until else START
    rng = random.Random(seed)
    city = organisation()
    brigades = tuple(organisation(parent=city) for _ in range(3))
    units = [unit for place in brigades for unit in _units(place)]
    _incidents(rng, brigades, size, start)
    _calls(rng, brigades, size, start)
    _orders(rng, units)
    _shifts(rng, units, start)
    _interviews(rng, brigades, start)
    _exposures(rng, brigades, start)
    _facilities(rng, brigades, size, start)
    strew(rng, brigades, size=size // 5, start=start, days=DAYS)
    _hazards(rng, brigades, size, start)
    _signals(rng, brigades, size, start)
    _passages(rng, brigades, size, start)
    return Season(city, brigades)


def _moment(rng: random.Random, start: datetime) -> datetime:
    """Often exactly at a midnight in Shanghai, where periods meet."""
    day = start + timedelta(days=rng.randrange(DAYS))
    if rng.random() < 0.2:
        return day.replace(hour=16, minute=0, second=0, microsecond=0)
    return day + timedelta(seconds=rng.randrange(86_400))


def _later(rng: random.Random, at: datetime, *, odd: float = 0.1) -> datetime | None:
    """Some time after; sometimes never, and sometimes before, as by a wrong clock."""
    if rng.random() < 0.2:
        return None
    seconds = rng.randrange(1, 4_000)
    return (
        at - timedelta(seconds=seconds) if rng.random() < odd else at + timedelta(seconds=seconds)
    )


def _units(place: Organisation) -> list[Unit]:
    return [
        Unit.objects.create(
            call_sign=f"F{place.pk}-{number}",
            kind=UnitKind.CAR_PATROL,
            organisation=place,
            home_longitude=113.1,
            home_latitude=27.8,
        )
        for number in range(3)
    ]


def _incidents(
    rng: random.Random, places: tuple[Organisation, ...], size: int, start: datetime
) -> None:
    made = []
    for number in range(size):
        received, category = _moment(rng, start), rng.choice(CATEGORIES)
        status = rng.choice(
            [
                IncidentStatus.OPEN,
                IncidentStatus.DISPATCHED,
                IncidentStatus.CLOSED,
                IncidentStatus.CLOSED,
                IncidentStatus.CANCELLED,
            ]
        )
        made.append(
            Incident(
                number=f"F{number:06d}",
                organisation=rng.choice(places),
                status=status,
                grade=rng.choice(Grade.values),
                initial_category=category,
                category=category,
                area_class=rng.choice(AreaClass.values),
                address="长江路",
                injured=rng.choice([None, None, 0, 1, 3]),
                received_at=received,
                dispatched_at=_later(rng, received),
                arrived_at=_later(rng, received),
                feedback_at=_later(rng, received),
                closed_at=received + timedelta(hours=3) if status == "CLOSED" else None,
            )
        )
    Incident.objects.bulk_create(made)


def _calls(
    rng: random.Random, places: tuple[Organisation, ...], size: int, start: datetime
) -> None:
    incidents = list(Incident.objects.all())
    made = []
    for number in range(size):
        queued = _moment(rng, start)
        status = rng.choice(list(CallStatus))
        belongs = status in {CallStatus.REGISTERED, CallStatus.LINKED}
        unanswered = status in {CallStatus.RINGING, CallStatus.MISSED}
        made.append(
            Call(
                number=f"FC{number:06d}",
                organisation=rng.choice(places),
                status=status,
                link=rng.choice(CallLink.values) if status == CallStatus.LINKED else "",
                incident=rng.choice(incidents) if belongs else None,
                queued_at=queued,
                answered_at=None if unanswered else queued + timedelta(seconds=rng.randrange(90)),
            )
        )
    Call.objects.bulk_create(made)


def _orders(rng: random.Random, units: list[Unit]) -> None:
    made = []
    for number, incident in enumerate(Incident.objects.all()):
        sent = incident.received_at + timedelta(seconds=rng.randrange(600))
        status = rng.choice(
            [DispatchStatus.FINISHED, DispatchStatus.FINISHED, DispatchStatus.CANCELLED]
        )
        unit, is_dead = rng.choice(units), status == DispatchStatus.CANCELLED
        signed = sent + timedelta(seconds=rng.randrange(300))
        arrived = signed + timedelta(seconds=rng.randrange(-60, 1_800))
        made.append(
            Dispatch(
                number=f"FD{number:06d}",
                incident=incident,
                original_incident=incident,
                organisation=unit.organisation,
                status=status,
                unit=unit,
                target_name=unit.call_sign,
                reason=rng.choice([DispatchReason.FIRST, DispatchReason.REINFORCEMENT]),
                sent_at=sent,
                sign_due_at=rng.choice([None, sent + timedelta(seconds=120)]),
                signed_at=None if is_dead else signed,
                arrive_due_at=rng.choice([None, signed + timedelta(seconds=900)]),
                arrived_at=None if is_dead else arrived,
                ended_at=sent + timedelta(hours=1),
                end_reason="误派" if is_dead else "",
            )
        )
    Dispatch.objects.bulk_create(made)


def _shifts(rng: random.Random, units: list[Unit], start: datetime) -> None:
    for unit in units:
        car = Vehicle.objects.create(
            plate=f"F{unit.pk}", kind=VehicleKind.CAR, organisation=unit.organisation
        )
        crew = _officers(unit)
        begins = start
        while begins < start + timedelta(days=DAYS - 1):
            begins += timedelta(hours=rng.randrange(24, 120))
            _shift(rng, unit, rng.choice([None, car]), crew, begins)


def _officers(unit: Unit) -> list[Officer]:
    return [
        Officer.objects.create(
            badge=f"F{unit.pk:06d}{number}",
            name="警员",
            kind=OfficerKind.OFFICER,
            organisation=unit.organisation,
            joined_at=LONG_AGO,
        )
        for number in range(2)
    ]


def _shift(
    rng: random.Random, unit: Unit, car: Vehicle | None, crew: list[Officer], begins: datetime
) -> None:
    status = rng.choice([ShiftStatus.ENDED, ShiftStatus.ENDED, ShiftStatus.CANCELLED])
    is_real = status == ShiftStatus.ENDED
    late = timedelta(minutes=rng.choice([0, 4, 5, 6, 30]))
    shift = Shift.objects.create(
        unit=unit,
        vehicle=car,
        organisation=unit.organisation,
        status=status,
        starts_at=begins,
        ends_at=begins + timedelta(hours=8),
        signed_on_at=begins + late if is_real else None,
        signed_off_at=begins + timedelta(hours=8) if is_real else None,
    )
    for officer in rng.sample(crew, rng.randrange(1, 3)):
        ShiftMember.objects.create(
            shift=shift,
            officer=officer,
            starts_at=shift.starts_at,
            ends_at=shift.ends_at,
            cancelled=not is_real,
        )


def _interviews(rng: random.Random, places: tuple[Organisation, ...], start: datetime) -> None:
    """Some enterprises are called twice, some interviews are never held."""
    for number in range(20):
        planned = _moment(rng, start)
        status = rng.choice(list(InterviewStatus))
        is_held = status not in {InterviewStatus.PLANNED, InterviewStatus.CANCELLED}
        made = Interview.objects.create(
            number=f"FY{number:06d}",
            title="约谈",
            reason="演示",
            organisation=rng.choice(places),
            planned_at=planned,
            held_at=planned if is_held else None,
            chaired_by="演示主谈人",
            minutes="已通报" if is_held else "",
            status=status,
        )
        for name in rng.sample(range(12), rng.randrange(1, 4)):
            Interviewee.objects.create(
                interview=made, kind=rng.choice(TargetKind.values), name=f"演示企业{name}"
            )


def _exposures(rng: random.Random, places: tuple[Organisation, ...], start: datetime) -> None:
    """In every state; some were public and are withdrawn."""
    for number in range(40):
        drafted = _moment(rng, start)
        status = rng.choice(list(ExposureStatus))
        is_public = status in {ExposureStatus.PUBLISHED, ExposureStatus.ENDED} or (
            status == ExposureStatus.WITHDRAWN and rng.random() < 0.5
        )
        Exposure.objects.create(
            number=f"FB{number:06d}",
            kind=rng.choice(ExposedKind.values),
            target_name=f"演示对象{number}",
            organisation=rng.choice(places),
            facts="演示",
            legal_basis="演示",
            channel=Channel.WEBSITE,
            starts_on=drafted.date(),
            ends_on=drafted.date(),
            status=status,
            author_name="演示拟稿人",
            drafted_at=drafted,
            approved_by_name="演示审批人" if is_public else "",
            published_at=drafted if is_public else None,
            published_text="演示" if is_public else "",
            withdrawal_reason="更正" if status == ExposureStatus.WITHDRAWN else "",
        )


def _facilities(
    rng: random.Random, places: tuple[Organisation, ...], size: int, start: datetime
) -> None:
    for number in range(size // 2):
        place, reported = rng.choice(places), _moment(rng, start)
        facility = Facility.objects.create(
            number=f"F{number:06d}",
            kind=rng.choice(FacilityKind.values),
            name="设施",
            place="长江路",
            longitude=113.1,
            latitude=27.8,
            organisation=place,
            quantity=20,
            status="IN_USE",
        )
        status = rng.choice(OrderStatus.values)
        accepted = _later(rng, reported, odd=0) or reported
        WorkOrder.objects.create(
            number=f"F{number:06d}",
            facility=facility,
            kind=rng.choice(WorkKind.values),
            organisation=place,
            quantity=rng.randrange(1, 9),
            description="施工",
            status=status,
            reported_at=reported,
            accepted_at=accepted if status == OrderStatus.ACCEPTED else None,
        )


def _hazards(
    rng: random.Random, places: tuple[Organisation, ...], size: int, start: datetime
) -> None:
    """In every state, handed from one brigade to another, late and in time."""
    versions = [_survey(number, places[0], start) for number in range(3)]
    for number in range(size // 2):
        place, found = rng.choice(places), _moment(rng, start)
        receiver = rng.choice([each for each in places if each != place])
        hazard = _hazard(rng, f"F{number:06d}", rng.choice(versions), place, receiver, found)
        if hazard.receiver and rng.random() < 0.2:
            MayorsEntry.objects.create(
                month=found.date().replace(day=1), hazard=hazard, organisation=place,
                receiver=receiver, status=HazardStatus.SIGNED, due_at=found, days_overdue=8,
                made_at=found,
            )  # fmt: skip
        if rng.random() < 0.2:
            SupervisedListing.objects.create(
                hazard=hazard, organisation=place, grade="1", basis="演示", listed_at=found
            )


def _survey(number: int, owner: Organisation, start: datetime) -> ListVersion:
    made = RiskList.objects.create(
        code=f"f{number}", name=f"清单{number}", name_en=f"List {number}",
        subject=SubjectKind.ROAD, organisation=owner,
    )  # fmt: skip
    closed = start + timedelta(days=30) if number == 0 else None
    return ListVersion.objects.create(
        risk_list=made, campaign="演示", year=2026, opened_at=start, closed_at=closed
    )


def _hazard(
    rng: random.Random,
    number: str,
    version: ListVersion,
    place: Organisation,
    receiver: Organisation,
    found: datetime,
) -> Hazard:
    status = rng.choice(list(HazardStatus))
    handed = (_later(rng, found, odd=0) or found) if status in HANDED else None
    shown = status in {HazardStatus.SUBMITTED, HazardStatus.ACCEPTED, HazardStatus.STRUCK_OFF}
    over = status in {HazardStatus.ACCEPTED, HazardStatus.STRUCK_OFF}
    return Hazard.objects.create(
        number=number, version=version, first_version=version, category="5",
        severity=rng.choice("12"), title="演示", description="演示", organisation=place,
        receiver=receiver if handed else None, status=status, found_at=found,
        document_number="演示1号" if handed else "", plan="演示" if shown else "",
        handed_over_at=handed, signed_at=handed, due_at=_moment(rng, found) if handed else None,
        submitted_at=_moment(rng, found) if shown else None,
        accepted_at=found if over else None,
        struck_off_at=_moment(rng, found) if status == HazardStatus.STRUCK_OFF else None,
        times_reopened=rng.randrange(2),
    )  # fmt: skip


def _signals(
    rng: random.Random, places: tuple[Organisation, ...], size: int, start: datetime
) -> None:
    """Junctions of which some were timed, or rearranged, more than once."""
    junctions = [
        Junction.objects.create(
            code=f"F{number:06d}",
            name="路口",
            grade="11",
            longitude=113.1,
            latitude=27.8,
            organisation=rng.choice(places),
        )
        for number in range(size // 10)
    ]
    for number in range(size // 4):
        junction, reported = rng.choice(junctions), _moment(rng, start)
        accepted = _later(rng, reported, odd=0) or reported
        open_ones = [S.OPEN, S.COUNTED, S.COMPUTED, S.PROVEN, S.REJECTED, S.CANCELLED]
        Study.objects.create(
            number=f"F{number:06d}",
            junction=junction,
            organisation=junction.organisation,
            origin=rng.choice(StudySource.values),
            description="排队",
            begins_min=420,
            ends_min=540,
            status=rng.choice(open_ones),
            reported_at=reported,
        )
        status = rng.choice(WorkStatus.values)
        Reorganisation.objects.create(
            number=f"F{number:06d}",
            junction=junction,
            organisation=junction.organisation,
            kind=rng.choice(SignalWork.values),
            description="渠化",
            status=status,
            planned_at=reported,
            built_at=accepted,
            accepted_at=accepted if status == WorkStatus.ACCEPTED else None,
        )
    _accepted_studies(rng, junctions, size, start)


def _accepted_studies(
    rng: random.Random, junctions: list[Junction], size: int, start: datetime
) -> None:
    for number in range(size // 4):
        junction, reported = rng.choice(junctions), _moment(rng, start)
        row = Study.objects.create(
            number=f"G{number:06d}",
            junction=junction,
            organisation=junction.organisation,
            origin=rng.choice(StudySource.values),
            description="排队",
            begins_min=420,
            ends_min=540,
            reported_at=reported,
        )
        layout = LayoutVersion.objects.create(
            junction=junction, version=number + 1, content={}, digest="0", origin="FORM",
            reason="演示", at=reported,
        )  # fmt: skip
        chosen = Candidate.objects.create(
            study=row, ordinal=1, method="webster", content={"steps": []}, digest="0",
            layout=layout, input_digest="0", version="1", at=reported,
        )  # fmt: skip
        with pgtrigger.ignore("signals.Study:status_follows_table"):
            Study.objects.filter(pk=row.pk).update(
                status=S.ACCEPTED,
                accepted_at=_later(rng, reported, odd=0) or reported,
                approved_at=reported,
                approved_digest="0",
                chosen=chosen,
            )


def _passages(
    rng: random.Random, places: tuple[Organisation, ...], size: int, start: datetime
) -> None:
    """Volumes, some of them estimated, and link times from free to hardly moving."""
    links = [link(at=place) for place in places]
    begun = {
        _moment(rng, start).replace(second=0, minute=15 * rng.randrange(4)) for _ in range(size)
    }
    for at in sorted(begun):
        on = rng.choice(links)
        guess = {"usual": 40.0, "ratio": 0.5} if rng.random() < 0.2 else {}
        CameraVolume.objects.create(
            camera=on.start,
            begins_at=at,
            vehicles=rng.randrange(80),
            quality=CountQuality.ESTIMATED if guess else CountQuality.MEASURED,
            **guess,
        )
        median_s = rng.choice([40.0, 60.0, 119.0, 120.0, 121.0, 300.0])
        timed(on, at=at, median_s=median_s, vehicles=rng.randrange(1, 40))
    for _ in range(size // 2):
        row = clones.suspect(at=rng.choice(places), found_at=_moment(rng, start))
        if rng.random() < 0.5:
            confirm_clone(
                suspect_id=row.pk, reason="两车颜色不同", by=SYSTEM, at=_moment(rng, start)
            )
