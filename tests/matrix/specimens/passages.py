"""Cameras, refusals and erasures, as their routes take them."""

from itertools import count

from luchang.apps.passages.policies import ERASE_VEHICLE, MANAGE_CAMERA
from luchang.apps.passages.views.devices import CAMERA_LEDGER
from luchang.apps.passages.views.erasures import ERASURE_LEDGER
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.models import Organisation
from tests.factories import passages
from tests.matrix.ledgers import of_ledger, opened
from tests.matrix.lists import of_list
from tests.matrix.protocol import Made, Make, Place, Specimen, once

_number = count(1)


@once
def _camera(at: Organisation) -> Made:
    made = passages.camera(at=at)
    return Made(ids={"pk": made.pk}, mark=made.device_id)


@once
def _located(at: Organisation) -> Made:
    return Made(mark=passages.camera(at=at).name)


@once
def _refusal(at: Organisation) -> Made:
    return Made(mark=passages.refusal(passages.camera(at=at)).camera.name)  # type: ignore[union-attr]  # it has one


@once
def _erasure(at: Organisation) -> Made:
    made = passages.erasure(at=at)
    return Made(ids={"pk": made.pk}, mark=made.number, form={"reason": "材料不全"})


def _registered(at: Organisation) -> Made:
    form = {
        "device_id": f"4302000202119{next(_number):07d}",
        "name": "新设备",
        "longitude": 113.1,
        "latitude": 27.8,
        "direction": 4,
        "lanes": 2,
    }
    return Made(form={**form, "organisation": at.pk})


def _proposed(at: Organisation) -> Made:
    form = {"plate": "湘B12345", "plate_type": "02", "basis": "个人信息保护法第四十七条"}
    days = {"first_day": "2026-03-01", "last_day": "2026-03-02"}
    return Made(form={**form, **days, "organisation": at.pk})


def _is_above_all(actor: Actor, at: Organisation) -> bool:
    return at.parent_id is None and actor.covers(
        ERASE_VEHICLE, organisation_id=at.pk, path=at.path
    )


def _sought(make: Make) -> Specimen:
    def asked(at: Organisation) -> Made:
        made = make(at)
        return Made(query={"q": made.mark}, mark=f'/passages/cameras/{made.ids["pk"]}/"')

    return Specimen("search", asked, Place.LIST, permission=CAMERA_LEDGER.permission)


SPECIMENS = [
    *of_ledger(CAMERA_LEDGER, _camera),
    *of_ledger(ERASURE_LEDGER, _erasure),
    *of_list("passages.refusals", _refusal),
    Specimen("passages.cameras.points", _located, Place.LIST),
    opened(CAMERA_LEDGER, "register", _registered),
    Specimen("passages.camera.secret", _camera, permission=MANAGE_CAMERA),
    Specimen("passages.camera.secret", _camera, method="POST", permission=MANAGE_CAMERA),
    Specimen(
        "passages.erasure.propose",
        _proposed,
        Place.BODY,
        "POST",
        permission=ERASE_VEHICLE,
        reached=_is_above_all,
    ),
    _sought(_camera),
]
