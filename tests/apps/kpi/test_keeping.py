"""Kept values: quick again, and never older than the records they were made of."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from threading import Thread

import pytest
from django.apps import apps
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from luchang.apps.dispatch.models import Incident
from luchang.apps.kpi.models import KeptValue
from luchang.apps.kpi.selectors import value, values
from luchang.apps.kpi.services.keeping import sweep
from luchang.kernel import clock
from luchang.kernel.identity.actors import SYSTEM
from luchang.kernel.metrics import Kind, Period, declared
from tests.factories.indicators import START, season

DAYS = [START.date() + timedelta(days=number) for number in (0, 30, 60)]
FIRST, SECOND = (
    Period.of_days(DAYS[0], DAYS[1] - timedelta(days=1)),
    Period.of_days(DAYS[1], DAYS[2]),
)
CODE = "dispatch.incidents"


def number(period: Period) -> float | None:
    return value(CODE, period, by=SYSTEM).number


def queries_of_incidents(period: Period) -> int:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        number(period)
    return sum('FROM "dispatch_incident"' in each["sql"] for each in asked)


def strike(period: Period) -> None:
    """Take one incident of the period out of the figures, as a bulk update would."""
    row = Incident.objects.filter(
        received_at__gte=period.start, received_at__lt=period.end, closed_at__isnull=False
    ).first()
    assert row is not None
    Incident.objects.filter(pk=row.pk).update(category="51", initial_category="51")


@pytest.mark.django_db(transaction=True)
def test_a_kept_value_is_not_counted_again_until_its_records_are_written() -> None:
    season(size=60)
    before = number(FIRST)
    assert queries_of_incidents(FIRST) == 0

    strike(FIRST)

    assert queries_of_incidents(FIRST) == 1
    assert number(FIRST) == before


@pytest.mark.django_db(transaction=True)
def test_a_deletion_an_update_and_an_insertion_are_all_seen() -> None:
    """Bulk statements and raw SQL included: no code path can forget to say what it wrote."""
    season(size=60)
    before = number(FIRST)
    row = Incident.objects.filter(
        received_at__range=(FIRST.start, FIRST.end), status="OPEN"
    ).first()
    assert row is not None
    copy = Incident.objects.get(pk=row.pk)
    copy.pk, copy.number = None, "F999999"
    Incident.objects.bulk_create([copy])
    assert number(FIRST) == (before or 0) + 1
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM dispatch_incident WHERE number = 'F999999'")
    assert number(FIRST) == before


@pytest.mark.django_db(transaction=True)
def test_what_is_written_elsewhere_leaves_closed_periods_alone() -> None:
    """Today's traffic must not throw away the half-year."""
    season(size=60)
    number(FIRST)

    strike(SECOND)

    assert queries_of_incidents(FIRST) == 0


def in_a_connection_of_its_own(ask: Callable[[], float | None]) -> float | None:
    """What another process would be told at this moment."""
    found: list[float | None] = []

    def run() -> None:
        try:
            found.append(ask())
        finally:
            connections["default"].close()

    reader = Thread(target=run)
    reader.start()
    reader.join()
    return found[0]


@pytest.mark.django_db(transaction=True)
def test_a_writer_that_commits_while_the_value_is_counted_is_not_forgotten() -> None:
    """His row is invisible to the count and his note to the check, but not afterwards."""
    season(size=60)
    before = number(FIRST)
    KeptValue.objects.all().delete()
    moved = Incident.objects.filter(received_at__range=(FIRST.start, FIRST.end), status="OPEN")

    with transaction.atomic():
        Incident.objects.filter(pk__in=moved.values("pk")[:1]).update(received_at=SECOND.start)
        meanwhile = in_a_connection_of_its_own(lambda: number(FIRST))

    assert meanwhile == before
    assert KeptValue.objects.filter(code=CODE).exists()
    assert number(FIRST) == (before or 0) - 1


@pytest.mark.django_db
def test_kept_and_counted_are_the_same_for_every_indicator() -> None:
    season(size=60)
    period = Period.of_days(date(2025, 12, 25), date(2026, 2, 20))
    codes = [each.code for each in declared() if each.kind != Kind.RANK]
    fresh = values(codes, period, by=SYSTEM)

    again = values(codes, period, by=SYSTEM)

    assert [each.number for each in again] == [each.number for each in fresh]
    assert [each.denominator for each in again] == [each.denominator for each in fresh]


@pytest.mark.django_db
def test_every_source_of_an_indicator_is_watched_by_the_columns_it_names() -> None:
    """A table that notes nothing would keep its figures for ever."""
    with connection.cursor() as cursor:
        for source in {source for each in declared() for source in each.sources}:
            table = apps.get_model(source.model)._meta.db_table
            cursor.execute(
                "SELECT pg_get_functiondef(p.oid) FROM pg_trigger"
                " JOIN pg_proc p ON p.oid = tgfoid"
                " WHERE tgrelid = %s::regclass AND tgname LIKE 'kpi_note_%%'",
                [table],
            )
            said = [row[0] for row in cursor.fetchall()]
            assert len(said) == 4, source
            for column in (*source.begins, *source.ends):
                word = re.compile(rf"\b{column}\b")
                assert sum(bool(word.search(each)) for each in said) == 3, (source, column)


@pytest.mark.django_db(transaction=True)
def test_the_sweep_forgets_no_note_a_kept_value_may_still_need() -> None:
    """Notes all have seen go; a value of long ago goes with them; one that stands stays right."""
    season(size=60)
    before = number(FIRST)
    sweep(at=clock.now() + timedelta(days=2))
    assert queries_of_incidents(FIRST) == 0

    strike(FIRST)
    sweep(at=clock.now() + timedelta(days=2))

    assert not KeptValue.objects.exists()
    assert number(FIRST) == before
    sweep(at=clock.now() + timedelta(days=41))
    assert not KeptValue.objects.exists()
