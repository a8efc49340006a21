"""Officers, vehicles, units and shifts, as the routes of the force take them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import count

from luchang.apps.force import services
from luchang.apps.force.policies import MANAGE_FORCE, SEE_FORCE
from luchang.kernel.identity.actors import SYSTEM, Actor
from luchang.kernel.identity.models import Organisation
from tests.factories import force, identity
from tests.factories.workbooks import workbook
from tests.matrix.lists import of_list
from tests.matrix.protocol import OWN, WHERE, Made, Make, Place, Specimen, once, own_of

_number = count(1)


@once
def _officer(at: Organisation) -> Made:
    made = force.officer(at=at)
    return Made(ids={"pk": made.pk}, mark=made.badge)


@once
def _vehicle(at: Organisation) -> Made:
    made = force.vehicle(at=at)
    return Made(ids={"pk": made.pk}, mark=made.plate)


@once
def _unit(at: Organisation) -> Made:
    made = force.unit(at=at)
    return Made(ids={"pk": made.pk}, mark=made.call_sign)


@once
def _shift(at: Organisation) -> Made:
    made = force.shift(of=force.unit(at=at))
    return Made(ids={"pk": made.pk}, form={"reason": "临时调整"}, mark=made.unit.call_sign)


@once
def _crew(at: Organisation) -> Made:
    made = force.crew_on_duty(of=force.unit(at=at))
    return Made(ids={"pk": made.pk}, form={"readiness": "RESTING"}, mark=made.unit.call_sign)


def _crew_shown(at: Organisation) -> Made:
    return Made(mark=_crew(at).mark)


def _unit_asked_for(at: Organisation) -> Made:
    return Made(query={"unit": _unit(at).ids["pk"]})


@once
def _ended(at: Organisation) -> Made:
    """A shift that was signed off: still a record of its place."""
    made = force.crew_on_duty(of=force.unit(at=at))
    services.sign_off(shift_id=made.pk, by=SYSTEM, at=datetime.now(UTC))
    return Made(ids={"pk": made.pk})


def _sought(kind: str, make: Make) -> Specimen:
    """The search box, asked for what the record is called."""

    def asked(at: Organisation) -> Made:
        made = make(at)
        return Made(query={"q": made.mark}, mark=f'/force/{kind}/{made.ids["pk"]}/"')

    return Specimen("search", asked, Place.LIST, permission=SEE_FORCE)


def _transferred(at: Organisation) -> Made:
    """An officer of the visitors' own goes to `at`."""
    return Made(ids=_officer(own_of(at)).ids, form={"organisation": at.pk})


def _enrolled(at: Organisation) -> Made:
    form = {"badge": f"N{next(_number):05d}", "name": "新", "kind": "OFFICER"}
    return Made(form={**form, "organisation": at.pk})


def _enrolled_account(at: Organisation) -> Made:
    """A new officer of the visitors' own is given an account of `at`."""
    form = dict(_enrolled(own_of(at)).form)
    return Made(form={**form, "username": identity.user(at=at).username})


def _registered(at: Organisation) -> Made:
    form = {"plate": f"湘B·N{next(_number):04d}", "kind": "CAR", "seats": 5}
    return Made(form={**form, "organisation": at.pk})


def _filed(*rows: Sequence[object]) -> Made:
    """A workbook of these rows, sent to an import."""
    return Made(files={"file": ("名册.xlsx", workbook(*rows))})


def _officer_filed(at: Organisation) -> Made:
    """A new officer whose file names `at`."""
    badge = f"N{next(_number):05d}"
    return _filed(["警号", "姓名", "类别", "所属机构"], [badge, "新", "民警", at.code])


def _officer_refiled(at: Organisation) -> Made:
    """An officer of `at`, whom the file moves to the visitors' own."""
    row = [_officer(at).mark, "新", "民警", own_of(at).code]
    return _filed(["警号", "姓名", "类别", "所属机构"], row)


def _vehicle_filed(at: Organisation) -> Made:
    plate = f"湘B·N{next(_number):04d}"
    return _filed(["号牌", "类别", "所属机构", "座位"], [plate, "警车", at.name, 5])


def _vehicle_refiled(at: Organisation) -> Made:
    row = [_vehicle(at).mark, "警车", own_of(at).code, 9]
    return _filed(["号牌", "类别", "所属机构", "座位"], row)


def _imported(kind: str, make: Make, *, beside: str = "") -> Specimen:
    return Specimen(f"force.{kind}.import", make, Place.IMPORT, "POST", beside=beside)


def _formed(at: Organisation) -> Made:
    form = {"call_sign": f"新{next(_number):03d}", "kind": "CAR_PATROL", "organisation": at.pk}
    return Made(form={**form, "longitude": 113.13, "latitude": 27.83})


def _planned(at: Organisation, **crew: object) -> Made:
    """A shift of the visitors' own unit, with somebody or something of `at`."""
    own = own_of(at)
    form = {"starts_at": "2030-01-01T08:00", "ends_at": "2030-01-01T16:00"}
    leader = {"leader": _officer(own).ids["pk"]}
    return Made(query={"unit": _unit(own).ids["pk"]}, form={**form, **leader, **crew})


def _led(at: Organisation) -> Made:
    return _planned(at, leader=_officer(at).ids["pk"])


def _joined(at: Organisation) -> Made:
    return _planned(at, others=[force.officer(at=at).pk])


def _driven(at: Organisation) -> Made:
    return _planned(at, vehicle=_vehicle(at).ids["pk"])


def _on(route: str, make: Make, *methods: str) -> list[Specimen]:
    return [Specimen(route=f"force.{route}", make=make, method=each) for each in methods]


def _taken(
    route: str, make: Make, *, beside: str = "", where: tuple[str, ...] = WHERE
) -> Specimen:
    """A form whose field names something: a foreign one is no choice, and is answered 422."""
    return Specimen(f"force.{route}", make, Place.BODY, "POST", beside=beside, where=where)


def _crewed(make: Make) -> Specimen:
    return Specimen(
        "force.plan_shift", make, Place.BODY, "POST", beside=OWN, reached=_may_ride_along
    )


def _may_ride_along(actor: Actor, at: Organisation) -> bool:
    """A crew comes from the unit's organisation and those below it, as far as he manages them."""
    managed = actor.covers(MANAGE_FORCE, organisation_id=at.pk, path=at.path)
    return managed and at.path.startswith(own_of(at).path)


SPECIMENS = [
    *of_list("force.officers", _officer),
    *of_list("force.vehicles", _vehicle),
    *of_list("force.units", _unit),
    *of_list("force.shifts", _shift),
    Specimen(route="force.duty", make=_crew_shown, place=Place.LIST),
    Specimen(route="force.duty_table", make=_crew_shown, place=Place.LIST),
    _sought("officers", _officer),
    _sought("vehicles", _vehicle),
    _sought("units", _unit),
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
    *_on("sign_on", _ended, "POST"),
    Specimen("force.plan_shift", _unit_asked_for, Place.QUERY),
    _taken("transfer", _transferred, beside=OWN, where=("city", "child", "sibling", "other")),
    _taken("enrol", _enrolled),
    _taken("enrol", _enrolled_account, beside=OWN),
    _taken("register_vehicle", _registered),
    _taken("form_unit", _formed),
    _crewed(_led),
    _crewed(_joined),
    _crewed(_driven),
    _imported("officers", _officer_filed),
    _imported("officers", _officer_refiled, beside=OWN),
    _imported("vehicles", _vehicle_filed),
    _imported("vehicles", _vehicle_refiled, beside=OWN),
]
