"""State tables: complete, obeyed by Python, and by the database when Python is passed by."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.db.models import TextChoices
from hypothesis import given
from hypothesis import strategies as st

from luchang.kernel.identity.actors import SYSTEM
from luchang.kernel.jobs.models import Job
from luchang.kernel.jobs.states import DELIVERIES, JOBS, JobStatus
from luchang.kernel.records import moves
from luchang.kernel.records.kinds import DEADLINES, MESSAGES, TODOS
from luchang.kernel.records.models import Move
from luchang.kernel.states import IllegalTransition, TransitionTable
from tools.states import drawing, tables

AT = datetime(2026, 3, 2, 1, tzinfo=UTC)
TABLES = [DELIVERIES, JOBS, DEADLINES, TODOS, MESSAGES]


class Lamp(TextChoices):
    OFF = "OFF", "关"
    ON = "ON", "开"
    BROKEN = "BROKEN", "坏"


LAMP = TransitionTable(
    start=Lamp.OFF,
    moves={
        Lamp.OFF: frozenset({Lamp.ON, Lamp.BROKEN}),
        Lamp.ON: frozenset({Lamp.OFF, Lamp.BROKEN}),
        Lamp.BROKEN: frozenset(),
    },
)


def test_a_state_without_a_row_is_refused() -> None:
    with pytest.raises(ValueError, match="no row for"):
        TransitionTable(start=Lamp.OFF, moves={Lamp.OFF: frozenset(), Lamp.ON: frozenset()})


def test_open_and_final_share_out_the_states() -> None:
    assert (LAMP.open, LAMP.final) == (frozenset({Lamp.OFF, Lamp.ON}), frozenset({Lamp.BROKEN}))


@given(st.sampled_from(Lamp), st.sampled_from(Lamp))
def test_what_the_table_does_not_allow_is_refused(before: Lamp, after: Lamp) -> None:
    if after in LAMP.moves[before]:
        LAMP.check(before, after)
    else:
        with pytest.raises(IllegalTransition):
            LAMP.check(before, after)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: type(table.start).__name__)
def test_every_state_can_be_reached_and_some_state_ends_it(
    table: TransitionTable[TextChoices],
) -> None:
    reached, edge = {table.start}, [table.start]
    while edge:
        new = table.moves[edge.pop()] - reached
        reached |= new
        edge.extend(new)

    assert reached == set(type(table.start))
    assert table.final


def job(status: JobStatus) -> Job:
    over = status in {JobStatus.DONE, JobStatus.FAILED, JobStatus.CANCELLED}
    return Job.objects.create(
        kind="k",
        title="t",
        status=status,
        asked_at=AT,
        finished_at=AT if over else None,
        error="e" if status == JobStatus.FAILED else "",
    )


@pytest.mark.django_db
@pytest.mark.parametrize("before", JobStatus)
@pytest.mark.parametrize("after", JobStatus)
def test_the_database_refuses_a_bulk_update_that_the_table_refuses(
    before: JobStatus, after: JobStatus
) -> None:
    row = job(before)
    over = after in JOBS.final | {JobStatus.FAILED}
    change = Job.objects.filter(pk=row.pk)
    fields = {"status": after, "finished_at": AT if over else None, "error": "e"}

    if before == after or JOBS.allows(before, after):
        assert change.update(**fields) == 1
    else:
        with pytest.raises(DatabaseError, match="Invalid transition"), transaction.atomic():
            change.update(**fields)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "broken",
    [
        {"status": JobStatus.DONE, "finished_at": None},
        {"status": JobStatus.RUNNING, "finished_at": AT},
        {"status": JobStatus.FAILED, "finished_at": AT, "error": ""},
    ],
)
def test_a_state_and_its_moment_go_together(broken: dict[str, object]) -> None:
    row = job(JobStatus.RUNNING)

    with pytest.raises(DatabaseError), transaction.atomic():
        Job.objects.filter(pk=row.pk).update(**broken)


class Bulb(moves.Stateful):
    """A record of no table of its own."""

    class Meta:
        app_label = "tests"
        managed = False


@pytest.mark.django_db
def test_each_move_is_written_with_who_when_and_why() -> None:
    lamp = Bulb(pk=7)
    lamp.status = Lamp.OFF

    moves.begin(lamp, by=SYSTEM, at=AT)
    moves.move(lamp, LAMP, Lamp.ON, by=SYSTEM, at=AT + timedelta(minutes=1), reason="天黑")
    with pytest.raises(IllegalTransition):
        moves.move(lamp, LAMP, Lamp.ON, by=SYSTEM, at=AT)

    assert lamp.status == Lamp.ON
    written = [(each.before, each.after, each.reason) for each in moves.history(lamp)]
    assert written == [("", "OFF", ""), ("OFF", "ON", "天黑")]
    assert Move.objects.filter(actor_name="系统").count() == 2


def test_a_table_is_drawn_for_readers() -> None:
    text = drawing("lamp", LAMP)

    assert "[*] --> OFF" in text
    assert "OFF --> ON" in text
    assert "BROKEN --> [*]" in text
    assert "| 关 | `OFF` |" in text


def test_the_tables_of_the_kernel_are_found() -> None:
    assert {"jobs.JOBS", "jobs.DELIVERIES", "records.TODOS", "records.DEADLINES"} <= set(tables())
