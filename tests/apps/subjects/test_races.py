"""Two at once: one wins, the other is told why."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from luchang.apps.subjects import services
from luchang.apps.subjects.models import Duty, Enterprise, KeyDriver, KeyVehicle
from luchang.apps.subjects.services import Refused
from luchang.apps.subjects.states import EliminationReason, InspectionResult, SubjectKind
from luchang.core.common import invented_numbers
from luchang.kernel.identity.actors import SYSTEM
from luchang.kernel.states import IllegalTransition
from tests.factories import subjects as make
from tests.factories.identity import organisation
from tests.factories.subjects import NOON, TODAY, born

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


def codes(answers: list[object]) -> list[str]:
    return [each.code for each in answers if isinstance(each, Refused)]


def test_one_credit_code_registered_twice_at_once_is_one_enterprise() -> None:
    place, code = organisation(), invented_numbers.credit_code(800_001)
    answers = at_once(*[lambda: make.enterprise(at=place, credit_code=code)] * 4)

    assert codes(answers) == ["credit_code_taken"] * 3
    assert Enterprise.objects.count() == 1


def test_one_person_registered_twice_at_once_is_one_driver() -> None:
    place, number = organisation(), invented_numbers.resident_id(1, born(800_002))
    answers = at_once(*[lambda: make.driver(at=place, identity_number=number)] * 4)

    assert codes(answers) == ["identity_taken"] * 3
    assert KeyDriver.objects.count() == 1


def test_one_plate_registered_twice_at_once_is_one_vehicle() -> None:
    place = organisation()
    services.load_first_rules()
    answers = at_once(*[lambda: make.vehicle(at=place, plate="湘BD8001")] * 4)

    assert codes(answers) == ["plate_taken"] * 3
    assert KeyVehicle.objects.count() == 1


def test_an_inspection_and_an_elimination_at_once_settle_the_duty_once() -> None:
    row = make.vehicle(inspection_due_on=TODAY)
    at_once(
        lambda: services.record_inspection(
            vehicle_id=row.pk, done_on=TODAY, result=InspectionResult.PASSED,
            next_due_on=TODAY.replace(year=2027), by=SYSTEM, at=NOON,
        ),
        lambda: services.eliminate_vehicle(
            vehicle_id=row.pk, reason=EliminationReason.OTHER, done_on=TODAY, by=SYSTEM, at=NOON
        ),
    )  # fmt: skip

    assert not Duty.objects.open().exists()
    assert KeyVehicle.objects.get().status == "ELIMINATED"


def test_two_who_merge_a_pair_both_ways_leave_one_of_them() -> None:
    """A pair in which each points to the other, or a deadlock."""
    one, other = make.enterprise(), make.enterprise()

    def merge(survivor: Enterprise, double: Enterprise) -> Callable[[], object]:
        return lambda: services.merge(
            kind=SubjectKind.ENTERPRISE, survivor_id=survivor.pk, double_id=double.pk,
            reason="重复", by=SYSTEM, at=NOON,
        )  # fmt: skip

    answers = at_once(merge(one, other), merge(other, one))

    assert codes(answers) == ["merge_standing"]
    assert Enterprise.objects.filter(merged_into=None).count() == 1


def test_two_sweeps_at_once_urge_each_duty_once() -> None:
    for _ in range(3):
        make.vehicle(inspection_due_on=TODAY)
    services.urge_due(at=NOON, at_most=0)
    answers = at_once(*[lambda: services.urge_due(at=NOON)] * 3)

    assert sum(int(str(each)) for each in answers) == 3
