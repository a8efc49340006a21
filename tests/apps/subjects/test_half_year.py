"""The invented key subjects give what was reported, keep every rule and go away again."""

from itertools import pairwise
from typing import Any

import pytest
from django.db import connection

from luchang.apps.kpi.selectors import value
from luchang.apps.subjects.management import half_year
from luchang.apps.subjects.management.half_year import story
from luchang.apps.subjects.models import (
    DEMO,
    Duty,
    Elimination,
    Enterprise,
    FreightSource,
    KeyDriver,
    KeyVehicle,
    LicenceAct,
)
from luchang.apps.subjects.states import DRIVER, DUTY, ENTERPRISE, SOURCE, VEHICLE, PlateType
from luchang.core.common.identifiers import check_credit_code, check_resident_id, vin_adds_up
from luchang.kernel.demo import FIRST, LAST, Season, contributions, events_of
from luchang.kernel.identity.actors import SYSTEM
from luchang.kernel.identity.models import Organisation
from luchang.kernel.identity.states import OrganisationKind
from luchang.kernel.metrics import Period
from luchang.kernel.records.models import Move
from tests.factories import subjects as make
from tests.factories.identity import organisation
from tests.factories.subjects import NOON, settled

pytestmark = pytest.mark.django_db
SEASON = Season(scale=0.05)
PERIOD = Period.of_days(FIRST, LAST)
TABLES: dict[str, Any] = {
    "subjects.enterprise": ENTERPRISE,
    "subjects.freightsource": SOURCE,
    "subjects.keyvehicle": VEHICLE,
    "subjects.keydriver": DRIVER,
    "subjects.duty": DUTY,
}


@pytest.fixture
def brigades() -> list[Organisation]:
    city = organisation(kind=OrganisationKind.DETACHMENT)
    return [organisation(parent=city) for _ in range(3)]


@pytest.fixture
def loaded(brigades: list[Organisation]) -> int:
    rows = half_year.load(SEASON, by=SYSTEM, at=NOON)
    settled()
    return rows


def number(code: str) -> float:
    return value(f"subjects.{code}", PERIOD, by=SYSTEM).number or 0.0


def test_indicators_give_what_was_reported(loaded: int) -> None:
    (ours,) = (each for each in contributions() if each.code == "subjects")
    assert [each.figure for each in ours.intended] == ["F043", "F045", "F046", "F047", "F048"]
    for intended in ours.intended:
        period = Period.of_days(intended.first, intended.last)
        found = value(intended.indicator, period, by=SYSTEM)

        assert found.number == pytest.approx(intended.at(SEASON), abs=0.51), intended.figure


def test_at_full_scale_the_plan_says_the_printed_numbers() -> None:
    """A split that does not add up to what was printed."""
    assert sum(story.TRACTORS_TO_COACHES) == story.ELIMINATED == 160
    assert sum(story.CANCELLED_TO_RECALLED) == story.LICENCES == 133
    assert story.RECTIFIED == 61


def test_mixed_numbers_are_kept_apart_and_rates_have_a_base(loaded: int) -> None:
    assert number("eliminated_tractors") + number("eliminated_coaches") == number(
        "eliminated_risk_vehicles"
    )
    assert number("licences_cancelled") + number("licences_recalled") == number(
        "licences_withdrawn"
    )
    base = value("subjects.scrapping_rate", PERIOD, by=SYSTEM).denominator
    assert base == SEASON.scaled(story.TO_SCRAP)
    assert base < KeyVehicle.objects.count() / 5
    assert number("inspected_on_time") < 100


def test_nothing_is_left_to_be_urged(loaded: int) -> None:
    """Clocks that bring years-old duties to a leader."""
    assert not Duty.objects.open().exists()
    assert Duty.objects.filter(due_on__range=(FIRST, LAST)).count() == Duty.objects.count()


def test_every_record_came_to_its_state_by_its_table(loaded: int) -> None:
    for model in (Enterprise, FreightSource, KeyVehicle, KeyDriver, Duty):
        label = model._meta.label_lower
        table, kind = TABLES[label], type(TABLES[label].start)
        for key, status in model._default_manager.values_list("pk", "status"):
            moves = list(Move.objects.filter(subject=label, subject_id=key).order_by("pk"))
            assert (moves[0].before, moves[-1].after) == ("", status)
            for before, after in pairwise(moves):
                assert table.allows(kind(before.after), kind(after.after))
                assert after.at >= before.at


def test_numbers_add_up_and_are_marked(loaded: int) -> None:
    for firm in Enterprise.objects.all():
        assert check_credit_code(firm.credit_code or "") == firm.credit_code
        assert firm.is_demo
        assert firm.name.startswith("演示")
    assert all(vin_adds_up(each) for each in KeyVehicle.objects.values_list("vin", flat=True))
    assert all(check_resident_id(each.identity_number) for each in KeyDriver.objects.all())
    assert all("DEM" in each for each in KeyVehicle.objects.values_list("vin", flat=True))


def test_each_row_has_its_history_and_can_be_found(loaded: int) -> None:
    for model in (Enterprise, KeyVehicle, KeyDriver, Duty, LicenceAct):
        assert events_of(model)._default_manager.count() == model._default_manager.count()
    firm, driver = Enterprise.objects.all()[0], KeyDriver.objects.all()[0]
    assert firm in Enterprise.objects.filter(search__found=firm.name)
    assert driver in KeyDriver.objects.known_as(driver.identity_number)
    with connection.cursor() as cursor:
        cursor.execute("SELECT identity_number FROM subjects_keydriver WHERE id = %s", [driver.pk])
        assert driver.identity_number not in cursor.fetchone()[0]


def test_it_goes_away_and_leaves_what_is_real(brigades: list[Organisation]) -> None:
    real = make.vehicle(at=brigades[0], plate_type=PlateType.SMALL)
    rows = half_year.load(SEASON, by=SYSTEM, at=NOON)

    assert half_year.remove() == rows
    assert list(KeyVehicle.objects.all()) == [real]
    assert not Enterprise.objects.filter(source=DEMO).exists()
    assert set(Move.objects.values_list("subject_id", flat=True)) == {real.pk}


def test_the_same_seed_invents_the_same(brigades: list[Organisation]) -> None:
    def told() -> list[Any]:
        return [
            *Elimination.objects.order_by("pk").values_list("vehicle__plate", "reason", "done_on"),
            *Duty.objects.order_by("pk").values_list("vehicle__vin", "kind", "due_on", "met_on"),
        ]

    half_year.load(SEASON, by=SYSTEM, at=NOON)
    first = told()
    half_year.remove()
    half_year.load(SEASON, by=SYSTEM, at=NOON)
    assert told() == first
