"""Officers, vehicles, units and shifts, as the routes of the force take them."""

from collections.abc import Callable
from datetime import UTC, datetime

from luchang.apps.force import services
from luchang.kernel.identity.actors import SYSTEM
from luchang.kernel.identity.models import Organisation
from tests.factories import force
from tests.matrix.protocol import Made, Place, Specimen

Make = Callable[[Organisation], Made]


def _officer(at: Organisation) -> Made:
    made = force.officer(at=at)
    return Made(ids={"pk": made.pk}, mark=made.badge)


def _vehicle(at: Organisation) -> Made:
    made = force.vehicle(at=at)
    return Made(ids={"pk": made.pk}, mark=made.plate)


def _unit(at: Organisation) -> Made:
    made = force.unit(at=at)
    return Made(ids={"pk": made.pk}, mark=made.call_sign)


def _shift(at: Organisation) -> Made:
    made = force.shift(of=force.unit(at=at))
    return Made(ids={"pk": made.pk}, mark=made.unit.call_sign)


def _crew(at: Organisation) -> Made:
    made = force.crew_on_duty(of=force.unit(at=at))
    return Made(ids={"pk": made.pk}, form={"readiness": "RESTING"}, mark=made.unit.call_sign)


def _unit_asked_for(at: Organisation) -> Made:
    return Made(query={"unit": force.unit(at=at).pk})


def _ending(at: Organisation) -> Made:
    """A crew on duty whose shift is signed off by the system: still a record of its place."""
    made = force.crew_on_duty(of=force.unit(at=at))
    services.sign_off(shift_id=made.pk, by=SYSTEM, at=datetime.now(UTC))
    return Made(ids={"pk": made.pk})


def _lists(code: str, make: Make) -> list[Specimen]:
    def listed(at: Organisation) -> Made:
        return Made(mark=make(at).mark, query={"size": "200"})

    def sought(at: Organisation) -> Made:
        return Made(mark=make(at).mark, query={"organisation": at.code, "q": ""})

    def exported(at: Organisation) -> Made:
        return Made(mark=make(at).mark, query={"format": "csv"})

    return [
        Specimen(route=f"force.{code}", make=listed, place=Place.LIST),
        Specimen(route=f"force.{code}", make=sought, place=Place.FILTER),
        Specimen(route=f"force.{code}.export", make=exported, place=Place.EXPORT),
        Specimen(route=f"force.{code}.print", make=listed, place=Place.FILE),
    ]


def _on(route: str, make: Make, *methods: str) -> list[Specimen]:
    return [Specimen(route=f"force.{route}", make=make, method=each) for each in methods]


SPECIMENS = [
    *_lists("officers", _officer),
    *_lists("vehicles", _vehicle),
    *_lists("units", _unit),
    *_lists("shifts", _shift),
    Specimen(route="force.duty", make=_crew, place=Place.LIST),
    Specimen(route="force.duty_table", make=_crew, place=Place.LIST),
    *_on("officer", _officer, "GET"),
    *_on("transfer", _officer, "GET", "POST"),
    *_on("qualify", _officer, "GET", "POST"),
    *_on("dismiss", _officer, "POST"),
    *_on("vehicle", _vehicle, "GET"),
    *_on("retire_vehicle", _vehicle, "POST"),
    *_on("unit", _unit, "GET"),
    *_on("disband_unit", _unit, "POST"),
    *_on("shift", _shift, "GET"),
    *_on("sign_on", _shift, "POST"),
    *_on("sign_off", _crew, "POST"),
    *_on("readiness", _crew, "POST"),
    *_on("cancel_shift", _shift, "GET", "POST"),
    *_on("sign_on", _ending, "POST"),
    Specimen(route="force.plan_shift", make=_unit_asked_for, place=Place.PATH),
]
