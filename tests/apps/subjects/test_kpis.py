"""Figures of key subjects against SQL written by hand."""

from datetime import date, timedelta

import pytest
from django.db import connection

from luchang.apps.kpi.selectors import value
from luchang.apps.subjects import services
from luchang.apps.subjects.policies import SEE
from luchang.apps.subjects.states import (
    DutyKind,
    EliminationReason,
    InspectionResult,
    LicenceActKind,
    Usage,
)
from luchang.kernel.identity.actors import SYSTEM
from luchang.kernel.metrics import Period
from tests.factories import subjects as make
from tests.factories.identity import actor_with, tree
from tests.factories.subjects import NOON, TODAY

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
FEBRUARY = Period.of_days(date(2026, 2, 1), date(2026, 2, 28))
LAST = date(2026, 2, 28)


def number(code: str, period: Period = FEBRUARY) -> float | None:
    return value(f"subjects.{code}", period, by=SYSTEM).number


def counted(sql: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        found: int = cursor.fetchone()[0]
        return found


def inspected(due: date, done: date | None, usage: Usage = Usage.HIGHWAY_PASSENGER) -> None:
    row = make.vehicle(inspection_due_on=due, usage=usage)
    if done is not None:
        services.record_inspection(
            vehicle_id=row.pk, done_on=done, result=InspectionResult.PASSED,
            next_due_on=done + 365 * DAY, by=SYSTEM, at=NOON,
        )  # fmt: skip


def test_the_base_is_what_was_due_and_not_all_there_is() -> None:
    """A hundred percent of all coaches scrapped, or a rate that a vehicle not due makes worse."""
    inspected(LAST, LAST - DAY)
    inspected(LAST, TODAY)  # a day after the period: not yet inspected at its end
    inspected(LAST - 5 * DAY, None)
    inspected(LAST + DAY, None)  # not due in February
    inspected(LAST, None, Usage.FREIGHT)  # none of the three groups
    make.vehicle()  # nothing known to be due
    rate = value("subjects.inspection_rate", FEBRUARY, by=SYSTEM)

    assert (rate.numerator, rate.denominator) == (1, 3)
    assert rate.denominator == counted(
        "SELECT count(*) FROM subjects_duty d JOIN subjects_grouprule g ON g.id = d.group_rule_id"
        " WHERE d.kind = 'INSPECTION' AND g.is_two_and_one AND d.status <> 'WITHDRAWN'"
        " AND d.due_on BETWEEN '2026-02-01' AND '2026-02-28'"
    )
    wider = Period.of_days(date(2026, 2, 1), date(2026, 3, 1))
    assert value("subjects.inspection_rate", wider, by=SYSTEM).numerator == 2


def test_nothing_due_is_no_rate() -> None:
    """0 % or 100 % of nothing."""
    make.vehicle()
    assert number("inspection_rate") is None
    assert number("scrapping_rate") is None


def test_only_scrapping_makes_the_scrapping_rate() -> None:
    for reason in (EliminationReason.DUE_FOR_SCRAPPING, EliminationReason.OTHER):
        row = make.vehicle(scrapping_due_on=LAST - 2 * DAY)
        services.eliminate_vehicle(
            vehicle_id=row.pk, reason=reason, done_on=LAST, by=SYSTEM, at=NOON
        )
    rate = value("subjects.scrapping_rate", FEBRUARY, by=SYSTEM)

    assert (rate.numerator, rate.denominator) == (1, 2)


def test_a_corrected_day_leaves_no_trace_in_the_rate() -> None:
    row = make.vehicle(inspection_due_on=LAST)
    services.set_vehicle_day(
        vehicle_id=row.pk, kind=DutyKind.INSPECTION, due_on=TODAY + 90 * DAY, by=SYSTEM, at=NOON
    )
    assert number("inspection_rate") is None


def test_reasons_and_acts_are_counted_apart_and_together() -> None:
    for reason, day in (
        (EliminationReason.MODIFIED_TRACTOR, LAST),
        (EliminationReason.LARGE_COACH, LAST),
        (EliminationReason.OTHER, LAST),
        (EliminationReason.LARGE_COACH, TODAY),
    ):
        make.eliminated(reason=reason, done_on=day)
    for kind in (LicenceActKind.CANCELLED, LicenceActKind.CANCELLED, LicenceActKind.RECALLED):
        make.decided(kind=kind, decided_on=LAST)
    back = make.decided(kind=LicenceActKind.RECALLED, decided_on=LAST)
    services.reverse_act(
        act_id=back.pk, reason="有误", article="演示条款", document_number="撤1",
        decided_on=TODAY, by=SYSTEM, at=NOON,
    )  # fmt: skip

    codes = ("eliminated_risk_vehicles", "eliminated_tractors", "eliminated_coaches")
    assert [number(each) for each in codes] == [2, 1, 1]
    codes = ("licences_withdrawn", "licences_cancelled", "licences_recalled")
    assert [number(each) for each in codes] == [3, 2, 1]
    assert number("licences_withdrawn") == counted(
        "SELECT count(*) FROM subjects_licenceact WHERE kind IN ('CANCELLED', 'RECALLED')"
        " AND reversed_on IS NULL AND decided_on BETWEEN '2026-02-01' AND '2026-02-28'"
    )


def test_a_source_rectified_twice_is_one_source() -> None:
    row = make.source()
    for listed, rectified in ((LAST - 9 * DAY, LAST - 7 * DAY), (LAST - 3 * DAY, LAST)):
        services.list_as_key(source_id=row.pk, reason="超载", listed_on=listed, by=SYSTEM, at=NOON)
        services.rectify_source(
            source_id=row.pk, rectified_on=rectified, measures="称重", by=SYSTEM, at=NOON
        )
    still = make.source()
    services.list_as_key(source_id=still.pk, reason="超载", listed_on=LAST, by=SYSTEM, at=NOON)

    assert number("rectified_sources") == 1
    assert number("key_sources_now") == 1


def test_figures_end_at_the_reach_of_who_asks() -> None:
    places = tree()
    for place in (places.own, places.child, places.sibling):
        make.eliminated(at=place, done_on=LAST)
    mine = actor_with(SEE, at=places.own)

    assert value("subjects.eliminated_tractors", FEBRUARY, by=mine).number == 2
    assert number("eliminated_tractors") == 3
