"""From a call to the closed incident, and everything that can come in between."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

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


def test_nothing_is_looked_up_while_the_number_of_the_day_is_held() -> None:
    """Catches an intake that holds up every other one while it finds out where it is."""
    make.limits()
    by = make.desk()

    with CaptureQueriesContext(connection) as asked:
        make.incident(by=by)

    statements = [query["sql"] for query in asked]
    first = next(i for i, sql in enumerate(statements) if "records_counter" in sql)
    held = statements[first:]
    for table in ("places_division", "dispatch_servicelevel"):
        assert not [sql for sql in held if f'FROM "{table}"' in sql]
        assert [sql for sql in statements[:first] if f'FROM "{table}"' in sql]


def test_what_was_given_back_before_a_reopening_does_not_count_after_it() -> None:
    """An incident that goes on as if it had just come in must not fall back to "returned"."""
    desk, crew = make.desk(), make.crew()
    crash = make.incident(by=desk)
    made = make.signed(crash, crew)
    dispatches.give_back(
        dispatch_id=made.pk, reason="另有任务", by=crew.actor, at=NOON + make.MINUTE
    )
    at = NOON + 2 * make.MINUTE
    incidents.cancel_incident(incident_id=crash.pk, reason="误报", by=desk, at=at)

    at += make.MINUTE
    reopened = incidents.reopen_incident(incident_id=crash.pk, reason="确有事故", by=desk, at=at)
    assert incidents.standing_of(reopened) == reopened.status == IncidentStatus.OPEN

    again = make.sent(crash, crew, at=at + make.SECOND)
    dispatches.cancel_dispatch(
        dispatch_id=again.pk, reason="改派", by=desk, at=at + 2 * make.SECOND
    )
    crash.refresh_from_db()
    assert crash.status == IncidentStatus.OPEN
