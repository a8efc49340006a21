"""A subject's page tells everything within the viewer's reach, and nothing beyond."""

from datetime import timedelta

import pytest
from django.urls import reverse

from luchang.apps.subjects import services
from luchang.apps.subjects.models import DEMO, Enterprise, KeyDriver
from luchang.apps.subjects.policies import DECIDE, MANAGE, SEE
from luchang.apps.subjects.states import EliminationReason, SubjectKind
from luchang.core.common import invented_numbers
from luchang.kernel.identity.actors import SYSTEM
from tests.factories import subjects as make
from tests.factories.identity import browser_of, tree, user_with
from tests.factories.subjects import NOON, TODAY, settled

pytestmark = pytest.mark.django_db
LONG_BEFORE = TODAY - timedelta(days=900)


def page(route: str, pk: int, *permissions: str, at: object) -> str:
    browser = browser_of(user_with(*permissions, at=at))  # type: ignore[arg-type]
    answer = browser.get(reverse(route, args=[pk]))
    assert answer.status_code == 200
    return str(answer.text)


def test_what_another_unit_supervises_is_told_without_its_name() -> None:
    """A relation that leaks the fleet of the county next door."""
    places = tree()
    driver = make.driver(at=places.own)
    car, firm = make.vehicle(at=places.sibling), make.enterprise(at=places.sibling)
    services.relate(
        driver_id=driver.pk, vehicle=car, enterprise=firm, starts_on=LONG_BEFORE, by=SYSTEM,
        at=NOON,
    )  # fmt: skip
    own = page("subjects.driver", driver.pk, SEE, at=places.own)
    city = page("subjects.driver", driver.pk, SEE, at=places.city)

    assert "其他单位监管" in own
    for secret in (car.plate, firm.name):
        assert secret not in own
        assert secret in city


def test_an_enterprise_shows_its_vehicles_drivers_and_sources() -> None:
    firm = make.enterprise()
    place = firm.organisation
    car = make.vehicle(at=place, enterprise=firm)
    source = make.source(at=place, enterprise=firm)
    driver = make.driver(at=place)
    services.relate(
        driver_id=driver.pk, enterprise=firm, starts_on=LONG_BEFORE, by=SYSTEM, at=NOON
    )
    shown = page("subjects.enterprise", firm.pk, SEE, at=place)

    for text in (car.plate, source.name, driver.archive_number, firm.credit_code or ""):
        assert text in shown
    assert "13800001234" not in shown


def test_a_vehicle_shows_what_is_due_in_its_colour_and_how_it_went() -> None:
    late = make.vehicle(inspection_due_on=LONG_BEFORE)
    assert "is-danger" in page("subjects.vehicle", late.pk, SEE, at=late.organisation)
    services.eliminate_vehicle(
        vehicle_id=late.pk, reason=EliminationReason.OTHER, done_on=TODAY, by=SYSTEM, at=NOON
    )
    shown = page("subjects.vehicle", late.pk, SEE, at=late.organisation)
    assert "逾期未办" in shown
    assert "其他原因" in shown


def test_a_double_says_so_and_leads_to_what_it_is() -> None:
    kept, double = make.enterprise(), make.enterprise()
    services.merge(
        kind=SubjectKind.ENTERPRISE, survivor_id=kept.pk, double_id=double.pk, reason="重复",
        by=SYSTEM, at=NOON,
    )  # fmt: skip
    shown = page("subjects.enterprise", double.pk, SEE, at=double.organisation)

    assert "本条为重复记录" in shown
    assert reverse("subjects.enterprise", args=[kept.pk]) in shown
    listed = page_of_list("subjects.enterprises", double.organisation, double.name)
    assert double.name not in listed.partition("<tbody")[2]


def page_of_list(route: str, at: object, asked: str) -> str:
    browser = browser_of(user_with(SEE, at=at))  # type: ignore[arg-type]
    return str(browser.get(reverse(route), {"q": asked}).text)


def test_an_invented_record_says_that_it_is() -> None:
    row = make.enterprise(source=DEMO)
    assert "演示数据" in page("subjects.enterprise", row.pk, SEE, at=row.organisation)


def test_correcting_without_naming_the_person_keeps_him() -> None:
    """A form that does not show a phone and saves its emptiness."""
    row = make.enterprise()
    browser = browser_of(user_with(MANAGE, SEE, at=row.organisation))
    form = {"name": "更名后", "kind": row.kind, "credit_code": row.credit_code}
    answer = browser.post(reverse("subjects.enterprise.correct", args=[row.pk]), form)
    settled()
    kept = Enterprise.objects.get(pk=row.pk)

    assert answer.status_code == 302
    assert (kept.name, kept.responsible_phone) == ("更名后", "13800001234")
    assert kept.responsible_person == "罗某"


def test_a_driver_is_registered_decided_on_and_related_from_the_page() -> None:
    """What the forms ask for is what the services take."""
    place = make.enterprise().organisation
    browser = browser_of(user_with(MANAGE, SEE, DECIDE, at=place))
    form = {
        "organisation": place.pk,
        "identity_number": invented_numbers.resident_id(7, TODAY.replace(year=1980)),
        "name": "刘某",
        "archive_number": invented_numbers.archive_number(900_001),
        "licence_classes": ["A1", "A2"],
        "points": 0,
        "review_due_on": "2030-05-01",
    }
    browser.post(reverse("subjects.driver.register"), form)
    driver = KeyDriver.objects.get()
    car = make.vehicle(at=place)
    said = {"plate_type": car.plate_type, "plate": car.plate, "starts_on": "2026-01-01"}
    browser.post(reverse("subjects.driver.relate", args=[driver.pk]), said)
    decision = {
        "kind": "RECALLED",
        "licence_class": "A2",
        "reason": "身体条件",
        "article": "演示条款",
        "document_number": "演示1",
        "decided_on": "2026-02-01",
    }
    browser.post(reverse("subjects.driver.decide", args=[driver.pk]), decision)
    settled()

    assert driver.relations.get().vehicle == car
    assert driver.licence_acts.get().kind == "RECALLED"
    assert make.due(driver).kind == "LICENCE_REVIEW"


def test_a_driver_is_found_by_a_whole_number_in_list_and_search_box() -> None:
    row = make.driver()
    assert row.archive_number in page_of_list(
        "subjects.drivers", row.organisation, row.identity_number
    )
    browser = browser_of(user_with(SEE, at=row.organisation))
    found = browser.get(reverse("search"), {"q": row.identity_number}).text
    assert reverse("subjects.driver", args=[row.pk]) in found
    assert row.name not in found
