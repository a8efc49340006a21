"""Two at once: one wins, the other is told why."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from luchang.apps.dispatch.models import Call, Dispatch, Incident
from luchang.apps.dispatch.services import calls, clocks, dispatches, merging
from luchang.apps.dispatch.services.dispatches import Order
from luchang.apps.dispatch.services.refusals import Refused
from luchang.apps.dispatch.states import DispatchStatus
from luchang.kernel.identity.actors import SYSTEM
from luchang.kernel.states import IllegalTransition
from tests.factories import dispatch as make
from tests.factories.force import NOON

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*commands: Callable[[], object]) -> list[object]:
    """Run them in threads of their own, started together; what each gave, or its refusal."""
    gate = Barrier(len(commands))

    def run(command: Callable[[], object]) -> object:
        try:
            gate.wait()
            return command()
        except (Refused, IllegalTransition) as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(commands)) as pool:
        return list(pool.map(run, commands))


def test_two_dispatchers_sending_one_unit_get_one_dispatch() -> None:
    crew = make.crew()
    one, other = make.incident(), make.incident()

    def send(to: Incident) -> Callable[[], object]:
        order = Order(target_id=crew.unit_id)
        return lambda: dispatches.dispatch_unit(incident_id=to.pk, order=order, by=SYSTEM, at=NOON)

    answers = at_once(send(one), send(other))

    assert sum(isinstance(each, Dispatch) for each in answers) == 1
    assert sum(isinstance(each, Refused) for each in answers) == 1
    assert Dispatch.objects.active().count() == 1


def test_one_key_sent_by_eight_at_once_is_one_call() -> None:
    desk = make.desk()

    def take() -> Any:
        return calls.take_call(
            source="s", key="k", call=make.CALLER, incident=make.CRASH, by=desk, at=NOON
        )

    answers = at_once(*[take] * 8)

    assert sum(each.is_new for each in answers) == 1  # type: ignore[attr-defined]
    assert (Call.objects.count(), Incident.objects.count()) == (1, 1)


def test_cancelling_and_signing_at_once_ends_in_one_of_the_two() -> None:
    crew = make.crew()
    made = make.sent(make.incident(), crew)

    at_once(
        lambda: dispatches.sign(dispatch_id=made.pk, by=crew.actor, at=NOON + make.MINUTE),
        lambda: dispatches.cancel_dispatch(
            dispatch_id=made.pk, reason="误派", by=SYSTEM, at=NOON + make.MINUTE
        ),
    )

    made.refresh_from_db()
    assert made.status == DispatchStatus.CANCELLED


def test_merging_each_into_the_other_at_once_merges_one() -> None:
    one, other = make.incident(), make.incident()

    def merge(main: Incident, part: Incident) -> Callable[[], object]:
        return lambda: merging.merge(
            main_id=main.pk, other_id=part.pk, reason="同一", by=SYSTEM, at=NOON
        )

    at_once(merge(one, other), merge(other, one))

    assert Incident.objects.filter(merged_into__isnull=False).count() == 1


def test_two_workers_escalate_each_limit_once() -> None:
    make.limits()
    crash = make.incident()
    late = NOON + 2 * make.MINUTE

    raised = at_once(*[lambda: clocks.escalate_overdue(at=late)] * 4)

    assert sum(raised) == 1  # type: ignore[arg-type]
    assert crash.escalations.count() == 1
