"""The invented half-year gives what was reported, keeps every rule and goes away again."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from importlib import import_module
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import override_settings

from luchang.apps.dispatch.management.half_year import load, remove
from luchang.apps.dispatch.management.half_year.marks import SOURCE
from luchang.apps.dispatch.management.half_year.plan import HALF_DAYS, plan
from luchang.apps.dispatch.models import Action, Call, Dispatch, Feedback, Incident
from luchang.apps.dispatch.states import CALL, DISPATCH, INCIDENT, UNDER_WAY, WAITING, AreaClass
from luchang.apps.kpi.selectors import value
from luchang.kernel.demo import FIRST, LAST, Season, contributions, events_of
from luchang.kernel.history import attributed
from luchang.kernel.identity.actors import SYSTEM
from luchang.kernel.metrics import Period
from luchang.kernel.records.models import Counter, Move
from luchang.kernel.records.numbering import next_number
from luchang.kernel.search import terms
from luchang.kernel.states import TransitionTable
from tests.factories.force import NOON
from tests.factories.small_city import small_city

SEASON = Season(scale=0.003)
MODELS = (Incident, Call, Dispatch, Feedback)
TABLES: dict[str, TransitionTable[Any]] = {
    "dispatch.incident": INCIDENT,
    "dispatch.call": CALL,
    "dispatch.dispatch": DISPATCH,
}


@pytest.fixture(scope="module")
def invented(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """Loaded once for all that only look; each test's own changes are rolled back to here."""
    place = override_settings(MEDIA_ROOT=str(tmp_path_factory.mktemp("media")))
    patch = pytest.MonkeyPatch.context()
    with django_db_blocker.unblock(), place, patch as few, transaction.atomic():
        few.setattr(import_module(load.__module__), "FEW", 0.0)
        small_city()
        load(SEASON, by=SYSTEM, at=NOON)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def half_year(invented: None, db: None) -> None:
    """The invented half-year in a small city."""


def everything() -> list[Any]:
    """All that was invented, without keys and ciphertexts, which are new each time."""
    calls = Call.objects.order_by("number")
    return [
        *Incident.objects.order_by("number").values_list(
            "number", "status", "category", "grade", "address", "description", "plates",
            "received_at", "dispatched_at", "arrived_at", "closed_at", "search",
        ),
        *((c.number, c.status, c.link, c.caller_number, c.queued_at) for c in calls),
        *Dispatch.objects.order_by("number").values_list(
            "number", "status", "target_name", "sent_at", "signed_at", "ended_at",
            "incident__number",
        ),
        *Feedback.objects.order_by("number").values_list("number", "result", "text", "at"),
        *Move.objects.order_by("subject", "at", "after").values_list(
            "subject", "before", "after", "at"
        ),
    ]  # fmt: skip


def test_indicators_give_what_was_reported(half_year: None) -> None:
    """Seventy thousand printed, and an indicator that says another number of the same records."""
    (ours,) = (each for each in contributions() if each.code == "dispatch")
    assert [each.figure for each in ours.intended] == ["F051", "F052"]
    for intended in ours.intended:
        period = Period.of_days(intended.first, intended.last)
        found = value(intended.indicator, period, by=SYSTEM, scope=intended.scope)

        assert found.number == pytest.approx(intended.at(SEASON), abs=0.51), intended.figure
        assert intended.number >= {"F051": 70_000, "F052": 5_000}[intended.figure]


def test_reported_averages_count_something_else_than_incidents(half_year: None) -> None:
    """日均5000余 read as incidents a day would be thirteen times the incidents there are."""
    period = Period.half_year(2021, 1)
    a_day = {
        code: value(f"dispatch.{code}", period, by=SYSTEM).number or 0
        for code in ("incidents_a_day", "calls_a_day", "actions_a_day")
    }

    assert a_day["incidents_a_day"] < a_day["calls_a_day"] < a_day["actions_a_day"]


def test_actions_are_the_steps_the_records_date(half_year: None) -> None:
    """A ledger of actions that leaves out a step or counts one that never happened."""
    stamps = [
        *Call.objects.values_list("answered_at", flat=True),
        *Dispatch.objects.values_list("sent_at", flat=True),
        *Dispatch.objects.values_list("signed_at", flat=True),
        *Dispatch.objects.values_list("arrived_at", flat=True),
        *Feedback.objects.values_list("at", flat=True),
        *Incident.objects.values_list("closed_at", flat=True),
    ]

    assert Action.objects.count() == len([at for at in stamps if at is not None])
    assert Action.objects.values("pk").distinct().count() == Action.objects.count()


def test_nothing_is_left_open_and_everything_lies_in_its_months(half_year: None) -> None:
    """Invented work on the board, or clocks that bring years-old incidents to a leader."""
    period = Period.of_days(FIRST, LAST)
    at = Incident.objects.values_list("received_at", flat=True)

    assert not Incident.objects.filter(status__in=WAITING | UNDER_WAY).exists()
    assert not Dispatch.objects.filter(ended_at__isnull=True).exists()
    assert period.start <= min(at)
    assert max(at) < period.end
    assert set(Incident.objects.values_list("source", flat=True)) == {SOURCE}
    assert set(Call.objects.values_list("source", flat=True)) == {SOURCE}
    assert all(incident.is_demo for incident in Incident.objects.all())


def test_every_record_came_to_its_state_by_its_table(half_year: None) -> None:
    """COPY passes the guards of updates by: a state no service could have reached."""
    chains: dict[tuple[str, int], list[Move]] = defaultdict(list)
    for move in Move.objects.order_by("pk"):
        chains[move.subject, move.subject_id].append(move)
    assert len(chains) == sum(model.objects.count() for model in MODELS[:3])
    states = {
        f"dispatch.{model.__name__.lower()}": dict(model.objects.values_list("pk", "status"))
        for model in MODELS[:3]
    }
    for (subject, key), moves in chains.items():
        table = TABLES[subject]
        kind = type(table.start)
        assert moves[0].before == ""
        for before, after in pairwise(moves):
            assert after.before == before.after
            assert after.at >= before.at
            assert table.allows(kind(after.before), kind(after.after)), (subject, after)
        assert moves[-1].after == states[subject][key]


def test_every_constraint_of_the_tables_holds(half_year: None) -> None:
    """Deferred constraints are asked now, and the history has an event a record."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for model in MODELS:
        assert events_of(model)._default_manager.count() == model.objects.count()


AGAIN = (
    "CREATE TEMP TABLE again AS SELECT * FROM {table}",
    "DELETE FROM {table}",
    "DELETE FROM {events}",
    "INSERT INTO {table} SELECT * FROM again ORDER BY id",
)
"""The rows once more as a statement would add them, for the triggers."""
EVENTS = """
    SELECT (to_jsonb(event) - 'pgh_id' - 'pgh_context_id')::text, metadata::text
      FROM {table} event LEFT JOIN pghistory_context context ON context.id = pgh_context_id
     ORDER BY pgh_id
"""
ASLEEP = "SELECT tgname FROM pg_trigger WHERE tgenabled = 'D' AND tgrelid = ANY (%s::regclass[])"


def history_of_table(model: Any) -> list[tuple[Any, ...]]:
    """Every event but for the keys that are new each time: its own and that of the context."""
    table = events_of(model)._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(EVENTS.format(table=table))
        return list(cursor.fetchall())


@pytest.mark.parametrize("model", MODELS)
def test_the_history_is_what_the_triggers_would_have_written(half_year: None, model: Any) -> None:
    """A column forgotten, another actor, or an order that `history_of` would read otherwise."""
    table, events = model._meta.db_table, events_of(model)._meta.db_table
    ours = history_of_table(model)
    with attributed(SYSTEM, reason="演示数据"), connection.cursor() as cursor:
        for statement in AGAIN:
            cursor.execute(statement.format(table=table, events=events))

    assert len(ours) == model.objects.count()
    assert "演示数据" in ours[0][1]
    assert history_of_table(model) == ours


def test_histories_are_kept_again_afterwards(half_year: None) -> None:
    """A trigger that stays asleep: nothing written later would leave a trace."""
    with connection.cursor() as cursor:
        cursor.execute(ASLEEP, [[model._meta.db_table for model in MODELS]])
        assert cursor.fetchall() == []


def test_times_run_forward(half_year: None) -> None:
    """A crew that arrives before it signs, or that is sent for what was not yet reported."""
    for row in Dispatch.objects.select_related("incident"):
        stamps = [
            row.incident.received_at,
            row.sent_at,
            row.signed_at,
            row.arrived_at,
            row.ended_at,
        ]
        known = [at for at in stamps if at is not None]
        assert known == sorted(known), row
    for call in Call.objects.select_related("incident").filter(incident__isnull=False):
        assert call.incident is not None
        assert call.finished_at is not None
        ends = call.incident.closed_at or call.finished_at
        assert call.incident.received_at <= call.finished_at <= ends


def test_no_order_sends_a_second_time_whoever_is_there(half_year: None) -> None:
    """A reinforcement by the very unit that asked for it."""
    units = defaultdict(list)
    for row in Dispatch.objects.filter(status="FINISHED"):
        units[row.incident_id].append(row.unit_id)

    assert max(map(len, units.values())) == 2
    assert all(len(set(each)) == len(each) for each in units.values())


def test_numbers_run_without_gaps_and_go_on(half_year: None) -> None:
    """A real record of such a day gets a number that is taken, or leaves a hole."""
    series = defaultdict(list)
    for model in MODELS:
        for number in model.objects.values_list("number", flat=True):
            name, _, last = number.rpartition("-")
            series[name].append(int(last))

    assert dict(Counter.objects.values_list("series", "last")) == {
        name: len(numbers) for name, numbers in series.items()
    }
    assert all(sorted(found) == list(range(1, len(found) + 1)) for found in series.values())
    name = next(iter(series))
    assert next_number(name) == len(series[name]) + 1


def test_search_finds_an_invented_incident_as_any_other(half_year: None) -> None:
    row = Incident.objects.order_by("number")[7]

    assert row.search == terms(row.number, row.address, row.description)
    assert list(Incident.objects.filter(search__found=row.number)) == [row]


def test_the_search_index_is_there_again(half_year: None) -> None:
    """Built after the rows; forgotten, every search would read the whole table."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'incident_search'")
        (definition,) = cursor.fetchone()

    assert "USING gin (search)" in definition
    assert "fastupdate=off" in definition.replace("'", "")


def test_mornings_and_evenings_are_busy_and_sundays_are_not(half_year: None) -> None:
    by_hour: dict[int, int] = defaultdict(int)
    by_day: dict[int, int] = defaultdict(int)
    for at in Incident.objects.values_list("received_at", flat=True):
        local = at + timedelta(hours=8)
        by_hour[local.hour] += 1
        by_day[local.weekday()] += 1

    assert by_hour[18] > 3 * max(1, by_hour[3])
    assert by_day[4] > by_day[6]


def test_the_same_seed_invents_the_same_and_another_another(half_year: None) -> None:
    first = everything()
    assert remove() > 0
    load(SEASON, by=SYSTEM, at=NOON + timedelta(days=1))
    assert everything() == first
    remove()
    load(Season(scale=SEASON.scale, seed=7), by=SYSTEM, at=NOON)
    assert everything() != first


def test_days_add_up_to_the_half_year() -> None:
    season = Season()
    half = plan(season)[:HALF_DAYS]
    assert half[-1].date == date(2021, 6, 30)
    assert sum(day.incidents[AreaClass.URBAN] for day in half) == 70_236
    assert sum(day.actions for day in half) == 5_036 * 181
