"""Key vehicles and what is due: what is refused, and what the database holds."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db.utils import DatabaseError

from luchang.apps.subjects import services
from luchang.apps.subjects.models import Duty, GroupRule, KeyVehicle
from luchang.apps.subjects.policies import MANAGE
from luchang.apps.subjects.states import (
    DeviceKind,
    DeviceState,
    DutyKind,
    DutyStatus,
    EliminationReason,
    InspectionResult,
    PlateType,
    Usage,
    VehicleStatus,
)
from luchang.core.common import invented_numbers
from luchang.kernel.identity.actors import SYSTEM, Forbidden
from luchang.kernel.records.models import Deadline, Todo
from luchang.kernel.states import IllegalTransition
from tests.factories import subjects as make
from tests.factories.identity import actor_with, tree
from tests.factories.subjects import NOON, TODAY, refused, settled

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


class TestVehicles:
    def test_plate_type_and_plate_name_it_together(self) -> None:
        """The same text on a car and on a trailer is two vehicles."""
        row = make.vehicle(plate="湘BD7001")
        with refused("plate_taken"):
            make.vehicle(plate="湘B·D7001")
        make.vehicle(plate="湘BD7001", plate_type=PlateType.SMALL)

        assert row.plate == "湘B·D7001"

    def test_a_plate_is_free_again_when_its_vehicle_is_gone(self) -> None:
        row = make.vehicle(plate="湘BD7002")
        services.move_away(vehicle_id=row.pk, reason="转出", by=SYSTEM, at=NOON)
        make.vehicle(plate="湘BD7002")
        with refused("plate_taken"):
            services.take_back(vehicle_id=row.pk, reason="转回", by=SYSTEM, at=NOON)

    def test_farm_plates_follow_their_own_grammar(self) -> None:
        row = make.vehicle(plate="湘02 00001", plate_type=PlateType.TRACTOR)
        assert row.plate == "湘02·00001"
        with refused("plate_malformed"):
            make.vehicle(plate="湘02 00002")

    def test_a_vin_that_does_not_add_up_is_kept_with_a_warning(self) -> None:
        good = invented_numbers.vin(77)
        bad = good[:8] + ("1" if good[8] != "1" else "2") + good[9:]

        assert make.vehicle(vin=good).vin_fits is True
        assert make.vehicle(vin=bad).vin_fits is False
        assert make.vehicle(vin="").vin_fits is None
        with refused("vin_malformed"):
            make.vehicle(vin=good[:16] + "O")

    def test_its_group_is_the_rule_of_the_day_and_follows_corrections(self) -> None:
        row = make.vehicle(usage=Usage.HIGHWAY_PASSENGER)
        first = row.group_rule
        assert first is not None
        assert (first.code, first.is_two_and_one) == ("HIGHWAY_PASSENGER", True)
        corrected = services.correct_vehicle(
            vehicle_id=row.pk, usage=Usage.FREIGHT, vehicle_type="H11", by=SYSTEM, at=NOON
        )
        assert corrected.group_rule is not None
        assert corrected.group_rule.code == "HEAVY_GOODS"

    def test_57_seats_and_more_includes_57(self) -> None:
        """以上 read as more than: the coach of exactly 57 seats is missed."""
        facts: dict[str, Any] = {"usage": Usage.NON_COMMERCIAL, "vehicle_type": "K11"}
        found = [make.vehicle(**facts, seats=seats).group_rule for seats in (56, 57)]

        assert [rule and rule.code for rule in found] == [None, "LARGE_COACH"]

    def test_a_revised_rule_leaves_the_old_version_to_old_cases(self) -> None:
        row = make.vehicle(usage=Usage.TOURIST)
        services.revise_rule(
            code="TOURIST", valid_from=TODAY, basis="新名单", usages=["G"], types=[],
            by=SYSTEM, at=NOON,
        )  # fmt: skip
        assert row.group_rule is not None
        assert row.group_rule.usages == ["E"]
        assert services.regroup_all(by=SYSTEM, at=NOON) == 1
        assert KeyVehicle.objects.get(pk=row.pk).group_rule is None
        assert GroupRule.objects.filter(code="TOURIST").count() == 2
        with refused("rule_order"):
            services.revise_rule(
                code="TOURIST", valid_from=TODAY, basis="再改", usages=["E"], types=[],
                by=SYSTEM, at=NOON,
            )  # fmt: skip

    def test_only_who_reaches_the_city_revises_rules(self) -> None:
        places = tree()
        with pytest.raises(Forbidden):
            services.regroup_all(by=actor_with(MANAGE, at=places.own), at=NOON)
        assert services.regroup_all(by=actor_with(MANAGE, at=places.city), at=NOON) == 0

    def test_devices_are_fitted_once_and_checked_until_removed(self) -> None:
        row = make.vehicle()
        ask: dict[str, Any] = {"vehicle_id": row.pk, "kind": DeviceKind.VIDEO, "serial": "A1"}
        device = services.fit_device(**ask, by=SYSTEM, at=NOON)
        with refused("device_fitted"):
            services.fit_device(**ask, by=SYSTEM, at=NOON)
        services.check_device(
            device_id=device.pk, state=DeviceState.REMOVED, checked_on=TODAY, by=SYSTEM, at=NOON
        )
        with refused("device_gone"):
            services.check_device(
                device_id=device.pk, state=DeviceState.WORKING, checked_on=TODAY,
                by=SYSTEM, at=NOON,
            )  # fmt: skip


class TestDuties:
    def test_a_due_day_is_a_duty(self) -> None:
        row = make.vehicle(inspection_due_on=TODAY + DAY, scrapping_due_on=TODAY + 9 * DAY)
        settled()

        assert set(row.duties.values_list("kind", "due_on", "status")) == {
            ("INSPECTION", TODAY + DAY, "OPEN"),
            ("SCRAPPING", TODAY + 9 * DAY, "OPEN"),
        }

    def test_the_database_refuses_a_due_day_without_its_duty(self) -> None:
        """A column changed in bulk: a vehicle overdue that no rate counts."""
        row = make.vehicle(inspection_due_on=TODAY)
        settled()
        KeyVehicle.objects.filter(pk=row.pk).update(inspection_due_on=TODAY + DAY)
        with pytest.raises(DatabaseError, match="do not agree"):
            settled()

    def test_the_database_refuses_a_duty_without_its_due_day(self) -> None:
        row = make.driver(review_due_on=TODAY)
        settled()
        Duty.objects.filter(driver=row).update(due_on=TODAY + DAY)
        with pytest.raises(DatabaseError, match="do not agree"):
            settled()

    def test_passing_meets_the_duty_and_makes_the_next(self) -> None:
        row = make.vehicle(inspection_due_on=TODAY - DAY)
        made = services.record_inspection(
            vehicle_id=row.pk, done_on=TODAY, result=InspectionResult.PASSED,
            next_due_on=TODAY + 365 * DAY, by=SYSTEM, at=NOON,
        )  # fmt: skip
        settled()

        assert made.duty is not None
        assert (made.duty.status, made.duty.met_on) == (DutyStatus.MET, TODAY)
        assert make.due(row).due_on == TODAY + 365 * DAY

    def test_failing_leaves_it_due(self) -> None:
        """Inspected and failed counted as inspected: a hundred percent of wrecks."""
        row = make.vehicle(inspection_due_on=TODAY - DAY)
        services.record_inspection(
            vehicle_id=row.pk, done_on=TODAY, result=InspectionResult.FAILED, by=SYSTEM, at=NOON
        )

        assert make.due(row).due_on == TODAY - DAY

    @pytest.mark.parametrize(
        ("done", "due", "code"),
        [
            (TODAY + DAY, TODAY + 2 * DAY, "in_future"),
            (TODAY, TODAY, "next_due_not_after"),
            (TODAY, None, "next_due_missing"),
        ],
    )
    def test_an_inspection_has_days_that_can_be(
        self, done: date, due: date | None, code: str
    ) -> None:
        row = make.vehicle()
        with refused(code):
            services.record_inspection(
                vehicle_id=row.pk, done_on=done, result=InspectionResult.PASSED,
                next_due_on=due, by=SYSTEM, at=NOON,
            )  # fmt: skip

    def test_a_result_told_twice_is_kept_once(self) -> None:
        row = make.vehicle(inspection_due_on=TODAY)
        ask: dict[str, Any] = {
            "vehicle_id": row.pk,
            "done_on": TODAY,
            "result": InspectionResult.PASSED,
        }
        services.record_inspection(**ask, next_due_on=TODAY + DAY, by=SYSTEM, at=NOON)
        with refused("inspected_already"):
            services.record_inspection(**ask, next_due_on=TODAY + DAY, by=SYSTEM, at=NOON)

    def test_a_corrected_day_withdraws_the_old_duty(self) -> None:
        """A typing error that stays in the base of the rate for ever."""
        row = make.vehicle(inspection_due_on=TODAY - DAY)
        for day in (TODAY + DAY, TODAY - DAY):
            services.set_vehicle_day(
                vehicle_id=row.pk, kind=DutyKind.INSPECTION, due_on=day, by=SYSTEM, at=NOON
            )
        settled()

        assert [each.status for each in row.duties.order_by("pk")] == [
            "WITHDRAWN", "WITHDRAWN", "OPEN",
        ]  # fmt: skip

    def test_a_day_that_was_met_is_not_due_again(self) -> None:
        row = make.vehicle(inspection_due_on=TODAY)
        services.record_inspection(
            vehicle_id=row.pk, done_on=TODAY, result=InspectionResult.PASSED,
            next_due_on=TODAY + DAY, by=SYSTEM, at=NOON,
        )  # fmt: skip
        with refused("due_already"):
            services.set_vehicle_day(
                vehicle_id=row.pk, kind=DutyKind.INSPECTION, due_on=TODAY, by=SYSTEM, at=NOON
            )

    def test_scrapping_meets_only_what_was_due_for_scrapping(self) -> None:
        """Rates that elimination makes good: what was overdue stays in the base, not met."""
        row = make.vehicle(inspection_due_on=TODAY - DAY, scrapping_due_on=TODAY - 2 * DAY)
        services.eliminate_vehicle(
            vehicle_id=row.pk, reason=EliminationReason.DUE_FOR_SCRAPPING, done_on=TODAY,
            by=SYSTEM, at=NOON,
        )  # fmt: skip
        settled()
        row.refresh_from_db()

        assert row.status == VehicleStatus.SCRAPPED
        assert dict(row.duties.values_list("kind", "status")) == {
            "SCRAPPING": "MET", "INSPECTION": "MISSED",
        }  # fmt: skip

    def test_what_leaves_before_its_day_owes_nothing(self) -> None:
        row = make.vehicle(inspection_due_on=TODAY + DAY, scrapping_due_on=TODAY + DAY)
        services.eliminate_vehicle(
            vehicle_id=row.pk, reason=EliminationReason.OTHER, done_on=TODAY, by=SYSTEM, at=NOON
        )

        assert set(row.duties.values_list("status", flat=True)) == {"WITHDRAWN"}

    def test_a_coach_of_56_seats_is_none_of_57_and_more(self) -> None:
        row = make.vehicle(seats=56)
        with refused("too_few_seats"):
            services.eliminate_vehicle(
                vehicle_id=row.pk, reason=EliminationReason.LARGE_COACH, done_on=TODAY,
                by=SYSTEM, at=NOON,
            )  # fmt: skip

    def test_nothing_leaves_twice(self) -> None:
        gone = make.eliminated()
        with pytest.raises(IllegalTransition):
            services.eliminate_vehicle(
                vehicle_id=gone.vehicle_id, reason=EliminationReason.OTHER, done_on=TODAY,
                by=SYSTEM, at=NOON,
            )  # fmt: skip

    def test_a_driver_renews_and_is_due_again(self) -> None:
        row = make.driver(licence_due_on=TODAY)
        services.meet_driver_duty(
            driver_id=row.pk, kind=DutyKind.LICENCE_RENEWAL, done_on=TODAY,
            next_due_on=TODAY + 365 * DAY, by=SYSTEM, at=NOON,
        )  # fmt: skip
        settled()
        assert make.due(row).due_on == TODAY + 365 * DAY
        with refused("no_such_duty"):
            services.meet_driver_duty(
                driver_id=row.pk, kind=DutyKind.LICENCE_REVIEW, done_on=TODAY, by=SYSTEM, at=NOON
            )

    def test_who_supervises_answers_for_what_is_due(self) -> None:
        places = tree()
        row = make.vehicle(at=places.own, inspection_due_on=TODAY)
        services.urge_due(at=NOON)
        services.hand_over_vehicle(
            vehicle_id=row.pk, organisation=places.sibling, by=SYSTEM, at=NOON
        )
        services.urge_due(at=NOON)

        assert make.due(row).organisation == places.sibling
        told = Todo.objects.filter(status="OPEN").values_list("organisation", flat=True)
        assert list(told) == [places.sibling.pk]


class TestUrging:
    def test_what_is_due_within_thirty_days_is_urged_once(self) -> None:
        near = make.vehicle(inspection_due_on=TODAY + 30 * DAY)
        make.vehicle(inspection_due_on=TODAY + 31 * DAY)

        assert [services.urge_due(at=NOON), services.urge_due(at=NOON)] == [1, 0]
        clock, todo = Deadline.objects.get(), Todo.objects.get()
        assert clock.due_at.astimezone(NOON.tzinfo).date() == TODAY + 30 * DAY
        assert (todo.subject_id, todo.permission) == (make.due(near).pk, MANAGE)

    def test_meeting_it_stops_the_clock_and_closes_the_todo(self) -> None:
        row = make.vehicle(inspection_due_on=TODAY + DAY)
        services.urge_due(at=NOON)
        services.record_inspection(
            vehicle_id=row.pk, done_on=TODAY, result=InspectionResult.PASSED,
            next_due_on=TODAY + 400 * DAY, by=SYSTEM, at=NOON,
        )  # fmt: skip

        assert (Deadline.objects.get().status, Todo.objects.get().status) == ("MET", "DONE")

    def test_no_name_stands_in_a_todo(self) -> None:
        """Personal data in an inbox, in notices, in short messages."""
        row = make.driver(licence_due_on=TODAY)
        services.urge_due(at=NOON)

        title = Todo.objects.get().title
        assert row.archive_number in title
        assert row.name not in title
        assert row.identity_number not in title
