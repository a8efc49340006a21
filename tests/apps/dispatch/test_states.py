"""The tables: what follows what, and where an incident stands."""

import itertools

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import InternalError, ProgrammingError

from luchang.apps.dispatch.models import Dispatch, Incident
from luchang.apps.dispatch.states import (
    CALL,
    DISPATCH,
    INCIDENT,
    DispatchStatus,
    IncidentStatus,
    Stage,
    stage_of,
    standing,
)
from tests.factories import dispatch as make


def test_every_status_has_a_row_in_its_table() -> None:
    assert set(INCIDENT.moves) == set(IncidentStatus)
    assert set(DISPATCH.moves) == set(DispatchStatus)
    assert CALL.final


@pytest.mark.parametrize("status", list(DispatchStatus))
def test_every_dispatch_counts_as_some_stage(status: DispatchStatus) -> None:
    assert stage_of(status, is_handling=False) in Stage


def test_an_incident_may_go_to_wherever_its_dispatches_put_it() -> None:
    """A state the dispatches imply but the table forbids would lock the incident for good."""
    stages = list(itertools.product(Stage, repeat=2))
    implied = {
        standing(pair, has_feedback=has_feedback)
        for pair in stages
        for has_feedback in (False, True)
    }

    for before, after in itertools.product(implied, implied):
        if before != after:
            assert INCIDENT.allows(before, after), f"{before} -> {after}"


def test_the_unit_that_came_furthest_decides() -> None:
    assert standing([Stage.SENT, Stage.ARRIVED], has_feedback=False) == IncidentStatus.ARRIVED
    assert standing([Stage.FINISHED, Stage.SENT], has_feedback=True) == IncidentStatus.DISPATCHED
    assert standing([Stage.GONE, Stage.RETURNED], has_feedback=False) == IncidentStatus.RETURNED
    assert standing([], has_feedback=False) == IncidentStatus.OPEN


@pytest.mark.django_db
def test_the_database_refuses_a_move_the_table_does_not_have() -> None:
    crash = make.incident()

    with pytest.raises((InternalError, ProgrammingError, IntegrityError)), transaction.atomic():
        Incident.objects.filter(pk=crash.pk).update(status=IncidentStatus.CLOSED)


@pytest.mark.django_db
def test_the_database_refuses_a_unit_a_second_active_dispatch() -> None:
    crew = make.crew()
    first = make.sent(make.incident(), crew)
    other = make.sent(make.incident(), make.crew())

    with pytest.raises(IntegrityError), transaction.atomic():
        Dispatch.objects.filter(pk=other.pk).update(unit=first.unit_id)
