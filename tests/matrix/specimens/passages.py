"""Cameras, refusals and erasures, as their routes take them."""

from itertools import count

from luchang.apps.passages.policies import ERASE_VEHICLE, MANAGE_CAMERA
from luchang.apps.passages.views.devices import CAMERA_LEDGER
from luchang.apps.passages.views.erasures import ERASURE_LEDGER
from luchang.apps.passages.views.subscriptions import SUBSCRIPTION_LEDGER
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.models import Organisation
from tests.factories import passages
from tests.factories.workbooks import workbook
from tests.matrix.ledgers import of_ledger, opened
from tests.matrix.lists import of_list
from tests.matrix.protocol import Made, Make, Place, Specimen, once, own_of

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


@once
def _subscription(at: Organisation) -> Made:
    made = passages.subscription(at=at)
    return Made(ids={"pk": made.pk}, mark=made.number, form={"reason": "依据不足"})


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


def _filed(*row: object) -> Made:
    titles = ["设备编码", "名称", "管理单位", "车道数", "经度", "纬度"]
    return Made(files={"file": ("设备.xlsx", workbook(titles, [*row, 113.1, 27.8]))})


def _camera_filed(at: Organisation) -> Made:
    """A new camera whose file names `at`."""
    return _filed(f"4302000202119{next(_number):07d}", "新设备", at.code, 2)


def _camera_refiled(at: Organisation) -> Made:
    """A camera of `at`, whom the file moves to the visitors' own."""
    return _filed(_camera(at).mark, "新设备", own_of(at).code, 2)


def _sought(make: Make) -> Specimen:
    def asked(at: Organisation) -> Made:
        made = make(at)
        return Made(query={"q": made.mark}, mark=f'/passages/cameras/{made.ids["pk"]}"')

    return Specimen("search", asked, Place.LIST, permission=CAMERA_LEDGER.permission)


SPECIMENS = [
    *of_ledger(CAMERA_LEDGER, _camera),
    *of_ledger(ERASURE_LEDGER, _erasure),
    *of_ledger(SUBSCRIPTION_LEDGER, _subscription),
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
    Specimen("passages.cameras.import", _camera_filed, Place.IMPORT, "POST"),
    Specimen("passages.cameras.import", _camera_refiled, Place.IMPORT, "POST", beside="own"),
    _sought(_camera),
]
