"""The invented hazards give what was reported, keep the rules and go again."""

from itertools import pairwise

import pytest

from luchang.apps.kpi.selectors import value
from luchang.apps.risk.management.half_year.hazards import HAZARDS, SOURCE, TOTAL
from luchang.apps.risk.models import Hazard, MayorsEntry, RiskList
from luchang.apps.risk.states.hazards import HAZARD, HazardStatus
from luchang.kernel.demo import LAST, Season
from luchang.kernel.identity.actors import SYSTEM
from luchang.kernel.metrics import Period
from luchang.kernel.records.models import Move
from tests.factories import hazards as make
from tests.factories.force import NOON
from tests.factories.small_city import small_city

pytestmark = pytest.mark.django_db
TENTH = Season(scale=0.1)
MONTHS = Period.of_days(Season.days()[0], LAST)


def test_five_lists_and_their_hazards_are_counted_as_they_were_reported() -> None:
    """F038 at any scale; found, struck off and in time follow from the same records."""
    small_city()
    HAZARDS.load(TENTH, by=SYSTEM, at=NOON)
    (intended,) = HAZARDS.intended
    assert value(intended.indicator, MONTHS, by=SYSTEM).number == intended.at(TENTH) == 5
    assert value("risk.found", MONTHS, by=SYSTEM).number == TOTAL // 10
    assert value("risk.struck_off", MONTHS, by=SYSTEM).number == TOTAL // 10
    assert value("risk.in_time", MONTHS, by=SYSTEM).number == pytest.approx(90.0)
    assert value("risk.struck_off_share", MONTHS, by=SYSTEM).number == 100.0
    assert MayorsEntry.objects.filter(source=SOURCE).exists()
    assert Hazard.objects.filter(times_reopened=1).count() == 1


def test_invented_hazards_came_the_way_the_table_allows() -> None:
    small_city()
    HAZARDS.load(TENTH, by=SYSTEM, at=NOON)
    for row in Hazard.objects.filter(source=SOURCE):
        moves = list(Move.objects.filter(subject="risk.hazard", subject_id=row.pk).order_by("at"))
        assert moves[0].before == ""
        assert moves[-1].after == row.status == HazardStatus.STRUCK_OFF
        for before, after in pairwise(moves):
            assert HAZARD.allows(HazardStatus(before.after), HazardStatus(after.after))


def test_what_was_invented_goes_and_nothing_else() -> None:
    small_city()
    own = make.hazard()
    HAZARDS.load(TENTH, by=SYSTEM, at=NOON)
    HAZARDS.remove()
    assert list(Hazard.objects.all()) == [own]
    assert RiskList.objects.count() == 1
    assert not HAZARDS.is_loaded()
