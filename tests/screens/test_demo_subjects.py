"""The demo city's key subjects: enough that no page is empty, and nobody's real ones."""

import pytest

from luchang.apps.subjects.models import Duty, Enterprise, FreightSource, KeyDriver, KeyVehicle
from luchang.apps.subjects.services import urge_due
from luchang.screens.demo_city.subjects import register_subjects
from tests.factories.identity import organisation
from tests.factories.subjects import NOON, TODAY, settled

pytestmark = pytest.mark.django_db


def test_the_city_has_subjects_some_due_and_some_overdue() -> None:
    """An empty page for a new demo, or due days that no duty holds."""
    register_subjects([organisation(), organisation()], seed=7, at=NOON)
    settled()

    assert Enterprise.objects.count() == 8
    assert KeyVehicle.objects.filter(group_rule__isnull=False).count() == 32
    assert KeyDriver.objects.filter(relations__vehicle__isnull=False).count() == 32
    assert set(FreightSource.objects.values_list("status", flat=True)) == {"LISTED", "REGISTERED"}
    assert Duty.objects.open().filter(due_on__lt=TODAY).exists()
    assert urge_due(at=NOON) > 0


def test_everything_is_marked_and_no_plate_is_real() -> None:
    register_subjects([organisation()], seed=7, at=NOON)

    for model in (Enterprise, KeyVehicle, KeyDriver, FreightSource):
        assert all(each.is_demo for each in model.objects.all())
    assert all(
        each.startswith("湘B·D9") for each in KeyVehicle.objects.values_list("plate", flat=True)
    )
