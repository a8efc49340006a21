"""Facilities, orders and stock, as their routes take them."""

from itertools import count

from luchang.apps.facilities.policies import MANAGE
from luchang.apps.facilities.states import OrderStatus
from luchang.apps.facilities.views.ledgers import FACILITY_LEDGER, MATERIAL_LEDGER, ORDER_LEDGER
from luchang.kernel.identity.models import Organisation
from tests.factories import facilities
from tests.matrix.ledgers import of_ledger, opened
from tests.matrix.lists import of_list
from tests.matrix.protocol import Made, Make, Place, Specimen, once, own_of

_number = count(1)


@once
def _facility(at: Organisation) -> Made:
    made = facilities.facility(at=at)
    return Made(ids={"pk": made.pk}, mark=made.number)


@once
def _located(at: Organisation) -> Made:
    return Made(mark=facilities.facility(at=at).name)


@once
def _order(at: Organisation) -> Made:
    made = facilities.order(facilities.facility(at=at))
    return Made(ids={"pk": made.pk}, mark=made.number)


@once
def _finished(at: Organisation) -> Made:
    made = facilities.order(facilities.facility(at=at), until=OrderStatus.FINISHED)
    return Made(ids={"pk": made.pk}, form={"reason": "灯色不对"})


@once
def _material(at: Organisation) -> Made:
    made = facilities.material(at=at)
    return Made(ids={"pk": made.pk}, mark=made.name)


@once
def _under_way(at: Organisation) -> Made:
    made = facilities.order(facilities.facility(at=at), until=OrderStatus.ORDERED)
    return Made(ids={"pk": made.pk})


def _entry(at: Organisation) -> Made:
    return Made(mark=_material(at).mark)


def _registered(at: Organisation) -> Made:
    form = {"kind": "SIGN", "name": f"新标志{next(_number)}", "place": "演示路", "quantity": 1}
    return Made(form={**form, "longitude": 113.1, "latitude": 27.8, "organisation": at.pk})


def _taken_in(at: Organisation) -> Made:
    form = {"name": f"材料{next(_number)}", "measure": "个", "quantity": 5, "reason": "采购"}
    return Made(form={**form, "organisation": at.pk})


def _used(at: Organisation) -> Made:
    """An order of the visitors' own takes from the stock of `at`."""
    form = {"material": _material(at).ids["pk"], "quantity": 1}
    return Made(ids=_under_way(own_of(at)).ids, form=form)


def _sought(make: Make) -> Specimen:
    def asked(at: Organisation) -> Made:
        made = make(at)
        return Made(query={"q": made.mark}, mark=f'/facilities/{made.ids["pk"]}"')

    return Specimen("search", asked, Place.LIST, permission=FACILITY_LEDGER.permission)


SPECIMENS = [
    *of_ledger(FACILITY_LEDGER, _facility),
    *of_ledger(
        ORDER_LEDGER,
        _order,
        deeds={
            "accept": _finished,
            "send-back": _finished,
            "finish": _under_way,
            "use": _under_way,
        },
    ),
    *of_ledger(MATERIAL_LEDGER, _material),
    *of_list("facilities.entries", _entry),
    Specimen("facilities.facilities.points", _located, Place.LIST),
    opened(FACILITY_LEDGER, "register", _registered),
    opened(MATERIAL_LEDGER, "take-in", _taken_in),
    Specimen(
        "facilities.order.use", _used, Place.BODY, "POST", beside="own", permission=MANAGE,
        where=("own", "child", "sibling", "other", "city"),
        reached=lambda actor, at: at == own_of(at)
        and actor.covers(MANAGE, organisation_id=at.pk, path=at.path),
    ),
    _sought(_facility),
]  # fmt: skip
