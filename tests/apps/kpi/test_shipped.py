"""The three assessments that come as drafts: each item is lawful, told by unit and adds to 100."""

from decimal import Decimal

import pytest

from luchang.apps.kpi import services
from luchang.apps.kpi.models import Scheme
from luchang.apps.kpi.selectors import value
from luchang.apps.kpi.states import SchemeStatus
from luchang.kernel.identity.actors import SYSTEM
from luchang.kernel.metrics import Period
from tests.factories.force import NOON
from tests.factories.identity import organisation

pytestmark = pytest.mark.django_db


def test_three_drafts_are_counted_once_and_none_is_in_force() -> None:
    """F037: would catch a second load that doubles them, and a draft that judges somebody."""
    city = organisation()
    made = services.ship_schemes(organisation_id=city.pk, by=SYSTEM, at=NOON)
    assert [each.status for each in made] == [SchemeStatus.DRAFT] * 3
    assert services.ship_schemes(organisation_id=city.pk, by=SYSTEM, at=NOON) == []
    assert value("kpi.schemes_kept", Period.day_of(NOON), by=SYSTEM).number == 3


def test_what_each_gives_adds_up_to_a_hundred_points() -> None:
    city = organisation()
    services.ship_schemes(organisation_id=city.pk, by=SYSTEM, at=NOON)
    for scheme in Scheme.objects.all():
        assert sum(each.weight for each in scheme.items.all()) == Decimal(100), scheme.title
