"""Kept figures of key subjects hear of every record they were made of."""

from datetime import date, timedelta

import pytest

from luchang.apps.kpi.models import KeptValue
from luchang.apps.kpi.selectors import value
from luchang.apps.subjects import services
from luchang.apps.subjects.states import EliminationReason, InspectionResult, Usage
from luchang.kernel.identity.actors import SYSTEM
from luchang.kernel.metrics import Period
from tests.factories import identity
from tests.factories import subjects as make
from tests.factories.subjects import NOON

LAST = date(2026, 2, 28)
FEBRUARY = Period.of_days(date(2026, 2, 1), LAST)


def _number(code: str, branch: str = "") -> float | None:
    return value(f"subjects.{code}", FEBRUARY, by=SYSTEM, branch=branch).number


@pytest.mark.django_db(transaction=True)
def test_what_is_done_later_changes_a_closed_month() -> None:
    """Would catch a rate that stays as it was when a duty of its month is met at last."""
    rows = [
        make.vehicle(inspection_due_on=LAST, usage=Usage.HIGHWAY_PASSENGER) for _each in range(2)
    ]
    assert _number("inspection_rate") == 0.0
    assert KeptValue.objects.filter(code="subjects.inspection_rate").exists()
    services.record_inspection(
        vehicle_id=rows[0].pk, done_on=LAST, result=InspectionResult.PASSED,
        next_due_on=LAST + timedelta(days=365), by=SYSTEM, at=NOON,
    )  # fmt: skip
    assert _number("inspection_rate") == 50.0
    assert _number("eliminated_tractors") == 0.0
    services.eliminate_vehicle(
        vehicle_id=rows[1].pk, reason=EliminationReason.MODIFIED_TRACTOR, done_on=LAST,
        by=SYSTEM, at=NOON,
    )  # fmt: skip
    assert _number("eliminated_tractors") == 1.0


@pytest.mark.django_db(transaction=True)
def test_a_source_listed_long_ago_is_rectified_in_a_closed_month() -> None:
    """Would catch a listing whose span ends where it was listed, and a source handed over."""
    brigade, other = identity.organisation(), identity.organisation()
    row = make.source(at=brigade)
    services.list_as_key(
        source_id=row.pk, reason="超载", listed_on=date(2025, 6, 1), by=SYSTEM, at=NOON
    )
    assert _number("rectified_sources") == 0.0
    services.rectify_source(
        source_id=row.pk, rectified_on=LAST, measures="称重", by=SYSTEM, at=NOON
    )
    assert _number("rectified_sources") == 1.0
    assert _number("rectified_sources", brigade.code) == 1.0
    services.hand_over_source(source_id=row.pk, organisation=other, by=SYSTEM, at=NOON)
    numbers = [_number("rectified_sources", each.code) for each in (brigade, other)]
    assert numbers == [0.0, 1.0]
