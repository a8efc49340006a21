"""Enterprises, freight sources, key vehicles and drivers, as their routes take them."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import count

from luchang.apps.subjects import services
from luchang.apps.subjects.models import GroupRule
from luchang.apps.subjects.policies import MANAGE, SEE, can_rule
from luchang.apps.subjects.states import DeviceKind, DutyKind
from luchang.apps.subjects.views.ledgers import (
    DRIVER_LEDGER,
    ENTERPRISE_LEDGER,
    SOURCE_LEDGER,
    VEHICLE_LEDGER,
)
from luchang.core.common import invented_numbers
from luchang.kernel.identity.actors import SYSTEM, Actor
from luchang.kernel.identity.models import Organisation
from tests.factories import subjects
from tests.factories.subjects import NOON, TODAY, born
from tests.factories.workbooks import workbook
from tests.matrix.ledgers import of_ledger, opened
from tests.matrix.lists import of_list
from tests.matrix.protocol import OWN, Made, Make, Place, Specimen, everybody, once, own_of

_number = count(600_000)
REASON = {"reason": "核查属实"}
DAY = TODAY.isoformat()


@once
def _enterprise(at: Organisation) -> Made:
    made = subjects.enterprise(at=at)
    return Made(ids={"pk": made.pk}, mark=made.name)


@once
def _closed(at: Organisation) -> Made:
    made = subjects.enterprise(at=at)
    services.close_enterprise(enterprise_id=made.pk, reason="停业", by=SYSTEM, at=NOON)
    return Made(ids={"pk": made.pk}, form=REASON)


@once
def _source(at: Organisation) -> Made:
    made = subjects.source(at=at)
    return Made(ids={"pk": made.pk}, mark=made.name)


@once
def _listed(at: Organisation) -> Made:
    made = subjects.source(at=at)
    services.list_as_key(source_id=made.pk, reason="超载", listed_on=TODAY, by=SYSTEM, at=NOON)
    return Made(ids={"pk": made.pk}, form={"measures": "装称重", "rectified_on": DAY})


@once
def _shut(at: Organisation) -> Made:
    made = subjects.source(at=at)
    services.close_source(source_id=made.pk, reason="关停", by=SYSTEM, at=NOON)
    return Made(ids={"pk": made.pk}, form=REASON)


@once
def _vehicle(at: Organisation) -> Made:
    made = subjects.vehicle(at=at, inspection_due_on=TODAY)
    services.fit_device(vehicle_id=made.pk, kind=DeviceKind.VIDEO, serial="V1", by=SYSTEM, at=NOON)
    return Made(ids={"pk": made.pk}, mark=made.plate)


@once
def _away(at: Organisation) -> Made:
    made = subjects.vehicle(at=at)
    services.move_away(vehicle_id=made.pk, reason="转出", by=SYSTEM, at=NOON)
    return Made(ids={"pk": made.pk}, form=REASON)


@once
def _driver(at: Organisation) -> Made:
    made = subjects.driver(at=at, licence_due_on=TODAY)
    services.relate(
        driver_id=made.pk,
        enterprise=subjects.enterprise(at=at),
        starts_on=TODAY - timedelta(days=9),
        by=SYSTEM,
        at=NOON,
    )
    return Made(ids={"pk": made.pk}, mark=made.archive_number)


@once
def _left(at: Organisation) -> Made:
    made = subjects.driver(at=at)
    services.let_go(driver_id=made.pk, reason="退休", by=SYSTEM, at=NOON)
    return Made(ids={"pk": made.pk}, form=REASON)


@once
def _duty(at: Organisation) -> Made:
    made = subjects.vehicle(at=at)
    services.set_vehicle_day(
        vehicle_id=made.pk, kind=DutyKind.INSPECTION, due_on=TODAY, by=SYSTEM, at=NOON
    )
    return Made(mark=made.plate)


@once
def _elimination(at: Organisation) -> Made:
    return Made(mark=subjects.eliminated(at=at).vehicle.plate)


@once
def _act(at: Organisation) -> Made:
    made = subjects.decided(of=subjects.driver(at=at))
    return Made(mark=made.document_number)


# New ones, and what they name


def _registered_enterprise(at: Organisation) -> Made:
    form = {"name": f"新企业{next(_number)}", "kind": "FREIGHT", "organisation": at.pk}
    return Made(form=form)


def _registered_source(at: Organisation) -> Made:
    form = {"name": f"新源头{next(_number)}", "kind": "PORT", "organisation": at.pk}
    return Made(form=form)


def _of_vehicle() -> dict[str, object]:
    plate = f"湘BE{next(_number) % 10_000:04d}"
    return {"plate_type": "01", "plate": plate, "usage": "B", "vehicle_type": "K11"}


def _registered_vehicle(at: Organisation) -> Made:
    return Made(form={**_of_vehicle(), "organisation": at.pk})


def _of_driver() -> dict[str, object]:
    number = next(_number)
    return {
        "identity_number": invented_numbers.resident_id(number, born(number)),
        "name": "新某",
        "archive_number": invented_numbers.archive_number(number),
        "licence_classes": ["A1"],
        "points": 0,
    }


def _registered_driver(at: Organisation) -> Made:
    return Made(form={**_of_driver(), "organisation": at.pk})


def _vehicle_of_enterprise(at: Organisation) -> Made:
    """A vehicle of the visitors' own, put under an enterprise of `at`."""
    form = {**_of_vehicle(), "organisation": own_of(at).pk}
    return Made(form={**form, "enterprise": _enterprise(at).ids["pk"]})


def _source_of_enterprise(at: Organisation) -> Made:
    form = {"name": f"新源头{next(_number)}", "kind": "PORT", "organisation": own_of(at).pk}
    return Made(form={**form, "enterprise": _enterprise(at).ids["pk"]})


def _corrected_to(at: Organisation) -> Made:
    """A vehicle of the visitors' own is corrected to belong to an enterprise of `at`."""
    form = {**_of_vehicle(), "enterprise": _enterprise(at).ids["pk"]}
    return Made(ids=_vehicle(own_of(at)).ids, form=form)


def _source_corrected_to(at: Organisation) -> Made:
    form = {"name": f"新源头{next(_number)}", "kind": "PORT"}
    enterprise = {"enterprise": _enterprise(at).ids["pk"]}
    return Made(ids=_source(own_of(at)).ids, form={**form, **enterprise})


def _handed_over(make: Make) -> Make:
    """A record of the visitors' own goes to `at`."""
    return lambda at: Made(ids=make(own_of(at)).ids, form={"organisation": at.pk})


def _merged(make: Make, other: Callable[[Organisation], int]) -> Make:
    """One of the visitors' own takes in one of `at`."""

    def made(at: Organisation) -> Made:
        form = {"double": f"#{other(at)}", "reason": "同一对象"}
        return Made(ids=make(own_of(at)).ids, form=form)

    return made


def _related_vehicle(at: Organisation) -> Made:
    vehicle = subjects.vehicle(at=at)
    form = {"plate_type": vehicle.plate_type, "plate": vehicle.plate, "starts_on": DAY}
    return Made(ids=_driver(own_of(at)).ids, form=form)


def _related_enterprise(at: Organisation) -> Made:
    form = {"enterprise": _enterprise(at).ids["pk"], "starts_on": DAY}
    return Made(ids=_driver(own_of(at)).ids, form=form)


def _relation_ended(at: Organisation) -> Made:
    """The visitors' own driver, and a relation of one of `at`."""
    driver = subjects.driver(at=at)
    relation = services.relate(
        driver_id=driver.pk,
        enterprise=subjects.enterprise(at=at),
        starts_on=TODAY - timedelta(days=9),
        by=SYSTEM,
        at=NOON,
    )
    form = {"relation": relation.pk, "ends_on": DAY}
    return Made(ids=_driver(own_of(at)).ids, form=form)


def _device_checked(at: Organisation) -> Made:
    """The visitors' own vehicle, and a device of another one of `at`."""
    device = services.fit_device(
        vehicle_id=subjects.vehicle(at=at).pk,
        kind=DeviceKind.VIDEO,
        serial="X",
        by=SYSTEM,
        at=NOON,
    )
    form = {"device": device.pk, "state": "WORKING", "checked_on": DAY}
    return Made(ids=_vehicle(own_of(at)).ids, form=form)


def _reversed(at: Organisation) -> Made:
    """The visitors' own driver, and a decision about one of `at`."""
    act = subjects.decided(of=subjects.driver(at=at))
    form = {"act": act.pk, "article": "演示条款", "document_number": f"撤{next(_number)}"}
    ids = _driver(own_of(at)).ids
    return Made(ids=ids, form={**form, **REASON, "decided_on": DAY})


def _never(actor: Actor, at: Organisation) -> bool:
    """What belongs to another record than the one of the address is no choice, whoever asks."""
    del actor, at
    return False


def _deed(ledger_name: str, key: str, make: Make, **more: object) -> Specimen:
    return Specimen(
        f"{ledger_name}.{key}",
        make,
        Place.BODY,
        "POST",
        beside=OWN,
        **more,  # type: ignore[arg-type]  # fields of a specimen
    )


ELSEWHERE = ("city", "child", "sibling", "other")
"""Without the visitors' own: nothing is handed over to where it is."""

# Workbooks


def _filed(*rows: Sequence[object]) -> Made:
    return Made(files={"file": ("名册.xlsx", workbook(*rows))})


def _enterprise_filed(at: Organisation) -> Made:
    number = next(_number)
    row = [invented_numbers.credit_code(number), f"新企业{number}", "普通货运", at.code]
    return _filed(["统一社会信用代码", "企业名称", "企业类别", "监管单位"], row)


def _enterprise_refiled(at: Organisation) -> Made:
    """An enterprise of `at`, whom the file moves to the visitors' own."""
    known = subjects.enterprise(at=at)
    row = [known.credit_code, known.name, "普通货运", own_of(at).code]
    return _filed(["统一社会信用代码", "企业名称", "企业类别", "监管单位"], row)


VEHICLE_HEAD = ["号牌号码", "号牌种类", "使用性质", "车辆类型", "监管单位"]


def _vehicle_filed(at: Organisation) -> Made:
    plate = f"湘BE{next(_number) % 10_000:04d}"
    return _filed(VEHICLE_HEAD, [plate, "大型汽车", "公路客运", "K11", at.code])


def _vehicle_refiled(at: Organisation) -> Made:
    row = [subjects.vehicle(at=at).plate, "大型汽车", "公路客运", "K11", own_of(at).code]
    return _filed(VEHICLE_HEAD, row)


def _vehicle_filed_for(at: Organisation) -> Made:
    """A new vehicle of the visitors' own, under an enterprise of `at`."""
    plate = f"湘BE{next(_number) % 10_000:04d}"
    code = subjects.enterprise(at=at).credit_code
    row = [plate, "大型汽车", "公路客运", "K11", own_of(at).code, code]
    return _filed([*VEHICLE_HEAD, "所属企业"], row)


DRIVER_HEAD = ["档案编号", "姓名", "身份证明号码", "准驾车型", "监管单位"]


def _driver_filed(at: Organisation) -> Made:
    number = next(_number)
    identity = invented_numbers.resident_id(number, born(number))
    row = [invented_numbers.archive_number(number), "新某", identity, "A1", at.code]
    return _filed(DRIVER_HEAD, row)


def _driver_refiled(at: Organisation) -> Made:
    known = subjects.driver(at=at)
    row = [known.archive_number, known.name, known.identity_number, "A2", own_of(at).code]
    return _filed(DRIVER_HEAD, row)


def _rule() -> GroupRule:
    services.load_first_rules()
    return GroupRule.objects.filter(valid_to=None).order_by("order").first()  # type: ignore[return-value]  # there are some


def _a_rule(at: Organisation) -> Made:
    """The same for everybody: rules belong to the whole city."""
    del at
    return Made(ids={"pk": _rule().pk}, mark=_rule().title)


def _a_rule_for_all(at: Organisation) -> Made:
    del at
    return Made()


def _revised(at: Organisation) -> Made:
    form = {"usages": ["B"], "types": "", "valid_from": "2099-01-01", "basis": "新名录"}
    return Made(ids=_a_rule(at).ids, form=form)


def _rules(actor: Actor, at: Organisation) -> bool:
    del at
    return can_rule(actor)


def _imported(kind: str, make: Make, *, beside: str = "") -> Specimen:
    return Specimen(f"subjects.{kind}.import", make, Place.IMPORT, "POST", beside=beside)


def _sought(kind: str, make: Make) -> Specimen:
    def asked(at: Organisation) -> Made:
        made = make(at)
        return Made(query={"q": made.mark}, mark=f'/subjects/{kind}/{made.ids["pk"]}"')

    return Specimen("search", asked, Place.LIST, permission=SEE)


def _other_of(make: Callable[..., object]) -> Callable[[Organisation], int]:
    return lambda at: make(at=at).pk  # type: ignore[attr-defined]  # each makes a record


SPECIMENS = [
    *of_ledger(ENTERPRISE_LEDGER, _enterprise, deeds={"reopen": _closed}),
    *of_ledger(SOURCE_LEDGER, _source, deeds={"rectify": _listed, "reopen": _shut}),
    *of_ledger(VEHICLE_LEDGER, _vehicle, deeds={"take-back": _away}),
    *of_ledger(DRIVER_LEDGER, _driver, deeds={"take-up": _left}),
    *of_list("subjects.duties", _duty),
    *of_list("subjects.eliminations", _elimination),
    *of_list("subjects.licence_acts", _act),
    opened(ENTERPRISE_LEDGER, "register", _registered_enterprise),
    opened(SOURCE_LEDGER, "register", _registered_source),
    opened(VEHICLE_LEDGER, "register", _registered_vehicle),
    opened(DRIVER_LEDGER, "register", _registered_driver),
    Specimen(
        "subjects.vehicle.register", _vehicle_of_enterprise, Place.BODY, "POST",
        beside=OWN, permission=SEE, beside_by=MANAGE,
    ),
    Specimen(
        "subjects.source.register", _source_of_enterprise, Place.BODY, "POST",
        beside=OWN, permission=SEE, beside_by=MANAGE,
    ),
    _deed("subjects.vehicle", "correct", _corrected_to, permission=SEE, beside_by=MANAGE),
    _deed("subjects.source", "correct", _source_corrected_to, permission=SEE, beside_by=MANAGE),
    *(
        _deed(f"subjects.{kind}", "hand-over", _handed_over(make), where=ELSEWHERE)
        for kind, make in (
            ("enterprise", _enterprise), ("source", _source),
            ("vehicle", _vehicle), ("driver", _driver),
        )
    ),
    _deed("subjects.enterprise", "merge", _merged(_enterprise, _other_of(subjects.enterprise))),
    _deed("subjects.source", "merge", _merged(_source, _other_of(subjects.source))),
    _deed("subjects.vehicle", "merge", _merged(_vehicle, _other_of(subjects.vehicle))),
    _deed("subjects.driver", "merge", _merged(_driver, _other_of(subjects.driver))),
    _deed("subjects.driver", "relate", _related_vehicle),
    _deed(
        "subjects.driver", "relate", _related_enterprise, permission=SEE, beside_by=MANAGE
    ),
    _deed("subjects.driver", "end-relation", _relation_ended, reached=_never),
    _deed("subjects.vehicle", "check-device", _device_checked, reached=_never),
    _deed("subjects.driver", "reverse", _reversed, reached=_never),
    *of_list("subjects.group_rules", _a_rule, has_tree=False, reached=everybody),
    Specimen("subjects.group_rule", _a_rule, reached=everybody),
    Specimen(
        "subjects.revise_rule", _revised, method="POST", reached=_rules,
        refusals=frozenset({403}),
    ),
    Specimen(
        "subjects.regroup", _a_rule_for_all, method="POST", reached=_rules,
        refusals=frozenset({403}),
    ),
    _imported("enterprises", _enterprise_filed),
    _imported("enterprises", _enterprise_refiled, beside=OWN),
    _imported("vehicles", _vehicle_filed),
    _imported("vehicles", _vehicle_refiled, beside=OWN),
    Specimen(
        "subjects.vehicles.import", _vehicle_filed_for, Place.IMPORT, "POST",
        beside=OWN, permission=SEE, beside_by=MANAGE,
    ),
    _imported("drivers", _driver_filed),
    _imported("drivers", _driver_refiled, beside=OWN),
    _sought("enterprises", _enterprise),
    _sought("sources", _source),
    _sought("vehicles", _vehicle),
    _sought("drivers", _driver),
]  # fmt: skip
