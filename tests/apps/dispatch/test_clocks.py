"""Limits that run out, with no browser open."""

from contextlib import closing

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from luchang.apps.dispatch.models import Escalation, Incident
from luchang.apps.dispatch.services import arrivals, clocks, dispatches, rules
from luchang.apps.dispatch.services.refusals import Refused
from luchang.apps.dispatch.services.rules import Limits
from luchang.apps.force.models import Position
from luchang.apps.force.states import PositionSource
from luchang.kernel.identity.actors import SYSTEM
from luchang.kernel.records.models import Todo
from tests.factories import dispatch as make
from tests.factories.force import NOON
from tests.factories.identity import organisation, user_with

pytestmark = pytest.mark.django_db


def test_an_incident_nobody_was_sent_to_comes_to_the_desk_then_to_the_leader() -> None:
    make.limits()
    brigade = organisation()
    user_with("dispatch.dispatch_units", at=brigade)
    crash = make.incident(by=make.desk(brigade))

    clocks.escalate_overdue(at=NOON + 59 * make.SECOND)
    assert not Escalation.objects.exists()
    clocks.escalate_overdue(at=NOON + make.MINUTE)
    clocks.escalate_overdue(at=NOON + 3 * make.MINUTE)
    clocks.escalate_overdue(at=NOON + 4 * make.MINUTE)

    assert [each.level for each in crash.escalations.all()] == ["DESK", "LEADER"]
    assert Todo.objects.open().count() == 2
    crash.refresh_from_db()
    assert crash.escalated_at == NOON + make.MINUTE


def test_sending_a_unit_closes_the_to_do_of_the_clock_that_no_longer_runs() -> None:
    make.limits()
    crash = make.incident()
    clocks.escalate_overdue(at=NOON + make.MINUTE)

    make.sent(crash, make.crew(), at=NOON + 2 * make.MINUTE)

    assert not Todo.objects.open().exists()


def test_an_unsigned_order_escalates_by_its_own_clock() -> None:
    make.limits()
    crash = make.incident()
    made = make.sent(crash, make.crew())

    clocks.escalate_overdue(at=NOON + 2 * make.MINUTE)

    raised = Escalation.objects.get()
    assert (raised.clock, raised.dispatch_id) == ("SIGN", made.pk)


def test_a_new_rule_judges_new_incidents_and_leaves_old_ones_their_own() -> None:
    make.limits()
    before = make.incident()
    limits = Limits(grade="2", area_class="URBAN", dispatch_s=30, source="支队规定")
    rules.introduce_service_level(limits=limits, valid_from=NOON + make.SECOND, by=SYSTEM, at=NOON)

    after = make.incident(at=NOON + make.MINUTE)

    before.refresh_from_db()
    assert before.service_level_id != after.service_level_id
    assert after.dispatch_due_at == NOON + make.MINUTE + 30 * make.SECOND


def test_a_rule_for_a_time_that_has_one_is_refused() -> None:
    limits = Limits(grade="1", dispatch_s=60)
    rules.introduce_service_level(limits=limits, valid_from=NOON, by=SYSTEM, at=NOON)

    with pytest.raises(Refused):
        rules.introduce_service_level(limits=limits, valid_from=NOON, by=SYSTEM, at=NOON)


def test_a_position_at_the_scene_is_an_arrival_and_the_entered_one_is_kept_beside_it() -> None:
    crash, crew = make.incident(), make.crew()
    made = make.signed(crash, crew)
    assert crash.longitude is not None
    assert crash.latitude is not None
    Position.objects.create(
        unit_id=crew.unit_id,
        longitude=crash.longitude,
        latitude=crash.latitude,
        source=PositionSource.VEHICLE,
        at=NOON + make.MINUTE,
        received_at=NOON + make.MINUTE,
    )

    assert arrivals.detect_arrivals(at=NOON + 61 * make.SECOND) == 1
    dispatches.arrive(dispatch_id=made.pk, by=crew.actor, at=NOON + 2 * make.MINUTE)

    made.refresh_from_db()
    assert made.arrival_detected_at == NOON + make.MINUTE
    assert made.arrival_entered_at == NOON + 2 * make.MINUTE
    assert made.arrived_at == NOON + make.MINUTE
    assert Incident.objects.get().arrived_at is not None


def test_a_run_leaves_the_clocks_to_one_that_is_under_way() -> None:
    """Catches runs that pile up in every lane of the worker when a storm leaves many overdue."""
    make.limits()
    make.incident()
    with closing(connection.copy()) as other, other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtextextended('dispatch clocks', 1))")

        assert clocks.escalate_overdue(at=NOON + make.MINUTE) == 0

        # a pooled connection is not closed but given back, with the locks it holds
        cursor.execute("SELECT pg_advisory_unlock_all()")

    assert clocks.escalate_overdue(at=NOON + make.MINUTE) == 1


def test_looking_costs_the_same_however_many_are_overdue(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    make.limits()
    for _ in range(3):
        make.incident()
    clocks.escalate_overdue(at=NOON + make.MINUTE)

    with django_assert_num_queries(7):
        assert clocks.escalate_overdue(at=NOON + make.MINUTE + make.SECOND) == 0
