"""Vehicles and units."""

from datetime import datetime

from django.db import transaction

from luchang.apps.force import policies
from luchang.apps.force.models import Unit, Vehicle
from luchang.apps.force.states import UnitKind, VehicleKind
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
    """Take a vehicle into the fleet of an organisation."""
    policies.check_can_manage(by, organisation)
    vehicle = Vehicle.objects.create(
        plate=plate, kind=kind, organisation=organisation, seats=seats
    )
    audit.record(
        by=by, action=Action.CREATE, subject="force.vehicle", subject_id=vehicle.pk, at=at
    )
    return vehicle


@transaction.atomic
def retire_vehicle(*, vehicle_id: int, by: Actor, at: datetime) -> Vehicle:
    """Take a vehicle out of use; its past shifts stay."""
    vehicle = Vehicle.objects.select_related("organisation").get(pk=vehicle_id)
    policies.check_can_manage(by, vehicle.organisation)
    vehicle.retire(at=at)
    audit.record(
        by=by, action=Action.CHANGE, subject="force.vehicle", subject_id=vehicle.pk, at=at
    )
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
    """Form a patrol unit that stands at a place when it has nothing to do [degrees, WGS-84]."""
    policies.check_can_manage(by, organisation)
    unit = Unit.objects.create(
        call_sign=call_sign,
        kind=kind,
        organisation=organisation,
        home_longitude=longitude,
        home_latitude=latitude,
    )
    audit.record(by=by, action=Action.CREATE, subject="force.unit", subject_id=unit.pk, at=at)
    return unit


@transaction.atomic
def disband_unit(*, unit_id: int, by: Actor, at: datetime) -> Unit:
    """A unit is no longer manned; its history stays."""
    unit = Unit.objects.select_related("organisation").get(pk=unit_id)
    policies.check_can_manage(by, unit.organisation)
    unit.disband(at=at)
    audit.record(by=by, action=Action.CHANGE, subject="force.unit", subject_id=unit.pk, at=at)
    return unit
