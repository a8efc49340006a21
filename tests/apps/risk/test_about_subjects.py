"""A hazard knows the key subject it is about: named by what it is known by, seen within reach."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from luchang.apps.risk import selectors, services
from luchang.apps.risk.models import Hazard
from luchang.apps.risk.policies import FIND, HAND_OVER, SEE_RISK
from luchang.apps.risk.services import HazardRefused
from luchang.apps.risk.states.hazards import KEYS, REGISTERED, SubjectKind
from luchang.apps.risk.views.hazard_imports import HAZARD_IMPORT
from luchang.apps.subjects import selectors as subjects
from luchang.apps.subjects.policies import SEE
from luchang.apps.subjects.services import merge
from luchang.apps.subjects.states import PlateType
from luchang.apps.subjects.states import SubjectKind as Register
from luchang.kernel import clock
from luchang.kernel.identity.actors import SYSTEM, Actor
from luchang.kernel.identity.models import Organisation
from luchang.kernel.identity.selectors import actor_for
from luchang.kernel.lists.imports import services as imports
from luchang.kernel.lists.imports.workbooks import form
from tests.factories import hazards as make
from tests.factories import identity
from tests.factories import subjects as register
from tests.factories.workbooks import workbook

pytestmark = pytest.mark.django_db
AT = make.AT


@pytest.fixture
def brigade() -> Organisation:
    return identity.organisation()


@pytest.fixture
def by(brigade: Organisation) -> Actor:
    person = identity.user_with(SEE_RISK, FIND, HAND_OVER, SEE, at=brigade)
    return actor_for(person, at=datetime.now(UTC))


@pytest.fixture
def browser(brigade: Organisation) -> Client:
    return identity.browser_of(identity.user_with(SEE_RISK, FIND, HAND_OVER, SEE, at=brigade))


def _of(kind: SubjectKind, at: Organisation, **said: object) -> Hazard:
    version = make.version(make.risk_list(subject=kind))
    return make.hazard(at=at, within=version, **said)  # type: ignore[arg-type]


def _seen(row: Hazard, by: Actor) -> Hazard:
    return selectors.told_hazards(by).get(pk=row.pk)


@pytest.mark.parametrize(
    ("kind", "key", "made"),
    [
        (SubjectKind.ENTERPRISE, "enterprise", register.enterprise),
        (SubjectKind.ENTERPRISE, "freight_source", register.source),
        (SubjectKind.VEHICLE, "vehicle", register.vehicle),
        (SubjectKind.PERSON, "driver", register.driver),
    ],
)
def test_each_list_is_about_its_own_registers(
    brigade: Organisation, by: Actor, kind: SubjectKind, key: str, made: Any
) -> None:
    """Would catch a hazard hung on a subject of another kind, or a name that is not its own."""
    subject = made(at=brigade)
    row = _of(kind, brigade, by=by, registered=subjects.known_as(subject))
    assert [each for each in KEYS if getattr(row, f"{each}_id")] == [key]
    assert getattr(row, f"{key}_id") == subject.pk
    for other in set(SubjectKind) - {kind}:
        expected = "no_such_subject" if REGISTERED[other] else "no_registers"
        with pytest.raises(HazardRefused, check=lambda each, code=expected: each.code == code):  # type: ignore[misc]
            _of(other, brigade, by=by, registered=subjects.known_as(subject))


def test_a_plate_of_two_types_is_told_apart_by_its_type(brigade: Organisation, by: Actor) -> None:
    big = register.vehicle(at=brigade, plate="湘BD8001")
    small = register.vehicle(at=brigade, plate="湘BD8001", plate_type=PlateType.SMALL, vin="")
    with pytest.raises(HazardRefused, match="湘B·D8001"):
        _of(SubjectKind.VEHICLE, brigade, by=by, registered="湘B·D8001")
    for text, meant in {
        "湘BD8001 大型汽车": big, "小型汽车 湘B·D8001": small, "02 湘BD8001": small,
    }.items():  # fmt: skip
        assert _of(SubjectKind.VEHICLE, brigade, by=by, registered=text).vehicle == meant


def test_a_subject_out_of_reach_is_as_good_as_absent(brigade: Organisation, by: Actor) -> None:
    """Would catch a form that tells a foreign enterprise from one that does not exist."""
    foreign = register.enterprise()
    said = set()
    for name in (foreign.credit_code, foreign.name, "不存在的企业"):
        with pytest.raises(HazardRefused) as refused:
            _of(SubjectKind.ENTERPRISE, brigade, by=by, registered=name)
        said.add(refused.value.code)
    assert said == {"no_such_subject"}


def test_the_database_knows_one_subject_a_hazard_at_most(brigade: Organisation) -> None:
    row = _of(SubjectKind.ENTERPRISE, brigade)
    enterprise, vehicle = register.enterprise(), register.vehicle()
    with pytest.raises(IntegrityError, match="one_subject"), transaction.atomic():
        Hazard.objects.filter(pk=row.pk).update(enterprise=enterprise, vehicle=vehicle)


def test_who_sees_the_hazard_and_not_its_subject_is_told_no_name(
    brigade: Organisation, browser: Client
) -> None:
    """Would catch a list, page, print, file or form that names a firm of another brigade."""
    foreign = register.enterprise()
    row = _of(SubjectKind.ENTERPRISE, brigade, registered=foreign.credit_code, subject="某企业")
    for address in (
        reverse("risk.hazards"),
        reverse("risk.hazards.print"),
        reverse("risk.hazard", args=[row.pk]),
        reverse("risk.hazard.correct", args=[row.pk]),
    ):
        page = browser.get(address).content.decode()
        assert foreign.name not in page
        assert str(foreign.credit_code) not in page
        assert reverse("subjects.enterprise", args=[foreign.pk]) not in page
    assert "辖区外对象" in browser.get(reverse("risk.hazard", args=[row.pk])).content.decode()
    found = browser.get(reverse("risk.hazards"), {"registered": foreign.name}).content.decode()
    assert row.number not in found
    said = {"category": "5", "severity": "1", "title": "改名", "description": "x"}
    browser.post(reverse("risk.hazard.correct", args=[row.pk]), said)
    row.refresh_from_db()
    assert (row.title, row.enterprise_id) == ("改名", foreign.pk)


def test_list_page_and_subject_lead_to_each_other(
    brigade: Organisation, browser: Client, by: Actor
) -> None:
    vehicle = register.vehicle(at=brigade)
    name = subjects.known_as(vehicle)
    row = _of(SubjectKind.VEHICLE, brigade, by=by, registered=name)
    other = _of(SubjectKind.VEHICLE, brigade)
    address = reverse("subjects.vehicle", args=[vehicle.pk])
    assert address in browser.get(reverse("risk.hazards")).content.decode()
    page = browser.get(reverse("risk.hazard", args=[row.pk])).content.decode()
    assert (address in page, name in page) == (True, True)
    card = browser.get(address).content.decode()
    assert reverse("risk.hazard", args=[row.pk]) in card
    narrowed = browser.get(reverse("risk.hazards"), {"registered": name}).content.decode()
    assert (row.number in narrowed, other.number in narrowed) == (True, False)


def test_hazards_of_a_double_stand_on_the_page_of_what_it_was_merged_into(
    brigade: Organisation, browser: Client
) -> None:
    double, survivor = register.enterprise(at=brigade), register.enterprise(at=brigade)
    row = _of(SubjectKind.ENTERPRISE, brigade, registered=double.credit_code)
    merge(
        kind=Register.ENTERPRISE, survivor_id=survivor.pk, double_id=double.pk, reason="同一企业",
        by=SYSTEM, at=register.NOON,
    )  # fmt: skip
    page = browser.get(reverse("subjects.enterprise", args=[survivor.pk])).content.decode()
    assert row.number in page


def test_a_form_proposes_what_the_list_is_about_and_the_reader_sees(
    brigade: Organisation, browser: Client
) -> None:
    own, foreign = register.enterprise(at=brigade), register.enterprise()
    vehicle = register.vehicle(at=brigade)
    lists = {
        kind: make.version(make.risk_list(subject=kind)).pk
        for kind in (SubjectKind.ENTERPRISE, SubjectKind.VEHICLE)
    }
    asked: dict[str, Any] = {"registered": "演示运输", "version": lists[SubjectKind.ENTERPRISE]}
    proposed = browser.get(reverse("risk.registered"), asked).content.decode()
    assert str(own.credit_code) in proposed
    assert str(foreign.credit_code) not in proposed
    asked = {"registered": vehicle.plate[:4], "version": lists[SubjectKind.VEHICLE]}
    assert vehicle.plate in browser.get(reverse("risk.registered"), asked).content.decode()
    asked["version"] = lists[SubjectKind.ENTERPRISE]
    assert vehicle.plate not in browser.get(reverse("risk.registered"), asked).content.decode()
    row = _of(SubjectKind.VEHICLE, brigade)
    form_ = browser.get(reverse("risk.hazard.correct", args=[row.pk])).content.decode()
    assert f"{{&quot;version&quot;: &quot;{row.version_id}&quot;}}" in form_
    assert "hx-include" not in form_  # there is no such field to include
    for odd in ("9" * 30, "x", ""):
        answer = browser.get(reverse("risk.registered"), {"registered": "x", "version": odd})
        assert answer.status_code == 200


class TestWorkbooks:
    def _run(self, content: bytes, by: Actor) -> Any:
        run = imports.receive(
            spec=HAZARD_IMPORT, name="隐患.xlsx", content=content, by=by, at=clock.now()
        )
        return imports.check(spec=HAZARD_IMPORT, run_id=run.pk, by=by, at=clock.now())

    def _row(self, brigade: Organisation, registered: str) -> bytes:
        version = make.version(make.risk_list(subject=SubjectKind.VEHICLE))
        row = {
            "隐患编号": "甲-001", "清单": version.risk_list.name, "隐患类别": "5", "隐患等级": "1",
            "隐患名称": "逾期未检验", "隐患情况": "逾期", "登记对象": registered,
            "排查单位": brigade.code,
        }  # fmt: skip
        return workbook(list(row), list(row.values()))

    def test_what_was_given_out_comes_back_unchanged(
        self, brigade: Organisation, by: Actor
    ) -> None:
        """Would catch a subject out of sight that an untouched workbook takes off a hazard."""
        foreign = register.vehicle()
        hidden = _of(SubjectKind.VEHICLE, brigade, registered=subjects.known_as(foreign))
        Hazard.objects.filter(pk=hidden.pk).update(number="乙-001")
        own = register.vehicle(at=brigade)
        run = self._run(self._row(brigade, subjects.known_as(own)), by)
        imports.confirm(spec=HAZARD_IMPORT, run_id=run.pk, only_valid=False, by=by, at=clock.now())
        assert Hazard.objects.get(number="甲-001").vehicle == own
        content = form(HAZARD_IMPORT, HAZARD_IMPORT.rows(by))
        back = self._run(content, by)
        assert (back.new, back.changed, back.wrong) == (0, 0, 0), back.first_faults

    def test_a_subject_that_is_not_there_is_named(self, brigade: Organisation, by: Actor) -> None:
        foreign = register.vehicle()
        for name in ("湘B·D9999 大型汽车", subjects.known_as(foreign)):
            run = self._run(self._row(brigade, name), by)
            assert name in run.first_faults[0]["what"], run.first_faults
        assert not Hazard.objects.exists()


def test_what_is_known_stays_where_nothing_is_said(brigade: Organisation, by: Actor) -> None:
    """Would catch a phone or an older workbook that knows no such column and clears it."""
    own = register.enterprise(at=brigade)
    row = _of(SubjectKind.ENTERPRISE, brigade, by=by, registered=own.name)
    services.correct(hazard_id=row.pk, found=make.found(), by=by, at=AT)
    row.refresh_from_db()
    assert row.enterprise == own
    services.correct(hazard_id=row.pk, found=make.found(registered=""), by=by, at=AT)
    assert _seen(row, by).registered is None
