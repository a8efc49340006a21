"""A worked example: every figure from records one can count by hand."""

from datetime import timedelta

import pytest

from luchang.apps.dispatch import kpis
from luchang.apps.dispatch.kpis import times
from luchang.apps.dispatch.services import calls, incidents, merging
from luchang.apps.dispatch.states import CallLink
from luchang.kernel.identity.actors import SYSTEM
from luchang.kernel.metrics import Period
from tests.factories import dispatch as make
from tests.factories.force import NOON

pytestmark = pytest.mark.django_db
DAY = Period(NOON - timedelta(hours=1), NOON + timedelta(hours=1))
TIMES = {each.code: each for each in times.TIMES}


def test_consultations_merged_and_cancelled_ones_are_not_effective_incidents() -> None:
    make.incident()
    make.incident(category="51", grade="4")
    main, part = make.incident(), make.incident()
    merging.merge(main_id=main.pk, other_id=part.pk, reason="同一", by=SYSTEM, at=NOON)
    gone = make.incident()
    incidents.cancel_incident(incident_id=gone.pk, reason="误报", by=SYSTEM, at=NOON)

    assert kpis.INCIDENTS.over(DAY, by=SYSTEM) == 3
    assert kpis.EFFECTIVE.over(DAY, by=SYSTEM) == 2
    assert kpis.CALLS.over(DAY, by=SYSTEM) == 5


def test_the_final_category_counts() -> None:
    """Registered as an injury crash, found to be property damage: code 11."""
    make.reported(make.incident(), make.crew())
    kinds = {each.code: each.over(DAY, by=SYSTEM) for each in kpis.BY_KIND}

    assert kinds["dispatch.incidents_kind_11"] == 1
    assert kinds["dispatch.incidents_kind_12"] == 0


def test_times_come_from_records_that_have_both_ends() -> None:
    """Two arrive 60 and 120 s after the call, one never: median 90, p90 114."""
    make.arrived(make.incident(), make.crew(), at=NOON + make.MINUTE)
    make.arrived(make.incident(), make.crew(), at=NOON + 2 * make.MINUTE)
    make.incident()

    assert TIMES["dispatch.arrive_median"].over(DAY, by=SYSTEM) == 90
    assert TIMES["dispatch.arrive_p90"].over(DAY, by=SYSTEM) == pytest.approx(114)
    assert TIMES["dispatch.arrive_mean"].over(DAY, by=SYSTEM) == 90


def test_nothing_measured_is_no_zero() -> None:
    assert TIMES["dispatch.sign_median"].over(DAY, by=SYSTEM) is None
    assert kpis.SIGNED_IN_TIME.over(DAY, by=SYSTEM) is None
    assert kpis.REPEATS.over(DAY, by=SYSTEM) is None


def test_in_time_has_the_orders_with_a_limit_below_the_line() -> None:
    make.limits()
    make.signed(make.incident(), make.crew())
    make.signed(make.incident(), make.crew(), at=NOON + make.SECOND + 2 * make.MINUTE)
    make.sent(make.incident(), make.crew())

    assert kpis.SIGNED_IN_TIME.over(DAY, by=SYSTEM) == pytest.approx(2 / 3)


def test_a_repeat_is_a_share_of_the_calls_that_belong_somewhere() -> None:
    crash = make.incident()
    calls.take_repeat_call(
        source="s",
        key="k",
        call=make.CALLER,
        repeat=calls.Repeat(incident_id=crash.pk, link=CallLink.REPEAT),
        by=make.desk(crash.organisation),
        at=NOON,
    )

    assert kpis.REPEATS.over(DAY, by=SYSTEM) == 0.5
