"""Keys of kept values: another definition, asker or branch is another key; none is made twice."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db.models import Avg, Q, QuerySet, Sum

from luchang.apps.dispatch.models import Dispatch, Incident
from luchang.apps.kpi.selectors import keys
from luchang.apps.kpi.selectors.keys import Keys
from luchang.apps.passages.services.scales import set_scale
from luchang.kernel import clock
from luchang.kernel.identity.actors import SYSTEM, Actor, Forbidden, Reach, within
from luchang.kernel.metrics import (
    AnyIndicator,
    Indicator,
    Kind,
    Period,
    Rate,
    Ratio,
    Scope,
    Zero,
    declared,
    find,
)

MARCH, APRIL = Period.months(2026, 3), Period.months(2026, 4)
SEE = "dispatch.see_incidents"


def key(
    indicator: AnyIndicator,
    period: Period = MARCH,
    *,
    by: Actor = SYSTEM,
    scope: Scope = Scope.WHOLE,
    path: str = "",
) -> str:
    return Keys(by).key_of(indicator, period, scope, path)


def none(by: Actor, period: Period) -> "QuerySet[Any]":
    del by, period
    return Incident.objects.filter(grade="9")


def no_orders(by: Actor, period: Period) -> "QuerySet[Any]":
    del by, period
    return Dispatch.objects.filter(status="9")


def incidents_of_a_kind() -> Indicator:
    found = find("dispatch.injured")
    assert isinstance(found, Indicator)
    return found


def rate() -> Rate:
    found = find("dispatch.incidents_a_day")
    assert isinstance(found, Rate)
    return found


def zero() -> Zero:
    found = find("dispatch.first_grade_without_order")
    assert isinstance(found, Zero)
    return found


def ratio() -> Ratio:
    found = find("dispatch.arrived_in_time")
    assert isinstance(found, Ratio)
    return found


CHANGES: dict[str, Callable[[], tuple[AnyIndicator, AnyIndicator]]] = {
    "rows": lambda: (incidents_of_a_kind(), replace(incidents_of_a_kind(), rows=none)),
    "where": lambda: (incidents_of_a_kind(), replace(incidents_of_a_kind(), where=Q(injured=1))),
    "aggregate": lambda: (
        incidents_of_a_kind(),
        replace(incidents_of_a_kind(), aggregate=Avg("injured")),
    ),
    "field of the aggregate": lambda: (
        incidents_of_a_kind(),
        replace(incidents_of_a_kind(), aggregate=Sum("id")),
    ),
    "kind": lambda: (incidents_of_a_kind(), replace(incidents_of_a_kind(), is_sum=False)),
    "per": lambda: (incidents_of_a_kind(), replace(incidents_of_a_kind(), per=2.0)),
    "times of a rate": lambda: (rate(), replace(rate(), times=7.0)),
    "base of a rate": lambda: (rate(), replace(rate(), base=lambda by, period: 3.0)),
    "what a zero is kept by": lambda: (zero(), replace(zero(), kept=none)),
    "denominator": lambda: (ratio(), replace(ratio(), denominator=no_orders)),
    "condition of a ratio": lambda: (ratio(), replace(ratio(), where=Q(signed_at=None))),
}


@pytest.mark.django_db
@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_definition_is_another_key(change: str) -> None:
    """Under the old key the value of the old definition would be shown for the new one."""
    before, after = CHANGES[change]()

    assert before.code == after.code
    assert key(before) != key(after)
    assert key(before) == key(before)


def asker(reach: Reach, *, user_id: int = 1) -> Actor:
    return Actor(user_id, "某人", 1, "/1/", {SEE: reach})


@pytest.mark.django_db
def test_another_asker_branch_period_or_ground_is_another_key() -> None:
    """What one person may see must not be found under the question of another."""
    indicator = find("dispatch.incidents")
    found = [
        key(indicator),
        key(indicator, APRIL),
        key(indicator, scope=Scope.URBAN),
        key(indicator, path="/1/"),
        key(indicator, path="/2/"),
        key(indicator, by=asker(Reach(below=frozenset({"/1/"})))),
        key(indicator, by=asker(Reach(below=frozenset({"/2/"})))),
        key(indicator, by=asker(Reach(at=frozenset({1})))),
        key(indicator, by=asker(Reach(own=True), user_id=1)),
        key(indicator, by=asker(Reach(own=True), user_id=2)),
    ]

    assert len(set(found)) == len(found)
    assert all(found)


@pytest.mark.django_db
def test_people_of_the_same_reach_share_a_key_whatever_the_order_of_their_branches() -> None:
    """A set of paths is walked in another order in every process."""
    indicator, paths = find("dispatch.incidents"), [f"/{number}/" for number in range(9)]
    some = asker(Reach(below=frozenset(paths)), user_id=1)
    others = asker(Reach(below=frozenset(reversed(paths))), user_id=2)
    asked = str(within(Incident.objects.all(), some, SEE).query)

    assert key(indicator, by=some) == key(indicator, by=others)
    assert [asked.index(path) for path in paths] == sorted(asked.index(path) for path in paths)


@pytest.mark.django_db
def test_who_reaches_nothing_finds_nothing_kept() -> None:
    nobody = Actor(1, "某人", 1, "/1/", {})

    assert [key(find("dispatch.incidents"), by=nobody) for _ in range(2)] == ["", ""]
    for _ in range(2):
        with pytest.raises(Forbidden):
            key(find("force.crews_on_duty"), by=nobody)


@pytest.mark.django_db
def test_queries_are_written_out_once_in_the_life_of_a_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Writing them out is what a page of kept values used to wait for.

    Congestion alone looks up the levels in force, so that other levels are another question.
    """
    lasting = [each for each in declared() if each.code != "passages.congested_share"]
    first = {each.code: key(each) for each in lasting}

    def refuse(*_args: object) -> str:
        raise AssertionError("written out again")

    monkeypatch.setattr(keys, "_built", refuse)

    assert {each.code: key(each) for each in lasting} == first


@pytest.mark.django_db
def test_other_levels_of_congestion_are_another_question() -> None:
    """A value kept under the levels of before would stand for ever."""
    share = find("passages.congested_share")
    before = key(share)
    assert key(share) == before

    set_scale(
        valid_from=MARCH.start.date(),
        free_percent=80.0,
        smooth_percent=60.0,
        slight_percent=45.0,
        moderate_percent=30.0,
        article="",
        is_confirmed=False,
        by=SYSTEM,
        at=MARCH.start - timedelta(days=2),
    )

    assert key(share) != before


@pytest.mark.django_db
def test_a_definition_that_asks_the_database_for_its_records_is_never_remembered() -> None:
    """Its text holds what the database said, which may change while the process runs."""
    found = [1]

    def rows(by: Actor, period: Period) -> "QuerySet[Any]":
        del by, period
        Incident.objects.exists()
        return Incident.objects.filter(pk__in=found)

    indicator = replace(incidents_of_a_kind(), rows=rows)
    before = key(indicator)
    found.append(2)

    assert key(indicator) != before


@pytest.mark.django_db
def test_a_base_is_asked_each_time() -> None:
    """How many people live here is a record as well."""
    people = [10_000.0]
    indicator = replace(rate(), base=lambda by, period: people[0])
    before = key(indicator)
    people[0] = 12_000.0

    assert key(indicator) != before


@pytest.mark.django_db
def test_no_declared_definition_knows_the_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    """A digest is remembered for a day; a figure that says "an hour ago" must name no sources."""
    kept = [each for each in declared() if each.sources]

    def built() -> list[str]:
        return [keys._built(each, MARCH, Scope.WHOLE, SYSTEM) for each in kept]

    now = built()
    later = clock.now() + timedelta(hours=5, minutes=7)
    monkeypatch.setattr(clock, "now", lambda: later)

    assert built() == now
    assert all(now)


def test_what_there_is_now_names_no_sources() -> None:
    """Kept for a period that is over, it would never hear of a new record."""
    assert [each.code for each in declared() if each.is_stock and each.sources] == []


def test_only_whole_days_of_watched_tables_are_kept() -> None:
    odd = Period(MARCH.start + timedelta(seconds=1), MARCH.end)
    stock = next(each for each in declared() if not each.sources and each.kind == Kind.COUNT)

    assert key(find("dispatch.incidents"), odd) == ""
    assert key(stock) == ""
    assert key(find("dispatch.incidents"), Period.of_days(date(2026, 3, 1), date(2026, 3, 1)))
