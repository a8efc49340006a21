"""From a call to the closed incident, and everything that can come in between."""

import pytest

from luchang.apps.dispatch.models import Call, Dispatch, Incident
from luchang.apps.dispatch.services import calls, dispatches, incidents, merging
from luchang.apps.dispatch.states import IncidentStatus
from luchang.kernel.records.moves import history
from tests.factories import dispatch as make
from tests.factories.force import NOON

pytestmark = pytest.mark.django_db


def test_a_crash_goes_from_the_call_to_the_closed_incident() -> None:
    desk = make.desk()
    crew = make.crew()
    crash = make.incident(by=desk)

    make.reported(crash, crew)
    closed = incidents.close_incident(incident_id=crash.pk, by=desk, at=NOON + 9 * make.MINUTE)

    assert [move.after for move in history(closed)] == [
        "OPEN",
        "DISPATCHED",
        "ACCEPTED",
        "ARRIVED",
        "FEEDBACK",
        "CLOSED",
    ]
    assert closed.category == "11"
    assert closed.initial_category == "12"
    assert closed.closed_at == NOON + 9 * make.MINUTE


def test_the_same_key_is_one_call_and_one_incident() -> None:
    desk = make.desk()
    one, two = (
        calls.take_call(
            source="s", key="k", call=make.CALLER, incident=make.CRASH, by=desk, at=NOON
        )
        for _ in range(2)
    )

    assert (one.is_new, two.is_new) == (True, False)
    assert one.incident.pk == two.incident.pk
    assert (Call.objects.count(), Incident.objects.count()) == (1, 1)


def test_an_unmerge_gives_both_their_dispatches_and_states_back() -> None:
    desk = make.desk()
    first, second = make.incident(by=desk), make.incident(by=desk)
    one, other = make.crew(), make.crew()
    make.arrived(first, one)
    made = make.signed(second, other)

    merging.merge(main_id=first.pk, other_id=second.pk, reason="同一事故", by=desk, at=NOON)
    assert Dispatch.objects.get(pk=made.pk).incident_id == first.pk
    merging.unmerge(other_id=second.pk, reason="不是同一事故", by=desk, at=NOON)

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, second.status) == (IncidentStatus.ARRIVED, IncidentStatus.ACCEPTED)
    assert Dispatch.objects.get(pk=made.pk).incident_id == second.pk


def test_a_returned_order_makes_the_incident_wait_again() -> None:
    crash, crew = make.incident(), make.crew()
    made = make.sent(crash, crew)

    dispatches.give_back(dispatch_id=made.pk, reason="车辆故障", by=crew.actor, at=NOON)

    crash.refresh_from_db()
    assert crash.status == IncidentStatus.RETURNED
