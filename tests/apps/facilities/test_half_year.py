"""The invented work on facilities gives what was reported, keeps the rules and goes again."""

from itertools import pairwise
from typing import Any

import pytest

from luchang.apps.facilities.management.half_year import FACILITIES, SOURCE
from luchang.apps.facilities.models import Facility, WorkOrder
from luchang.apps.facilities.states import FACILITY, ORDER, FacilityStatus, OrderStatus
from luchang.apps.kpi.selectors import value
from luchang.kernel.demo import Season, events_of
from luchang.kernel.identity.actors import SYSTEM
from luchang.kernel.metrics import Period
from luchang.kernel.records.models import Move
from tests.factories import facilities
from tests.factories.force import NOON
from tests.factories.small_city import small_city

pytestmark = pytest.mark.django_db
TABLES: tuple[tuple[Any, Any, Any], ...] = (
    (Facility, FACILITY, FacilityStatus),
    (WorkOrder, ORDER, OrderStatus),
)
WHOLE, TENTH = Season(), Season(scale=0.1)


@pytest.mark.parametrize("season", [WHOLE, TENTH], ids=["whole", "tenth"])
def test_indicators_give_what_was_reported(season: Season) -> None:
    """215 signs, 193 signals, 308 bays: read from accepted orders, not typed in."""
    small_city()
    FACILITIES.load(season, by=SYSTEM, at=NOON)
    assert [each.figure for each in FACILITIES.intended] == ["F063", "F064", "F071"]
    for intended in FACILITIES.intended:
        period = Period.of_days(intended.first, intended.last)
        found = value(intended.indicator, period, by=SYSTEM)
        assert found.number == round(intended.at(season)), intended.figure


def test_invented_records_came_the_way_the_tables_allow() -> None:
    """Would catch a state without the moves to it, and one the table refuses."""
    small_city()
    FACILITIES.load(TENTH, by=SYSTEM, at=NOON)
    for model, table, states in TABLES:
        subject = model._meta.label_lower
        for row in model.objects.filter(source=SOURCE):
            moves = list(Move.objects.filter(subject=subject, subject_id=row.pk).order_by("at"))
            assert moves[0].before == ""
            assert moves[-1].after == row.status
            for before, after in pairwise(moves):
                assert after.before == before.after
                assert table.allows(states(before.after), states(after.after))
    assert _history().objects.count() == Facility.objects.count()
    assert Facility.objects.filter(search__found="信号灯").exists()


def test_what_was_invented_goes_and_nothing_else() -> None:
    small_city()
    own = facilities.order()
    before = Move.objects.count()
    rows = FACILITIES.load(TENTH, by=SYSTEM, at=NOON)
    assert FACILITIES.is_loaded()
    assert FACILITIES.remove() == rows
    assert not FACILITIES.is_loaded()
    assert Move.objects.count() == before
    assert list(WorkOrder.objects.all()) == [own]
    assert _history().objects.count() == 3  # made, put into use, marked as faulty


def _history() -> Any:
    return events_of(Facility)
