"""The figures of the instruments, counted by hand, and the invented half-year that gives them."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection

from luchang.apps.kpi.selectors import value
from luchang.apps.risk.bridge.announcing import announcement
from luchang.apps.risk.management.half_year import instruments as half_year
from luchang.apps.risk.models import Commitment, Exposure, Interview, Interviewee
from luchang.apps.risk.services import instruments as services
from luchang.apps.risk.states.instruments import (
    COMMITMENT,
    EXPOSURE,
    INTERVIEW,
    NOTICE,
    TRANSFER,
    ExposureStatus,
    InterviewStatus,
    TargetKind,
)
from luchang.core.common.identifiers import plain
from luchang.kernel.demo import Intended, Season, contributions
from luchang.kernel.identity.actors import SYSTEM
from luchang.kernel.metrics import Period
from luchang.kernel.records.models import Move
from tests.factories import risk_instruments as make
from tests.factories.identity import organisation

pytestmark = pytest.mark.django_db
MARCH = Period(datetime(2026, 2, 28, 16, tzinfo=UTC), datetime(2026, 3, 31, 16, tzinfo=UTC))


def number(code: str, period: Period = MARCH) -> float | None:
    return value(code, period, by=SYSTEM).number


def by_hand(sql: str, *values: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return int(cursor.fetchone()[0])


def test_a_collective_interview_counts_each_enterprise_and_one_called_twice_once() -> None:
    """30 enterprises in three meetings are neither three nor, called again, thirty-one."""
    held = InterviewStatus.HELD
    make.interview("甲公司", "乙公司", "丙公司", until=held)
    make.interview("甲公司", until=held)
    make.interview("丁公司")
    make.interview("某镇政府", until=held, kind=TargetKind.GOVERNMENT)
    make.interview("戊公司", until=held, when=datetime(2026, 4, 1, tzinfo=UTC))

    assert number("risk.enterprises_interviewed") == 3
    assert number("risk.enterprises_interviewed") == by_hand(
        "SELECT count(DISTINCT e.name) FROM risk_interviewee e "
        "JOIN risk_interview i ON i.id = e.interview_id "
        "WHERE e.kind = 'ENTERPRISE' AND i.held_at >= %s AND i.held_at < %s",
        MARCH.start,
        MARCH.end,
    )


def test_only_what_was_approved_is_exposed_and_a_withdrawal_does_not_undo_it() -> None:
    make.exposure(until=ExposureStatus.APPROVAL)
    public = make.exposure(until=ExposureStatus.PUBLISHED)
    make.exposure(until=ExposureStatus.PUBLISHED)
    services.withdraw(exposure_id=public.pk, reason="有误", by=SYSTEM, at=make.AT)

    assert number("risk.vehicles_exposed") == 2
    assert number("risk.cases_exposed") == 0


# The invented half-year


def loaded(scale: float) -> Season:
    organisation(name="天元大队")
    season = Season(scale=scale)
    half_year.load(season, by=SYSTEM, at=make.AT)
    return season


@pytest.mark.parametrize("intended", half_year.INSTRUMENTS.intended, ids=lambda each: each.figure)
def test_the_whole_half_year_gives_the_reported_figure(intended: Intended) -> None:
    loaded(1.0)

    period = Period.of_days(intended.first, intended.last)
    assert number(intended.indicator, period) == intended.number


def test_a_fiftieth_can_be_loaded_and_taken_away_without_a_trace() -> None:
    own = make.exposure()
    moves = Move.objects.count()
    loaded(0.1)
    assert half_year.INSTRUMENTS.is_loaded()

    removed = half_year.remove()

    assert removed > 0
    assert not half_year.INSTRUMENTS.is_loaded()
    assert [each.pk for each in Exposure.objects.all()] == [own.pk]
    assert Move.objects.count() == moves
    assert not Interview.objects.exists()
    assert not Interviewee.objects.exists()


def test_invented_records_went_only_ways_their_tables_allow() -> None:
    """A demo in states no service leads to would show pages that cannot be."""
    loaded(0.1)

    tables: dict[str, Any] = {
        "risk.interview": INTERVIEW,
        "risk.commitment": COMMITMENT,
        "risk.exposure": EXPOSURE,
        "risk.rectificationnotice": NOTICE,
        "risk.transfer": TRANSFER,
    }
    for subject, table in tables.items():
        moves = list(Move.objects.filter(subject=subject).exclude(before=""))
        assert moves, subject
        states = type(table.start)
        assert all(table.allows(states(each.before), states(each.after)) for each in moves)


def test_what_the_demo_published_is_masked_and_what_a_service_would_publish() -> None:
    loaded(0.1)

    for each in Exposure.objects.select_related("organisation"):
        assert each.published_text == announcement(each)
        if each.kind == "VEHICLE":
            assert plain(each.target_name) not in plain(each.published_text)
    assert Commitment.objects.exists()


def test_the_demo_knows_them() -> None:
    assert half_year.INSTRUMENTS in contributions()
