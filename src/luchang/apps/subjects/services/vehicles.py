"""Key vehicles: registered, corrected, equipped, gone elsewhere and come back."""

import re
from datetime import date, datetime
from typing import NotRequired, TypedDict, Unpack

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from luchang.apps.force import services as force
from luchang.apps.subjects.models import Device, Enterprise, KeyVehicle
from luchang.apps.subjects.services import duties, keeping
from luchang.apps.subjects.services.groups import rule_for
from luchang.apps.subjects.services.refusals import Refused
from luchang.apps.subjects.services.sources import check_enterprise
from luchang.apps.subjects.states import (
    VEHICLE,
    Deed,
    DeviceKind,
    DeviceState,
    DutyKind,
    PlateType,
    Usage,
    VehicleStatus,
)
from luchang.core.common.identifiers import (
    PROVINCE_CHARACTERS,
    Invalid,
    check_vin,
    plain,
)
from luchang.kernel.clock import local
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.models import Organisation

_FARM_PLATE = re.compile(rf"([{PROVINCE_CHARACTERS}][0-9]{{2}})([0-9]{{5}})")
"""Plates of agricultural machinery: province, two digits of the city, five digits."""
OF_FARMS = {PlateType.TRACTOR, PlateType.FORMER_FARM}
GROUPED_BY = {"usage", "vehicle_type", "seats", "total_mass_kg"}


class VehicleFacts(TypedDict):
    """What is known of a vehicle; what is left out stays as it is."""

    plate_type: NotRequired[PlateType]
    plate: NotRequired[str]
    vin: NotRequired[str]
    usage: NotRequired[Usage]
    vehicle_type: NotRequired[str]
    seats: NotRequired[int | None]
    total_mass_kg: NotRequired[int | None]
    enterprise: NotRequired[Enterprise | None]
    note: NotRequired[str]


@transaction.atomic
def register_vehicle(
    *,
    organisation: Organisation,
    by: Actor,
    at: datetime,
    inspection_due_on: date | None = None,
    scrapping_due_on: date | None = None,
    source: str = "",
    **facts: Unpack[VehicleFacts],
) -> KeyVehicle:
    """Take a vehicle onto the register, in its group by the rules of today, with what is due.

    Raises:
        Forbidden: `by` does not manage that organisation.
        Refused: the plate is malformed or on the register, the VIN follows no grammar, or the
            enterprise is not his to see.
    """
    kept = _kept(facts, PlateType(facts["plate_type"]))
    check_enterprise(facts.get("enterprise"), by=by)
    row = KeyVehicle(organisation=organisation, registered_at=at, source=source, **kept)
    row.group_rule = rule_for(row.build, on=local(at).date())
    keeping.enter(row, _clashes(row), by=by, at=at)
    duties.set_day(row, DutyKind.INSPECTION, inspection_due_on, by=by, at=at)
    duties.set_day(row, DutyKind.SCRAPPING, scrapping_due_on, by=by, at=at)
    return row


@transaction.atomic
def correct_vehicle(
    *, vehicle_id: int, by: Actor, at: datetime, **facts: Unpack[VehicleFacts]
) -> KeyVehicle:
    """Write down what is true of a vehicle; what its group is told by moves it to another.

    Raises:
        Refused: it has left the register, or a field is wrong or taken.
    """
    row = keeping.standing(KeyVehicle, vehicle_id, by=by)
    kept = _kept(facts, PlateType(facts.get("plate_type") or row.plate_type))
    check_enterprise(facts.get("enterprise"), by=by, known=row.enterprise_id)
    changed = keeping.correct(row, kept, _clashes(row), by=by, at=at)
    if GROUPED_BY & set(changed):
        row.group_by(rule_for(row.build, on=local(at).date()))
    return row


@transaction.atomic
def hand_over_vehicle(
    *, vehicle_id: int, organisation: Organisation, by: Actor, at: datetime
) -> KeyVehicle:
    """Another unit supervises it, and answers for what is still due; `by` must manage both."""
    row = keeping.standing(KeyVehicle, vehicle_id, by=by)
    keeping.hand_over(row, organisation, by=by, at=at)
    duties.hand_over(row, by=by, at=at)
    return row


@transaction.atomic
def move_away(*, vehicle_id: int, reason: str, by: Actor, at: datetime) -> KeyVehicle:
    """It was transferred out of the city; what was overdue by then stays counted.

    Raises:
        Refused: no reason was given.
        IllegalTransition: it has left the register already.
    """
    row = keeping.locked(KeyVehicle, vehicle_id, by=by)
    if not reason.strip():
        raise Refused("reason_missing")
    row.become(VEHICLE, VehicleStatus.TRANSFERRED, by=by, at=at, reason=reason.strip())
    duties.settle(row, gone_on=local(at).date(), by=by, at=at, reason=reason.strip())
    return row


@transaction.atomic
def take_back(*, vehicle_id: int, reason: str, by: Actor, at: datetime) -> KeyVehicle:
    """It came back to the city; its due days are set anew.

    Raises:
        Refused: no reason, or its plate is on another vehicle by now.
        IllegalTransition: it never left, or left for good.
    """
    row = keeping.locked(KeyVehicle, vehicle_id, by=by)
    if not reason.strip():
        raise Refused("reason_missing")
    with keeping.refusing(_clashes(row)):
        row.become(VEHICLE, VehicleStatus.ACTIVE, by=by, at=at, reason=reason.strip())
    return row


@transaction.atomic
def fit_device(
    *, vehicle_id: int, kind: DeviceKind, serial: str, by: Actor, at: datetime
) -> Device:
    """A device is on board from now on.

    Raises:
        Refused: this very device is known already, or it has no number.
    """
    row = keeping.standing(KeyVehicle, vehicle_id, by=by)
    with keeping.refusing({"device_once": ("device_fitted", {})}):
        made = Device.fit(vehicle=row, kind=kind, serial=serial.strip())
    keeping.record(row, Deed.FIT_DEVICE, by=by, at=at, device=made.pk, kind=kind.value)
    return made


@transaction.atomic
def check_device(
    *, device_id: int, state: DeviceState, checked_on: date, by: Actor, at: datetime
) -> Device:
    """Somebody looked whether it works.

    Raises:
        Refused: it was taken out before, or the day is still to come.
    """
    vehicle_id = Device.objects.values_list("vehicle_id", flat=True).get(pk=device_id)
    row = keeping.standing(KeyVehicle, vehicle_id, by=by)
    device = Device.objects.select_for_update(of=("self",)).get(pk=device_id)
    if device.state == DeviceState.REMOVED:
        raise Refused("device_gone")
    keeping.check_not_ahead(checked_on, _("检查日期"), at=at)
    device.be_checked(state=state, on=checked_on)
    keeping.record(row, Deed.CHECK_DEVICE, by=by, at=at, device=device.pk, state=state.value)
    return device


def written_plate(plate_type: PlateType, text: str) -> str:
    """A plate as it is kept, `湘B·D0001`; agricultural ones as `湘02·12345`.

    Raises:
        Invalid: no plate of that type reads like that.
    """
    if plate_type in OF_FARMS and (farm := _FARM_PLATE.fullmatch(plain(text))):
        return f"{farm[1]}·{farm[2]}"
    return force.written_plate(text)


def _kept(facts: VehicleFacts, plate_type: PlateType) -> VehicleFacts:
    """The facts as they are stored."""
    kept = dict(facts)
    if "plate" in facts:
        try:
            kept["plate"] = written_plate(plate_type, facts["plate"])
        except Invalid as wrong:
            raise Refused("plate_malformed", plate=facts["plate"]) from wrong
    if plain(facts.get("vin") or ""):
        vin = facts["vin"]
        kept["vin"] = keeping.checked(check_vin, vin, "vin_malformed", vin=vin)
    return kept  # type: ignore[return-value]  # the same keys


def _clashes(row: KeyVehicle) -> keeping.Clashes:
    named = {"plate": row.plate, "type": row.get_plate_type_display()}
    return {"key_vehicle_plate_once": ("plate_taken", named)}
