"""Enterprises, vehicles and drivers from workbooks: what is told, taken, and kept as it was."""

import csv
from collections.abc import Iterator
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from python_calamine import CalamineWorkbook

from luchang.apps.subjects import services as register
from luchang.apps.subjects.models import Enterprise, KeyDriver, KeyVehicle
from luchang.apps.subjects.policies import MANAGE, REVEAL, SEE
from luchang.apps.subjects.views.imports import DRIVERS, ENTERPRISES, VEHICLES
from luchang.core.common import invented_numbers
from luchang.kernel import clock
from luchang.kernel.identity.actors import SYSTEM, Actor
from luchang.kernel.identity.models import Organisation, User
from luchang.kernel.identity.selectors import actor_for
from luchang.kernel.lists.imports import services
from luchang.kernel.lists.imports.planning import plan
from luchang.kernel.lists.imports.specs import ImportSpec
from luchang.kernel.lists.imports.workbooks import form
from luchang.kernel.lists.models import ImportRun
from tests.factories import subjects as make
from tests.factories.identity import browser_of, organisation, user_with
from tests.factories.subjects import NOON, TODAY, born, settled
from tests.factories.workbooks import workbook as book

pytestmark = pytest.mark.django_db
FIRMS = ["统一社会信用代码", "企业名称", "企业类别", "监管单位", "负责人电话"]
CARS = ["号牌号码", "号牌种类", "使用性质", "车辆类型", "监管单位", "检验有效期止"]
PEOPLE = ["档案编号", "姓名", "身份证明号码", "联系电话", "准驾车型", "监管单位"]
UNTOUCHED = {"NEW": 0, "CHANGED": 0, "UNCHANGED": 1, "WRONG": 0}
Spec = ImportSpec[Any]


@pytest.fixture(autouse=True)
def chinese() -> Iterator[None]:
    with translation.override("zh-hans"):
        yield


@pytest.fixture
def place() -> Organisation:
    return organisation()


@pytest.fixture
def clerk(place: Organisation) -> User:
    return user_with(SEE, MANAGE, REVEAL, at=place)


@pytest.fixture
def by(clerk: User) -> Actor:
    return actor_for(clerk, at=clock.now())


def checked(spec: Spec, content: bytes, by: Actor) -> ImportRun:
    run = services.receive(spec=spec, name="名册.xlsx", content=content, by=by, at=NOON)
    return services.check(spec=spec, run_id=run.pk, by=by, at=NOON)


def taken(spec: Spec, content: bytes, by: Actor) -> ImportRun:
    run = checked(spec, content, by)
    assert run.wrong == 0, run.first_faults
    done = services.confirm(spec=spec, run_id=run.pk, only_valid=False, by=by, at=NOON)
    settled()
    return done


def entries(place: Organisation) -> dict[str, tuple[Spec, Any]]:
    firm = make.enterprise(at=place, short_name="演示", address="演示路1号", note="备注")
    car = make.vehicle(
        at=place, enterprise=firm, inspection_due_on=TODAY, scrapping_due_on=TODAY,
        total_mass_kg=16_000,
    )  # fmt: skip
    person = make.driver(at=place, licence_due_on=TODAY, points=3)
    return {
        "enterprises": (ENTERPRISES, firm),
        "vehicles": (VEHICLES, car),
        "drivers": (DRIVERS, person),
    }


@pytest.mark.parametrize("kind", ["enterprises", "vehicles", "drivers"])
def test_the_filled_form_sent_back_changes_nothing(
    kind: str, place: Organisation, by: Actor
) -> None:
    spec, row = entries(place)[kind]
    content = form(spec, spec.rows(by))

    assert plan(spec, content, by).counts == UNTOUCHED
    cells = str(CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python())
    for name in ("identity_number", "responsible_phone", "phone", "name"):
        if kind != "vehicles" and (kind, name) != ("enterprises", "name"):
            assert str(getattr(row, name, "no such field")) not in cells


@pytest.mark.parametrize("kind", ["enterprises", "vehicles", "drivers"])
@pytest.mark.parametrize("purpose", ["", "核对名册信息"])
def test_the_export_sent_back_changes_nothing_masked_or_not(
    kind: str, purpose: str, place: Organisation, clerk: User, by: Actor
) -> None:
    """A mask taken for a name: a hundred drivers called 刘*."""
    spec, _row = entries(place)[kind]
    browser = browser_of(clerk)
    shown = {"enterprises": "", "vehicles": "usage,vehicle_type,seats,total_mass_kg,vin,"}
    columns = {
        "enterprises": "name,short_name,credit_code,kind,organisation,responsible_person,"
        "responsible_phone,address",
        "vehicles": f"plate,plate_type,organisation,{shown['vehicles']}inspection_due_on,"
        "scrapping_due_on",
        "drivers": "archive_number,name,identity_number,phone,licence_classes,points,"
        "organisation,licence_due_on,review_due_on",
    }[kind]
    asked = {"format": "csv", "cols": columns}
    asked |= {"reveal": "1", "purpose": purpose} if purpose else {}
    rows = list(csv.reader(StringIO(exported(browser, kind, asked))))
    head = next(n for n, row in enumerate(rows) if len(row) > 3)
    content = book(*[[each.partition("(")[0] for each in rows[head]], *rows[head + 1 :]])

    assert plan(spec, content, by).counts == UNTOUCHED


def exported(browser: Client, kind: str, asked: dict[str, str]) -> str:
    answer = browser.get(reverse(f"subjects.{kind}.export"), asked)
    if answer.status_code != 200:
        answer = browser.post(reverse(f"subjects.{kind}.export"), asked)
    assert answer.status_code == 200, answer
    raw = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    return raw.decode("utf-8-sig")


def test_new_ones_are_taken_in_with_what_is_due(place: Organisation, by: Actor) -> None:
    code = invented_numbers.credit_code(700_001)
    taken(ENTERPRISES, book(FIRMS, [code, "演示新运", "普通货运", place.code, "13800001234"]), by)
    row = ["湘BE7001", "大型汽车", "公路客运", "K11", place.code, "2026-05-01"]
    taken(VEHICLES, book([*CARS, "所属企业"], [*row, "演示新运"]), by)

    car = KeyVehicle.objects.get()
    assert car.enterprise == Enterprise.objects.get(credit_code=code)
    assert make.due(car).due_on.isoformat() == "2026-05-01"
    assert car.group_rule is not None


def test_only_what_differs_is_changed_and_masks_keep_what_is_known(
    place: Organisation, by: Actor
) -> None:
    row = make.driver(at=place, name="欧阳某某", phone="13900005678")
    file = [row.archive_number, "欧*", "430********0013"[:0] or "", "139****5678", "A1、A2"]
    run = taken(DRIVERS, book(PEOPLE, [*file, place.code]), by)
    kept = KeyDriver.objects.get(pk=row.pk)

    assert run.changed == 1
    assert kept.licence_classes == ["A1", "A2"]
    assert (kept.name, kept.phone) == ("欧阳某某", "13900005678")
    assert kept.identity_number == row.identity_number


@pytest.mark.parametrize(
    ("cells", "column", "what"),
    [
        ({"姓名": "王*"}, "姓名", "与已有记录不符"),
        ({"身份证明号码": "430299198001010019"}, "身份证明号码", "号码有误"),
        ({"准驾车型": "A9"}, "准驾车型", "没有此准驾车型"),
        ({"联系电话": "12345"}, "联系电话", "号码有误"),
        ({"监管单位": "没有的大队"}, "监管单位", "没有此机构"),
    ],
)
def test_a_fault_names_its_column(
    cells: dict[str, str], column: str, what: str, place: Organisation, by: Actor
) -> None:
    row = make.driver(at=place)
    good = {
        "档案编号": row.archive_number, "姓名": "", "身份证明号码": "", "联系电话": "",
        "准驾车型": "A1、B1", "监管单位": place.code,
    }  # fmt: skip
    run = checked(DRIVERS, book(PEOPLE, [{**good, **cells}[each] for each in PEOPLE]), by)

    (fault,) = run.first_faults
    assert fault["column"] == column
    assert what in fault["what"]


def test_a_mask_names_nobody_new(place: Organisation, by: Actor) -> None:
    number = invented_numbers.archive_number(700_002)
    identity = invented_numbers.resident_id(2, born(700_002))
    row = [number, "刘*", identity, "", "A1", place.code]
    (fault,) = checked(DRIVERS, book(PEOPLE, row), by).first_faults

    assert (fault["column"], fault["what"]) == ("姓名", "新记录须填写完整内容")


def test_a_known_person_under_another_archive_number_is_no_new_driver(
    place: Organisation, by: Actor
) -> None:
    known = make.driver(at=place)
    row = [invented_numbers.archive_number(700_003), "刘某", known.identity_number, "", "A1"]
    (fault,) = checked(DRIVERS, book(PEOPLE, [*row, place.code]), by).first_faults

    assert "已登记" in fault["what"]


def test_a_bad_credit_code_is_told_with_how_to_mend_it(place: Organisation, by: Actor) -> None:
    row = ["91430200DEM9000010", "演示", "普通货运", place.code, ""]
    (fault,) = checked(ENTERPRISES, book(FIRMS, row), by).first_faults

    assert (fault["column"], fault["what"]) == ("统一社会信用代码", "号码有误")
    assert "18位" in fault["how"]


def test_an_enterprise_elsewhere_is_told_like_none_and_one_that_owns_stays(
    place: Organisation, by: Actor
) -> None:
    """A register of other counties' enterprises, read off the faults of an import."""
    foreign = make.enterprise()
    row = ["湘BE7002", "大型汽车", "公路客运", "K11", place.code, ""]
    faults = [
        checked(VEHICLES, book([*CARS, "所属企业"], [*row, name]), by).first_faults[0]["what"]
        for name in (foreign.name, "根本没有的企业")
    ]
    assert len(set(faults)) == 1
    register.register_vehicle(
        organisation=place, plate_type="01", plate="湘BE7003", usage="B",  # type: ignore[arg-type]
        vehicle_type="K11", enterprise=foreign, by=SYSTEM, at=NOON,
    )  # fmt: skip
    assert plan(VEHICLES, form(VEHICLES, VEHICLES.rows(by)), by).counts == UNTOUCHED
