"""The invented timing of junctions gives what was reported, keeps the rules and goes again."""

from itertools import pairwise
from typing import Any

import pytest

from luchang.apps.kpi.selectors import value
from luchang.apps.signals.management.half_year import SIGNALS, SOURCE
from luchang.apps.signals.models import Junction, Reorganisation, Study
from luchang.apps.signals.states import STUDY, WORK, StudyStatus, WorkStatus
from luchang.kernel.demo import Season
from luchang.kernel.identity.actors import SYSTEM
from luchang.kernel.metrics import Period
from luchang.kernel.records.models import Move
from tests.factories import signals
from tests.factories.signals import AT
from tests.factories.small_city import small_city

pytestmark = pytest.mark.django_db
TABLES: tuple[tuple[Any, Any, Any], ...] = (
    (Study, STUDY, StudyStatus),
    (Reorganisation, WORK, WorkStatus),
)
WHOLE, TENTH = Season(), Season(scale=0.1)


@pytest.mark.parametrize("season", [WHOLE, TENTH], ids=["whole", "tenth"])
def test_indicators_give_what_was_reported(season: Season) -> None:
    """20 junctions retimed, 8 reorganised: read from accepted records, not typed in."""
    small_city()
    SIGNALS.load(season, by=SYSTEM, at=AT)
    assert [each.figure for each in SIGNALS.intended] == ["F062", "F070"]
    for intended in SIGNALS.intended:
        period = Period.of_days(intended.first, intended.last)
        found = value(intended.indicator, period, by=SYSTEM)
        assert found.number == round(intended.at(season)), intended.figure


def test_invented_records_came_the_way_the_tables_allow() -> None:
    """Would catch a state without the moves to it, and one the table refuses."""
    small_city()
    SIGNALS.load(TENTH, by=SYSTEM, at=AT)
    for model, table, states in TABLES:
        subject = model._meta.label_lower
        for row in model.objects.filter(source=SOURCE):
            moves = list(Move.objects.filter(subject=subject, subject_id=row.pk).order_by("at"))
            assert moves[0].before == ""
            assert moves[-1].after == row.status
            for before, after in pairwise(moves):
                assert after.before == before.after
                assert table.allows(states(before.after), states(after.after))


def test_what_was_invented_goes_and_nothing_else() -> None:
    small_city()
    own = signals.study()
    before = Move.objects.count()
    rows = SIGNALS.load(TENTH, by=SYSTEM, at=AT)
    assert SIGNALS.is_loaded()
    assert SIGNALS.remove() == rows
    assert not SIGNALS.is_loaded()
    assert Move.objects.count() == before
    assert list(Study.objects.all()) == [own]
    assert list(Junction.objects.all()) == [own.junction]
