"""What is due by when: arisen, met, missed, withdrawn, and put before people in time."""

from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from luchang.apps.subjects import policies
from luchang.apps.subjects.models import (
    DAYS,
    DAYS_OF_VEHICLE,
    LARGE_COACH_SEATS,
    Duty,
    Elimination,
    Inspection,
    KeyDriver,
    KeyVehicle,
)
from luchang.apps.subjects.services import keeping
from luchang.apps.subjects.services.refusals import Refused
from luchang.apps.subjects.states import (
    VEHICLE,
    Deed,
    DutyKind,
    DutyStatus,
    EliminationReason,
    InspectionResult,
    VehicleStatus,
)
from luchang.kernel.clock import SHANGHAI, local
from luchang.kernel.identity.actors import SYSTEM, Actor
from luchang.kernel.records import deadlines, todos
from luchang.kernel.records.moves import begin

TODO = "subjects.duty"
WHAT = gettext_lazy("办理日期")


@transaction.atomic
def set_vehicle_day(
    *, vehicle_id: int, kind: DutyKind, due_on: date | None, by: Actor, at: datetime
) -> KeyVehicle:
    """Write down by when it is due; a duty of another day is withdrawn as never owed.

    Raises:
        Refused: it has left the register, or what was due that day is settled already.
    """
    row = keeping.standing(KeyVehicle, vehicle_id, by=by)
    set_day(row, kind, due_on, by=by, at=at)
    return row


@transaction.atomic
def set_driver_day(
    *, driver_id: int, kind: DutyKind, due_on: date | None, by: Actor, at: datetime
) -> KeyDriver:
    """The same for a driver."""
    row = keeping.standing(KeyDriver, driver_id, by=by)
    set_day(row, kind, due_on, by=by, at=at)
    return row


@transaction.atomic
def record_inspection(
    *,
    vehicle_id: int,
    done_on: date,
    result: InspectionResult,
    by: Actor,
    at: datetime,
    next_due_on: date | None = None,
    agency: str = "",
) -> Inspection:
    """A vehicle was inspected; one that passed has met what was due and is due again.

    Raises:
        Refused: a day still to come, no next day for one that passed, or told before.
    """
    row = keeping.standing(KeyVehicle, vehicle_id, by=by)
    keeping.check_not_ahead(done_on, WHAT, at=at)
    passed = result != InspectionResult.FAILED
    if passed and next_due_on is None:
        raise Refused("next_due_missing")
    if next_due_on is not None and next_due_on <= done_on:
        raise Refused("next_due_not_after")
    duty = _open(row, DutyKind.INSPECTION)
    with keeping.refusing({"inspection_once": ("inspected_already", {})}):
        made = Inspection.objects.create(
            vehicle=row,
            duty=duty,
            done_on=done_on,
            result=result,
            next_due_on=next_due_on if passed else None,
            agency=agency.strip(),
            recorded_by=by.name,
        )
    if passed:
        _meet(row, duty, done_on, DutyKind.INSPECTION, next_due_on, by=by, at=at)
    return made


@transaction.atomic
def meet_driver_duty(
    *,
    driver_id: int,
    kind: DutyKind,
    done_on: date,
    by: Actor,
    at: datetime,
    next_due_on: date | None = None,
) -> KeyDriver:
    """A licence was renewed or reviewed; it is due again by the next day, if there is one.

    Raises:
        Refused: nothing of the kind was due, or the days are reversed or still to come.
    """
    row = keeping.standing(KeyDriver, driver_id, by=by)
    keeping.check_not_ahead(done_on, WHAT, at=at)
    if next_due_on is not None and next_due_on <= done_on:
        raise Refused("next_due_not_after")
    duty = _open(row, kind)
    if duty is None:
        raise Refused("no_such_duty", subject=row, kind=kind.label)
    _meet(row, duty, done_on, kind, next_due_on, by=by, at=at)
    return row


@transaction.atomic
def eliminate_vehicle(  # noqa: PLR0913 - each is named at the call
    *,
    vehicle_id: int,
    reason: EliminationReason,
    done_on: date,
    by: Actor,
    at: datetime,
    document_number: str = "",
    note: str = "",
    source: str = "",
) -> Elimination:
    """A vehicle left the road for good: scrapped because it was due, or taken out before.

    What was due for scrapping is met only by scrapping; what was overdue stays counted.

    Raises:
        Refused: a day still to come, or a coach of fewer than 57 seats named as one of more.
        IllegalTransition: it has left the register already.
    """
    row = keeping.locked(KeyVehicle, vehicle_id, by=by)
    keeping.check_not_ahead(done_on, WHAT, at=at)
    if reason == EliminationReason.LARGE_COACH and (row.seats or 0) < LARGE_COACH_SEATS:
        raise Refused("too_few_seats", seats=row.seats or 0)
    is_scrapped = reason == EliminationReason.DUE_FOR_SCRAPPING
    status = VehicleStatus.SCRAPPED if is_scrapped else VehicleStatus.ELIMINATED
    row.become(VEHICLE, status, by=by, at=at, reason=str(reason.label))
    made = Elimination.objects.create(
        vehicle=row,
        organisation=row.organisation,
        reason=reason,
        done_on=done_on,
        document_number=document_number.strip(),
        note=note.strip(),
        done_by=by.name,
        source=source,
    )
    met = {DutyKind.SCRAPPING} if is_scrapped else set()
    settle(row, gone_on=done_on, by=by, at=at, reason=str(reason.label), met=met)
    return made


def set_day(
    row: KeyVehicle | KeyDriver, kind: DutyKind, due_on: date | None, *, by: Actor, at: datetime
) -> None:
    """The due day of an entry the caller holds, and the duty that goes with it."""
    duty = _open(row, kind)
    if due_on == (duty.due_on if duty else None):
        return
    if duty is not None:
        end(duty, DutyStatus.WITHDRAWN, by=by, at=at, reason=_("到期日更正"))
    if due_on is not None:
        _arise(row, kind, due_on, by=by, at=at)
    row.set_day(DAYS[kind], due_on)
    keeping.record(row, Deed.SET_DUE, by=by, at=at, kind=kind.value, due_on=str(due_on or ""))


def settle(
    row: KeyVehicle | KeyDriver,
    *,
    gone_on: date,
    by: Actor,
    at: datetime,
    reason: str,
    met: set[DutyKind] | None = None,
) -> None:
    """End what is due of an entry that leaves: met, missed if it was overdue, else not owed."""
    for duty in row.duties.open().select_for_update(of=("self",)):
        kind = DutyKind(duty.kind)
        if kind in (met or set()):
            end(duty, DutyStatus.MET, by=by, at=at, met_on=gone_on, reason=reason)
        elif duty.due_on < gone_on:
            end(duty, DutyStatus.MISSED, by=by, at=at, reason=reason)
        else:
            end(duty, DutyStatus.WITHDRAWN, by=by, at=at, reason=reason)
        row.set_day(DAYS[kind], None)


def hand_over(row: KeyVehicle | KeyDriver, *, by: Actor, at: datetime) -> None:
    """Whoever answers for the entry answers for what is due; he is told by the next sweep."""
    for duty in row.duties.open().select_for_update(of=("self",)):
        duty.hand_over(row.organisation)
        deadlines.withdraw(subject=duty, code=policies.URGING, at=at)
        todos.withdraw(kind=TODO, subject=duty, by=by, at=at)


def urge_due(*, at: datetime, at_most: int = 500) -> int:
    """Put what is due soon before those who answer for it; how many. Each in its own commit."""
    today = local(at).date()
    lead = deadlines.rule_for(code=policies.URGING, on=today).amount
    urged = 0
    while urged < at_most and _urge_next(today, lead, at=at):
        urged += 1
    return urged


@transaction.atomic
def _urge_next(today: date, lead: int, *, at: datetime) -> bool:
    duty = (
        Duty.objects.to_urge(until=today + timedelta(days=lead))
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("vehicle", "driver", "organisation")
        .order_by("due_on", "pk")
        .first()
    )
    if duty is None:
        return False
    title = _("%(subject)s %(kind)s于%(day)s到期") % {
        "subject": duty.subject,
        "kind": duty.get_kind_display(),
        "day": duty.due_on,
    }
    begun = datetime.combine(duty.due_on - timedelta(days=lead), time.min, SHANGHAI)
    clock = deadlines.start(
        subject=duty,
        code=policies.URGING,
        title=title,
        organisation_id=duty.organisation_id,
        since=begun,
        url=address_of(duty),
        at=at,
    )
    todos.assign(
        kind=TODO,
        subject=duty,
        title=title,
        organisation_id=duty.organisation_id,
        permission=policies.MANAGE,
        url=address_of(duty),
        due_at=clock.due_at,
        warn_at=clock.warn_at,
        by=SYSTEM,
        at=at,
    )
    duty.be_urged(at=at)
    return True


def address_of(duty: Duty) -> str:
    """The page of the vehicle or the driver it is due for."""
    if duty.vehicle_id:
        return f"/subjects/vehicles/{duty.vehicle_id}"
    return f"/subjects/drivers/{duty.driver_id}"


def _open(row: KeyVehicle | KeyDriver, kind: DutyKind) -> Duty | None:
    found: Duty | None = (
        row.duties.open().filter(kind=kind).select_for_update(of=("self",)).first()
    )
    return found


def _arise(
    row: KeyVehicle | KeyDriver, kind: DutyKind, due_on: date, *, by: Actor, at: datetime
) -> Duty:
    vehicle = row if isinstance(row, KeyVehicle) else None
    duty = Duty(
        kind=kind,
        vehicle=vehicle,
        driver=row if isinstance(row, KeyDriver) else None,
        organisation=row.organisation,
        group_rule=vehicle.group_rule if vehicle else None,
        due_on=due_on,
    )
    named = {"subject": row, "kind": kind.label}
    side = "vehicle" if kind in DAYS_OF_VEHICLE else "driver"
    with keeping.refusing({f"duty_of_{side}_once_a_day": ("due_already", named)}):
        duty.arise()
    begin(duty, by=by, at=at)
    return duty


def _meet(
    row: KeyVehicle | KeyDriver,
    duty: Duty | None,
    done_on: date,
    kind: DutyKind,
    next_due_on: date | None,
    *,
    by: Actor,
    at: datetime,
) -> None:
    if duty is not None:
        end(duty, DutyStatus.MET, by=by, at=at, met_on=done_on)
    if next_due_on is not None:
        _arise(row, kind, next_due_on, by=by, at=at)
    row.set_day(DAYS[kind], next_due_on)


def end(
    duty: Duty,
    status: DutyStatus,
    *,
    by: Actor,
    at: datetime,
    met_on: date | None = None,
    reason: str = "",
) -> None:
    """End it, and its clock and to-do with it."""
    duty.end(status, by=by, at=at, met_on=met_on, reason=reason)
    if status == DutyStatus.WITHDRAWN:
        deadlines.withdraw(subject=duty, code=policies.URGING, at=at)
        todos.withdraw(kind=TODO, subject=duty, by=by, at=at, note=reason)
    else:
        deadlines.stop(subject=duty, code=policies.URGING, at=at)
        todos.done(kind=TODO, subject=duty, by=by, at=at, note=reason)
