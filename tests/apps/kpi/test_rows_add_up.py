"""The drill-down is the record set: for every indicator its rows add up to its number."""

from datetime import date, timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from luchang.apps.kpi.selectors import Value, values
from luchang.kernel.identity.actors import SYSTEM, Actor
from luchang.kernel.identity.states import Scope as Extent
from luchang.kernel.lists.asked import Asked
from luchang.kernel.lists.figures import list_of
from luchang.kernel.lists.filters import Circumstances
from luchang.kernel.lists.states import ListState, read
from luchang.kernel.metrics import (
    AnyIndicator,
    Indicator,
    Kind,
    Part,
    Period,
    Scope,
    declared,
    find,
)
from tests.factories.force import NOON
from tests.factories.identity import actor_with
from tests.factories.indicators import DAYS, START, Season, season

FIRST = START.date()
PERIODS = st.tuples(
    st.integers(0, DAYS - 1), st.integers(1, DAYS), st.sampled_from([0, 0, 0, 3_600, 1])
)
CODES = [each.code for each in declared()]


@pytest.fixture
def city(db: None) -> Season:
    return season()


def period_of(drawn: tuple[int, int, int]) -> Period:
    first, days, seconds = drawn
    begin = FIRST + timedelta(days=first)
    whole = Period.of_days(begin, begin + timedelta(days=days - 1))
    return Period(whole.start + timedelta(seconds=seconds), whole.end)


def listed(value: Value, by: Actor, part: Part) -> ListState:
    """The list as its page reads the address of the number."""
    query = QueryDict(urlsplit(value.rows(part)).query)
    spec = list_of(find(value.code), part)
    return read(spec, Asked.of(query.lists()), Circumstances(by, spec.permission, NOON))


def keys(value: Value, by: Actor, part: Part = Part.COUNTED) -> list[int]:
    state = listed(value, by, part)
    assert not state.unreadable, value.rows(part)
    return list(state.rows().values_list("pk", flat=True))


def add_up(value: Value, by: Actor) -> None:
    indicator = find(value.code)
    rows = keys(value, by)
    assert len(set(rows)) == len(rows)
    kind = indicator.kind
    if kind in {Kind.COUNT, Kind.RANK}:
        assert (value.number or 0) == len(rows)
    elif kind == Kind.ZERO:
        assert value.number is None or value.number == len(rows)
    elif kind == Kind.RATE:
        assert value.numerator == len(rows)
    elif kind == Kind.RATIO:
        base = keys(value, by, Part.BASE)
        assert set(rows) <= set(base)
        assert (value.numerator, value.denominator) == (len(rows), len(base))
        assert value.number == (100 * len(rows) / len(base) if base else None)
    else:
        assert value.number == made_of(indicator, value, rows, by)


def made_of(indicator: AnyIndicator, value: Value, rows: list[int], by: Actor) -> float | None:
    """An aggregate over the rows of the list, which are looked up by their keys alone."""
    assert isinstance(indicator, Indicator)
    records = indicator.records(value.period, by=by, scope=Scope(value.scope))
    again = records.filter(pk__in=rows)
    assert again.count() == len(rows)
    found = again.order_by().aggregate(value=indicator.expression)["value"]
    return None if found is None else float(found) / indicator.per


@pytest.mark.parametrize("scope", ["", "urban"])
@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(drawn=PERIODS, place=st.sampled_from(["system", "city", "brigade"]))
def test_rows_add_up_to_the_number(
    city: Season, scope: str, drawn: tuple[int, int, int], place: str
) -> None:
    """A list that shows other records than were counted, off by a day, a scope or a join."""
    by, period = asker(city, place), period_of(drawn)
    codes = [each.code for each in declared() if Scope(scope) in each.scopes]

    for value in values(codes, period, by=by, scope=scope):
        add_up(value, by)


@settings(
    max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(drawn=PERIODS)
def test_rows_of_a_branch_add_up_and_the_branches_to_the_whole(
    city: Season, drawn: tuple[int, int, int]
) -> None:
    """By organisation nothing is lost and nothing counted twice."""
    period = period_of(drawn)
    codes = [each.code for each in declared() if each.organisation]
    whole = {each.code: each for each in values(codes, period, by=SYSTEM)}
    total = dict.fromkeys(codes, 0.0)
    for brigade in city.brigades:
        for value in values(codes, period, by=SYSTEM, branch=brigade.code):
            add_up(value, SYSTEM)
            total[value.code] += value.number or 0

    for code, value in whole.items():
        if find(code).kind in {Kind.COUNT, Kind.SUM} and not code.startswith("force.officers"):
            assert total[code] == (value.number or 0)


def asker(city: Season, place: str) -> Actor:
    if place == "system":
        return SYSTEM
    permissions = {each.permission for each in declared()} | {"kpi.see_figures"}
    at = city.city if place == "city" else city.brigades[0]
    return actor_with(*permissions, at=at, scope=Extent.UNIT_AND_BELOW, when=NOON)


def test_numbers_end_at_the_reach_of_who_asks(city: Season) -> None:
    """A brigade's leader who sees the city's total sees through the wall."""
    period = Period.of_days(FIRST, FIRST + timedelta(days=DAYS + 2))
    mine = values(["dispatch.incidents"], period, by=asker(city, "brigade"))[0]
    all_ = values(["dispatch.incidents"], period, by=SYSTEM)[0]

    assert 0 < (mine.number or 0) < (all_.number or 0)


def test_address_survives_to_the_microsecond(city: Season) -> None:
    """A period that ends now, not at a midnight, must not grow or shrink on its way."""
    end = NOON + timedelta(microseconds=1)
    value = values(["dispatch.incidents"], Period(START, end), by=SYSTEM)[0]
    given = dict(parse_qsl(urlsplit(value.href).query))

    state = listed(value, SYSTEM, Part.COUNTED)
    assert given["figure"] == "dispatch.incidents"
    assert state.figure is not None
    assert state.figure.period == Period(START, end)
    assert date.fromisoformat(given["figure.from"][:10]) == FIRST
