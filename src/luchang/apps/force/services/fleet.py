"""Vehicles and units."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from luchang.apps.force import policies
from luchang.apps.force.models import ACTIVE, Shift, Unit, Vehicle
from luchang.apps.force.services.refusals import UnitRefused, VehicleRefused
from luchang.apps.force.states import Deed, UnitKind, VehicleKind
from luchang.core.common.identifiers import Invalid, check_plate
from luchang.kernel.audit import services as audit
from luchang.kernel.audit.states import Action
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.models import Organisation


@transaction.atomic
def register_vehicle(
    *,
    plate: str,
    kind: VehicleKind,
    organisation: Organisation,
    seats: int,
    by: Actor,
    at: datetime,
) -> Vehicle:
    """Take a vehicle into the fleet of an organisation.

    Raises:
        Forbidden: `by` does not manage that organisation.
        VehicleRefused: the plate is malformed or taken, or the organisation is closed.
    """
    policies.check_can_manage(by, organisation)
    _check_open(organisation)
    vehicle = Vehicle(plate=_plate(plate), kind=kind, organisation=organisation, seats=seats)
    try:
        vehicle.register()
    except ValidationError as wrong:
        raise VehicleRefused("malformed", why="; ".join(wrong.messages)) from wrong
    except IntegrityError as clash:
        raise VehicleRefused("plate_taken", plate=vehicle.plate) from clash
    audit.record(
        by=by, action=Action.CREATE, subject="force.vehicle", subject_id=vehicle.pk, at=at
    )
    return vehicle


@transaction.atomic
def correct_vehicle(
    *, vehicle_id: int, kind: VehicleKind, seats: int, by: Actor, at: datetime
) -> Vehicle:
    """Write down what a vehicle really is.

    Raises:
        VehicleRefused: it is out of use, or the seats cannot be.
    """
    vehicle = _in_use(vehicle_id, by=by)
    try:
        vehicle.correct(kind=kind, seats=seats)
    except ValidationError as wrong:
        raise VehicleRefused("malformed", why="; ".join(wrong.messages)) from wrong
    _record("force.vehicle", vehicle.pk, Deed.CORRECT, by=by, at=at)
    return vehicle


@transaction.atomic
def transfer_vehicle(
    *, vehicle_id: int, organisation: Organisation, by: Actor, at: datetime
) -> Vehicle:
    """Move a vehicle to another organisation; both must be managed by `by`.

    Raises:
        VehicleRefused: it is out of use, the organisation is closed, or a shift is still ahead
            of it.
    """
    vehicle = _in_use(vehicle_id, by=by)
    policies.check_can_manage(by, organisation)
    _check_open(organisation)
    if shift := _ahead(Shift.objects.filter(vehicle=vehicle)):
        raise VehicleRefused("still_planned", shift=shift)
    vehicle.transfer(organisation)
    what = organisation.short_name
    _record("force.vehicle", vehicle.pk, Deed.TRANSFER, by=by, at=at, what=what)
    return vehicle


@transaction.atomic
def retire_vehicle(*, vehicle_id: int, by: Actor, at: datetime) -> Vehicle:
    """Take a vehicle out of use; its past shifts stay.

    Raises:
        VehicleRefused: it is out of use already, or a shift is still ahead of it.
    """
    vehicle = _in_use(vehicle_id, by=by)
    if shift := _ahead(Shift.objects.filter(vehicle=vehicle)):
        raise VehicleRefused("still_planned", shift=shift)
    vehicle.retire(at=at)
    _record("force.vehicle", vehicle.pk, Deed.RETIRE, by=by, at=at)
    return vehicle


@transaction.atomic
def form_unit(
    *,
    call_sign: str,
    kind: UnitKind,
    organisation: Organisation,
    longitude: float,
    latitude: float,
    by: Actor,
    at: datetime,
) -> Unit:
    """Form a patrol unit that stands at a place when it has nothing to do [degrees, WGS-84].

    Raises:
        Forbidden: `by` does not manage that organisation.
        UnitRefused: the call sign is taken, or the place lies off the globe.
    """
    policies.check_can_manage(by, organisation)
    unit = Unit(
        call_sign=call_sign,
        kind=kind,
        organisation=organisation,
        home_longitude=longitude,
        home_latitude=latitude,
    )
    try:
        unit.form()
    except ValidationError as wrong:
        raise UnitRefused("malformed", why="; ".join(wrong.messages)) from wrong
    audit.record(by=by, action=Action.CREATE, subject="force.unit", subject_id=unit.pk, at=at)
    return unit


@transaction.atomic
def disband_unit(*, unit_id: int, by: Actor, at: datetime) -> Unit:
    """A unit is no longer manned; its history stays.

    Raises:
        UnitRefused: it is disbanded already, or a shift is still ahead of it.
    """
    unit = (
        Unit.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=unit_id)
    )
    policies.check_can_manage(by, unit.organisation)
    if unit.disbanded_at is not None:
        raise UnitRefused("already_disbanded", unit=unit)
    if shift := _ahead(Shift.objects.filter(unit=unit)):
        raise UnitRefused("still_planned", shift=shift)
    unit.disband(at=at)
    _record("force.unit", unit.pk, Deed.DISBAND, by=by, at=at)
    return unit


def written_plate(text: str) -> str:
    """A plate as it is kept, `湘B·D0001`, however it was typed.

    Raises:
        Invalid: no plate reads like that.
    """
    plate = check_plate(text)
    return f"{plate[:2]}·{plate[2:]}"


def _plate(text: str) -> str:
    try:
        return written_plate(text)
    except Invalid as wrong:
        raise VehicleRefused("plate_malformed", plate=text) from wrong


def _in_use(vehicle_id: int, *, by: Actor) -> Vehicle:
    vehicle = (
        Vehicle.objects.select_for_update(of=("self",))
        .select_related("organisation")
        .get(pk=vehicle_id)
    )
    policies.check_can_manage(by, vehicle.organisation)
    if vehicle.retired_at is not None:
        raise VehicleRefused("already_retired", vehicle=vehicle)
    return vehicle


def _check_open(organisation: Organisation) -> None:
    if organisation.closed_at is not None:
        raise VehicleRefused("place_closed", organisation=organisation.short_name)


def _ahead(shifts: "QuerySet[Shift]") -> Shift | None:
    """A shift that is planned or running; what ended does not stand in the way."""
    return shifts.filter(status__in=ACTIVE).select_related("unit").first()


def _record(
    subject: str, key: int, deed: Deed, *, by: Actor, at: datetime, what: str = ""
) -> None:
    audit.record(
        by=by,
        action=Action.CHANGE,
        subject=subject,
        subject_id=key,
        at=at,
        detail={"deed": deed.value, "what": what},
    )
