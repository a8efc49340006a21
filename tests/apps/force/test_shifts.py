"""Planning duty and being on it."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError, transaction
from django.test import TestCase
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)
from pytest_django import DjangoAssertNumQueries

from luchang.apps.force import services
from luchang.apps.force.models import Shift
from luchang.apps.force.policies import MANAGE_FORCE
from luchang.apps.force.selectors import duty_unit, duty_units, is_on_duty, unit_of_user
from luchang.apps.force.services import NotOnDuty, ShiftRefused
from luchang.apps.force.states import SHIFT, Readiness, ShiftStatus
from luchang.kernel.audit.models import AuditEntry
from luchang.kernel.identity.actors import SYSTEM, Forbidden
from luchang.kernel.identity.states import Scope
from luchang.kernel.records.states import IllegalTransition
from tests.factories import force
from tests.factories.force import HOURS, NOON
from tests.factories.identity import actor_with, organisation, user

pytestmark = pytest.mark.django_db


class TestPlanShift:
    def test_the_first_officer_leads_and_the_plan_is_audited(self) -> None:
        first, second = force.officer(), force.officer()

        shift = force.shift(officers=[first, second])

        assert [m.officer for m in shift.members.all() if m.leads] == [first]
        assert AuditEntry.objects.filter(subject="force.shift", subject_id=shift.pk).exists()

    def test_an_officer_cannot_stand_in_two_crews_at_once(self) -> None:
        busy = force.officer()
        force.shift(officers=[busy])

        with pytest.raises(ShiftRefused, match="已编入其他班组"):
            force.shift(officers=[busy], starts_at=NOON, ends_at=NOON + 8 * HOURS)

    def test_shifts_that_only_touch_are_fine(self) -> None:
        steady = force.officer()
        force.shift(officers=[steady])

        following = force.shift(
            officers=[steady], starts_at=NOON + 4 * HOURS, ends_at=NOON + 12 * HOURS
        )

        assert following.status == ShiftStatus.PLANNED

    def test_a_vehicle_cannot_be_in_two_shifts_at_once(self) -> None:
        car = force.shift().vehicle
        assert car

        with pytest.raises(ShiftRefused, match="车辆在该时段"):
            services.plan_shift(
                unit_id=force.unit().pk,
                vehicle_id=car.pk,
                officer_ids=[force.officer().pk],
                starts_at=NOON,
                ends_at=NOON + HOURS,
                by=SYSTEM,
                at=NOON,
            )

    def test_a_unit_has_one_shift_at_a_time(self) -> None:
        unit = force.unit()
        force.shift(of=unit)

        with pytest.raises(ShiftRefused, match="已有班次"):
            force.shift(of=unit)

    def test_naming_an_officer_twice_is_refused(self) -> None:
        twice = force.officer()

        with pytest.raises(ShiftRefused, match="填写了两次"):
            force.shift(officers=[twice, twice])

    def test_an_officer_who_left_cannot_be_planned(self) -> None:
        gone = force.officer()
        gone.leave(at=NOON - 100 * HOURS)

        with pytest.raises(ShiftRefused, match="不在职"):
            force.shift(officers=[gone])

    @pytest.mark.parametrize(("hours", "why"), [(0, "须晚于"), (-1, "须晚于"), (25, "最长24小时")])
    def test_impossible_times_are_refused(self, hours: int, why: str) -> None:
        with pytest.raises(ShiftRefused, match=why):
            force.shift(starts_at=NOON, ends_at=NOON + timedelta(hours=hours))

    def test_a_shift_without_anybody_is_refused(self) -> None:
        with pytest.raises(ShiftRefused, match="至少需要一名"):
            services.plan_shift(
                unit_id=force.unit().pk,
                vehicle_id=None,
                officer_ids=[],
                starts_at=NOON,
                ends_at=NOON + HOURS,
                by=SYSTEM,
                at=NOON,
            )

    def test_another_brigade_cannot_plan_for_this_one(self) -> None:
        stranger = actor_with(MANAGE_FORCE, at=organisation())
        unit = force.unit()

        with pytest.raises(Forbidden):
            services.plan_shift(
                unit_id=unit.pk,
                vehicle_id=None,
                officer_ids=[force.officer().pk],
                starts_at=NOON,
                ends_at=NOON + HOURS,
                by=stranger,
                at=NOON,
            )


class TestOnDuty:
    def test_a_crew_is_on_duty_from_signing_on_until_signing_off(self) -> None:
        shift = force.shift()
        assert not is_on_duty(unit_id=shift.unit_id)

        services.sign_on(shift_id=shift.pk, by=SYSTEM, at=NOON)
        assert is_on_duty(unit_id=shift.unit_id)

        services.sign_off(shift_id=shift.pk, by=SYSTEM, at=NOON + HOURS)
        assert not is_on_duty(unit_id=shift.unit_id)
        assert duty_unit(unit_id=shift.unit_id, at=NOON) is None

    def test_a_member_of_the_crew_signs_it_on_and_a_stranger_may_not(self) -> None:
        member = user()
        shift = force.shift(officers=[force.officer(user=member)])
        crew = actor_with(at=member.organisation)

        with pytest.raises(Forbidden, match="does not belong"):
            services.sign_on(shift_id=shift.pk, by=crew, at=NOON)

    def test_a_cancelled_shift_frees_its_people_and_cannot_begin(self) -> None:
        person = force.officer()
        shift = force.shift(officers=[person])

        services.cancel_shift(shift_id=shift.pk, reason="暴雨", by=SYSTEM, at=NOON)

        force.shift(officers=[person])
        with pytest.raises(IllegalTransition):
            services.sign_on(shift_id=shift.pk, by=SYSTEM, at=NOON)

    def test_the_database_refuses_a_move_the_table_does_not_have(self) -> None:
        shift = force.shift()

        with pytest.raises(Exception, match="Invalid transition"), transaction.atomic():
            Shift.objects.filter(pk=shift.pk).update(status=ShiftStatus.ENDED)

    def test_the_database_refuses_duty_without_the_hour_it_began(self) -> None:
        shift = force.shift()

        with pytest.raises(IntegrityError, match="signed_on"), transaction.atomic():
            Shift.objects.filter(pk=shift.pk).update(status=ShiftStatus.ON_DUTY)

    def test_a_resting_crew_is_on_duty_but_not_ready(self) -> None:
        shift = force.crew_on_duty()

        services.set_readiness(shift_id=shift.pk, readiness=Readiness.RESTING, by=SYSTEM, at=NOON)

        seen = duty_unit(unit_id=shift.unit_id, at=NOON)
        assert seen
        assert not seen.is_ready

    def test_readiness_of_a_crew_that_is_not_on_duty_is_refused(self) -> None:
        with pytest.raises(NotOnDuty):
            services.set_readiness(
                shift_id=force.shift().pk, readiness=Readiness.RESTING, by=SYSTEM, at=NOON
            )


class TestDutyUnits:
    def test_an_expired_qualification_does_not_count(self) -> None:
        crew = [
            force.qualified(force.officer(), "accident"),
            force.qualified(force.officer(), "tow", expires_at=NOON - HOURS),
        ]
        shift = force.crew_on_duty(officers=crew)

        seen = duty_unit(unit_id=shift.unit_id, at=NOON)

        assert seen
        assert seen.skills == {"accident"}

    def test_an_account_finds_the_crew_it_rides_with(self) -> None:
        member = user()
        shift = force.crew_on_duty(officers=[force.officer(user=member)])

        seen = unit_of_user(user_id=member.pk, at=NOON)

        assert seen
        assert (seen.unit_id, seen.users) == (shift.unit_id, frozenset({member.pk}))
        assert unit_of_user(user_id=user().pk, at=NOON) is None

    def test_a_brigade_sees_its_own_crews_only(self) -> None:
        ours, theirs = organisation(), organisation()
        mine = force.crew_on_duty(of=force.unit(at=ours))
        force.crew_on_duty(of=force.unit(at=theirs))

        seen = duty_units(at=NOON, actor=actor_with("force.see_force", at=ours))

        assert [each.unit_id for each in seen] == [mine.unit_id]

    def test_many_crews_take_as_many_queries_as_one(
        self, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        for _ in range(6):
            force.crew_on_duty(officers=[force.qualified(force.officer(), "accident")])

        with django_assert_num_queries(3):
            duty_units(at=NOON)


ASKED: dict[ShiftStatus, Callable[..., Shift]] = {
    ShiftStatus.ON_DUTY: services.sign_on,
    ShiftStatus.ENDED: services.sign_off,
    ShiftStatus.CANCELLED: partial(services.cancel_shift, reason=""),
}


class ShiftLife(RuleBasedStateMachine):
    """Whatever is asked in whatever order, table and database agree."""

    def __init__(self) -> None:
        super().__init__()
        self.shift = force.shift()
        self.expected = ShiftStatus.PLANNED

    @rule(after=st.sampled_from(sorted(ASKED)))
    def ask(self, after: ShiftStatus) -> None:
        asked = partial(ASKED[after], shift_id=self.shift.pk, by=SYSTEM, at=NOON)
        if SHIFT.allows(self.expected, after):
            asked()
            self.expected = after
        else:
            with pytest.raises(IllegalTransition):
                asked()

    @invariant()
    def the_row_is_where_the_table_says(self) -> None:
        self.shift.refresh_from_db()
        assert self.shift.status == self.expected
        assert is_on_duty(unit_id=self.shift.unit_id) is (self.expected == ShiftStatus.ON_DUTY)


class TestShiftLife(TestCase):
    def test_whatever_is_asked_the_table_is_kept(self) -> None:
        run_state_machine_as_test(
            ShiftLife, settings=settings(max_examples=25, stateful_step_count=10, deadline=None)
        )


def test_scope_of_own_records_covers_no_unit() -> None:
    unit = force.unit()
    own = actor_with(MANAGE_FORCE, at=unit.organisation, scope=Scope.OWN)

    with pytest.raises(Forbidden):
        services.plan_shift(
            unit_id=unit.pk,
            vehicle_id=None,
            officer_ids=[force.officer().pk],
            starts_at=NOON,
            ends_at=NOON + HOURS,
            by=own,
            at=NOON,
        )
