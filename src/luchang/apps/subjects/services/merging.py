"""Two entries that turn out to be one: all that hangs on the double goes to the survivor.

The double stays as a pointer and is never deleted; every row that moves keeps its history.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from luchang.apps.subjects.models import (
    DAYS,
    Duty,
    Enterprise,
    FreightSource,
    KeyDriver,
    KeyVehicle,
    Relation,
    Subject,
)
from luchang.apps.subjects.services import duties, keeping
from luchang.apps.subjects.services.refusals import Refused
from luchang.apps.subjects.states import (
    DRIVER,
    ENTERPRISE,
    SOURCE,
    VEHICLE,
    Deed,
    DriverStatus,
    DutyKind,
    DutyStatus,
    EnterpriseStatus,
    SourceStatus,
    SubjectKind,
    VehicleStatus,
)
from luchang.kernel.clock import local
from luchang.kernel.identity.actors import Actor
from luchang.kernel.records import comments
from luchang.kernel.records.attachments import services as attachments
from luchang.kernel.records.moves import subject_of
from luchang.kernel.states import TransitionTable


@dataclass(frozen=True)
class _Merging:
    """The deed while it is done."""

    survivor: Any
    double: Any
    by: Actor
    at: datetime

    @property
    def who(self) -> dict[str, Any]:
        return {"by": self.by, "at": self.at}


@dataclass(frozen=True)
class _Way:
    model: type[Subject]
    table: TransitionTable[Any]
    merged: Any
    carry: Callable[[_Merging], None]


@transaction.atomic
def merge(
    *,
    kind: SubjectKind,
    survivor_id: int,
    double_id: int,
    reason: str,
    by: Actor,
    at: datetime,
) -> Subject:
    """Two entries of one kind become one; the survivor is returned.

    Both are locked in the order of their keys, so that two who merge the same pair the other way
    round come one after the other.

    Raises:
        Forbidden: `by` does not manage both.
        Refused: it is one entry, no reason was given, or both hold what only one can have.
        IllegalTransition: the double is a double already.
    """
    way = WAYS[kind]
    if survivor_id == double_id:
        raise Refused("same_entry")
    if not reason.strip():
        raise Refused("reason_missing")
    held = {pk: keeping.locked(way.model, pk, by=by) for pk in sorted({survivor_id, double_id})}
    survivor: Any = held[survivor_id]
    double: Any = held[double_id]
    if survivor.merged_into_id is not None:
        raise Refused("merge_standing", subject=survivor)
    way.table.check(type(way.merged)(double.status), way.merged)
    merging = _Merging(survivor, double, by, at)
    way.carry(merging)
    for earlier in double.doubles.select_for_update(of=("self",)):
        earlier.point_on_to(survivor)
    subject = subject_of(double)
    attachments.move_all(subject=subject, from_id=double.pk, to_id=survivor.pk)
    comments.move_all(double, survivor)
    double.refresh_from_db()
    double.point_to(survivor, way.table, way.merged, by=by, at=at, reason=reason.strip())
    keeping.record(survivor, Deed.MERGE, by=by, at=at, double=double.pk)
    keeping.record(double, Deed.MERGE, by=by, at=at, survivor=survivor.pk)
    survivor.refresh_from_db()
    kept: Subject = survivor
    return kept


def _carry_enterprise(merging: _Merging) -> None:
    survivor, double = merging.survivor, merging.double
    for vehicle in double.vehicles.select_for_update(of=("self",)):
        vehicle.move_to(survivor)
    for source in double.sources.select_for_update(of=("self",)):
        source.correct(enterprise=survivor)
    _carry_relations(double.relations, {"enterprise": survivor})


def _carry_source(merging: _Merging) -> None:
    survivor, double = merging.survivor, merging.double
    is_open = [
        row.listings.filter(rectified_on__isnull=True).exists() for row in (survivor, double)
    ]
    if all(is_open):
        raise Refused("listings_clash")
    for listing in double.listings.select_for_update(of=("self",)):
        listing.move_to(survivor)
    if is_open[1]:
        reason = _("合并自%(name)s") % {"name": double.name}
        survivor.become(SOURCE, SourceStatus.LISTED, **merging.who, reason=reason)


def _carry_vehicle(merging: _Merging) -> None:
    survivor, double = merging.survivor, merging.double
    if gone := getattr(double, "elimination", None):
        code = "both_eliminated" if hasattr(survivor, "elimination") else "eliminated_survives"
        raise Refused(code, subject=gone.vehicle)
    _carry_relations(double.relations, {"vehicle": survivor})
    _carry_duties(merging, {"vehicle": survivor})
    fitted = set(survivor.devices.values_list("kind", "serial"))
    for device in double.devices.select_for_update(of=("self",)):
        if (device.kind, device.serial) not in fitted:
            device.move_to(survivor)
    told = set(survivor.inspections.values_list("done_on", "result"))
    for inspection in double.inspections.select_for_update(of=("self",)):
        if (inspection.done_on, inspection.result) not in told:
            inspection.move_to(survivor)


def _carry_driver(merging: _Merging) -> None:
    survivor, double = merging.survivor, merging.double
    _carry_relations(double.relations, {"driver": survivor})
    _carry_duties(merging, {"driver": survivor})
    for act in double.licence_acts.select_for_update(of=("self",)):
        act.move_to(survivor)


def _carry_relations(rows: "QuerySet[Relation]", side: Mapping[str, Subject]) -> None:
    """Each to the survivor; where that one says the same of overlapping days, one spans both."""
    for row in rows.filter(is_double=False).select_for_update(of=("self",)).order_by("pk"):
        ends = {"driver": row.driver, "vehicle": row.vehicle, "enterprise": row.enterprise}
        same = Relation.objects.real().filter(**{**ends, **side}).exclude(pk=row.pk)
        other = next((each for each in same.order_by("pk") if _overlap(each, row)), None)
        if other is None:
            row.move_to(**side)
            continue
        row.be_double()
        _widen(other, row)


def _widen(kept: Relation, also: Relation) -> None:
    """One span for both, and for whatever else of the same it now meets."""
    starts_on = min(kept.starts_on, also.starts_on)
    ends_on = _later(kept.ends_on, also.ends_on)
    same = {"driver": kept.driver, "vehicle": kept.vehicle, "enterprise": kept.enterprise}
    for each in Relation.objects.real().filter(**same).exclude(pk=kept.pk).order_by("starts_on"):
        if _meets(each, starts_on, ends_on):
            each.be_double()
            starts_on = min(starts_on, each.starts_on)
            ends_on = _later(ends_on, each.ends_on)
    kept.span(starts_on=starts_on, ends_on=ends_on)


def _overlap(one: Relation, other: Relation) -> bool:
    return _meets(one, other.starts_on, other.ends_on)


def _meets(row: Relation, starts_on: date, ends_on: date | None) -> bool:
    begins_before = ends_on is None or row.starts_on < ends_on
    return begins_before and (row.ends_on is None or row.ends_on > starts_on)


def _later(one: date | None, other: date | None) -> date | None:
    """None is for ever."""
    return None if one is None or other is None else max(one, other)


def _carry_duties(merging: _Merging, side: Mapping[str, Any]) -> None:
    """What was due once is owed once: a double of the survivor's is withdrawn, the rest moves."""
    if merging.survivor.status != "ACTIVE" and merging.double.status == "ACTIVE":
        gone_on = _gone_on(merging.survivor) or local(merging.at).date()
        duties.settle(merging.double, gone_on=gone_on, **merging.who, reason=_("合并重复记录"))
    for duty in merging.double.duties.select_for_update(of=("self",)).order_by("due_on", "pk"):
        _carry_duty(duty, merging, side)


def _carry_duty(duty: Duty, merging: _Merging, side: Mapping[str, Any]) -> None:
    survivor = merging.survivor
    if duty.status == DutyStatus.WITHDRAWN:
        duty.move_to(**side)
        return
    kind = DutyKind(duty.kind)
    own = survivor.duties.that_count().filter(kind=kind).select_for_update(of=("self",))
    same_day = own.filter(due_on=duty.due_on).first()
    is_rival = duty.status == DutyStatus.OPEN and own.open().exists()
    if same_day is None and not is_rival:
        duty.move_to(**side)
        if duty.status == DutyStatus.OPEN:
            survivor.set_day(DAYS[kind], duty.due_on)
        return
    if same_day is not None and same_day.status == DutyStatus.OPEN and duty.met_on is not None:
        duties.end(same_day, DutyStatus.MET, **merging.who, met_on=duty.met_on)
        survivor.set_day(DAYS[kind], None)
    duties.end(duty, DutyStatus.WITHDRAWN, **merging.who, reason=_("合并重复记录"))


def _gone_on(row: Any) -> date | None:
    elimination = getattr(row, "elimination", None)
    return elimination.done_on if elimination else None


WAYS: Mapping[SubjectKind, _Way] = {
    SubjectKind.ENTERPRISE: _Way(
        Enterprise, ENTERPRISE, EnterpriseStatus.MERGED, _carry_enterprise
    ),
    SubjectKind.SOURCE: _Way(FreightSource, SOURCE, SourceStatus.MERGED, _carry_source),
    SubjectKind.VEHICLE: _Way(KeyVehicle, VEHICLE, VehicleStatus.MERGED, _carry_vehicle),
    SubjectKind.DRIVER: _Way(KeyDriver, DRIVER, DriverStatus.MERGED, _carry_driver),
}
