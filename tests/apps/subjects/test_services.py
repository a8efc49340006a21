"""Registering and changing key subjects: what is refused, and what the database holds."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import DatabaseError

from luchang.apps.subjects import services
from luchang.apps.subjects.models import Duty, Enterprise, GroupRule, KeyDriver, KeyVehicle
from luchang.apps.subjects.policies import DECIDE, MANAGE, REVEAL, SEE
from luchang.apps.subjects.services import Refused
from luchang.apps.subjects.states import (
    DutyKind,
    DutyStatus,
    EliminationReason,
    InspectionResult,
    LicenceActKind,
    PlateType,
    Usage,
    VehicleStatus,
)
from luchang.core.common import invented_numbers
from luchang.kernel.audit.models import AuditEntry
from luchang.kernel.history import history_of
from luchang.kernel.identity.actors import SYSTEM, Forbidden
from luchang.kernel.records.models import Deadline, Todo
from luchang.kernel.records.moves import history
from luchang.kernel.states import IllegalTransition
from tests.factories import subjects as make
from tests.factories.identity import actor_with, tree
from tests.factories.subjects import NOON, TODAY

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def settled() -> None:
    """What the database checks when a transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def refused(code: str) -> "pytest.RaisesExc[Refused]":
    return pytest.raises(Refused, check=lambda refusal: refusal.code == code and str(refusal))


class TestEnterprises:
    def test_credit_code_is_checked_and_kept_plain(self) -> None:
        """A number typed with blanks becomes another enterprise, or one that does not add up."""
        code = invented_numbers.credit_code(900_001)
        row = make.enterprise(credit_code=f" {code[:8]} {code[8:].lower()}")

        assert row.credit_code == code
        with refused("credit_code_malformed"):
            make.enterprise(credit_code=code[:17] + ("0" if code[17] != "0" else "1"))

    def test_one_credit_code_is_one_enterprise_and_none_is_no_code(self) -> None:
        row = make.enterprise()
        with refused("credit_code_taken"):
            make.enterprise(credit_code=row.credit_code)
        make.enterprise(credit_code="")
        make.enterprise(credit_code="")

    def test_correcting_to_a_taken_code_is_refused_in_words(self) -> None:
        """The clash of an update shown as a fault of the site."""
        first, second = make.enterprise(), make.enterprise()
        with refused("credit_code_taken"):
            services.correct_enterprise(
                enterprise_id=second.pk, credit_code=first.credit_code or "", by=SYSTEM, at=NOON
            )

    def test_what_is_corrected_stands_in_history_masked(self) -> None:
        row = make.enterprise()
        services.correct_enterprise(
            enterprise_id=row.pk, responsible_phone="13811112222", name="新名", by=SYSTEM, at=NOON
        )

        told = {each.name: (each.before, each.after) for each in history_of(row)[-1].fields}
        assert told["responsible_phone"] == ("138****1234", "138****2222")
        assert told["name"][1] == "新名"
        assert "13811112222" not in str(AuditEntry.objects.latest("pk").detail)

    def test_closing_needs_a_reason_and_ends_changes_until_reopened(self) -> None:
        row = make.enterprise()
        with refused("reason_missing"):
            services.close_enterprise(enterprise_id=row.pk, reason=" ", by=SYSTEM, at=NOON)
        services.close_enterprise(enterprise_id=row.pk, reason="停业", by=SYSTEM, at=NOON)
        with refused("not_standing"):
            services.correct_enterprise(enterprise_id=row.pk, name="x", by=SYSTEM, at=NOON)
        services.reopen_enterprise(enterprise_id=row.pk, reason="复业", by=SYSTEM, at=NOON)

        assert [move.after for move in history(row)] == ["ACTIVE", "CLOSED", "ACTIVE"]

    def test_nobody_changes_what_another_unit_supervises(self) -> None:
        places = tree()
        mine = actor_with(MANAGE, at=places.own)
        row = make.enterprise(at=places.sibling)
        with pytest.raises(Forbidden):
            services.correct_enterprise(enterprise_id=row.pk, name="x", by=mine, at=NOON)
        with pytest.raises(Forbidden):
            make.enterprise(at=places.sibling, by=mine)

    def test_handing_over_takes_both_sides(self) -> None:
        """A brigade that puts its enterprise on another one's desk, or takes one off it."""
        places = tree()
        mine, city = actor_with(MANAGE, at=places.own), actor_with(MANAGE, at=places.city)
        row = make.enterprise(at=places.own)
        ask = {"enterprise_id": row.pk, "organisation": places.sibling, "at": NOON}
        with pytest.raises(Forbidden):
            services.hand_over_enterprise(**ask, by=mine)
        services.hand_over_enterprise(**ask, by=city)

        row.refresh_from_db()
        assert row.organisation == places.sibling

    def test_half_a_place_is_no_place(self) -> None:
        with refused("place_half"):
            make.enterprise(longitude=113.1)

    def test_grammar_is_held_by_the_database_too(self) -> None:
        row = make.enterprise()
        with pytest.raises(IntegrityError), transaction.atomic():
            Enterprise.objects.filter(pk=row.pk).update(credit_code="91430200MA4L0000I0")


class TestSources:
    def test_listed_rectified_and_listed_again_are_two_listings(self) -> None:
        """One date on the source: the first rectification would be forgotten and not counted."""
        row = make.source()
        for listed, rectified in ((TODAY - 9 * DAY, TODAY - 5 * DAY), (TODAY - 2 * DAY, TODAY)):
            services.list_as_key(
                source_id=row.pk, reason="超限超载", listed_on=listed, by=SYSTEM, at=NOON
            )
            services.rectify_source(
                source_id=row.pk, rectified_on=rectified, measures="装称重", by=SYSTEM, at=NOON
            )

        assert [each.rectified_on for each in row.listings.all()] == [TODAY, TODAY - 5 * DAY]

    def test_a_key_source_is_rectified_before_it_closes(self) -> None:
        row = make.source()
        services.list_as_key(
            source_id=row.pk, reason="超载", listed_on=TODAY, by=SYSTEM, at=NOON
        )
        with pytest.raises(IllegalTransition):
            services.close_source(source_id=row.pk, reason="关停", by=SYSTEM, at=NOON)

    @pytest.mark.parametrize(
        ("day", "measures", "code"),
        [
            (TODAY + DAY, "x", "in_future"),
            (TODAY - 3 * DAY, "x", "rectified_before_listed"),
            (TODAY, " ", "measures_missing"),
        ],
    )
    def test_rectification_has_a_day_and_measures(
        self, day: date, measures: str, code: str
    ) -> None:
        row = make.source()
        services.list_as_key(
            source_id=row.pk, reason="超载", listed_on=TODAY - DAY, by=SYSTEM, at=NOON
        )
        with refused(code):
            services.rectify_source(
                source_id=row.pk, rectified_on=day, measures=measures, by=SYSTEM, at=NOON
            )

    def test_a_unit_names_a_source_once(self) -> None:
        row = make.source()
        with refused("source_named"):
            make.source(at=row.organisation, name=row.name)
        make.source(name=row.name)

    def test_a_foreign_enterprise_is_no_owner(self) -> None:
        places = tree()
        mine = actor_with(MANAGE, SEE, at=places.own)
        with refused("foreign_enterprise"):
            make.source(at=places.own, enterprise=make.enterprise(at=places.sibling), by=mine)


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
        assert row.group_rule is not None
        assert (row.group_rule.code, row.group_rule.is_two_and_one) == ("HIGHWAY_PASSENGER", True)
        row = services.correct_vehicle(
            vehicle_id=row.pk, usage=Usage.FREIGHT, vehicle_type="H11", by=SYSTEM, at=NOON
        )
        assert row.group_rule is not None
        assert row.group_rule.code == "HEAVY_GOODS"

    def test_57_seats_and_more_includes_57(self) -> None:
        """以上 read as more than: the coach of exactly 57 seats is missed."""
        facts = {"usage": Usage.NON_COMMERCIAL, "vehicle_type": "K11"}
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
        row.refresh_from_db()
        assert row.group_rule is None
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
        from luchang.apps.subjects.states import DeviceKind, DeviceState  # noqa: PLC0415

        row = make.vehicle()
        ask = {"vehicle_id": row.pk, "kind": DeviceKind.VIDEO, "serial": "A1"}
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
        ask = {"vehicle_id": row.pk, "done_on": TODAY, "result": InspectionResult.PASSED}
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


class TestDrivers:
    def test_one_person_is_one_driver_however_the_number_is_typed(self) -> None:
        row = make.driver()
        with refused("identity_taken"):
            make.driver(identity_number=row.identity_number.lower() + " ")

    def test_the_database_holds_it_when_the_service_is_passed_by(self) -> None:
        """Two who register the same person at the same moment."""
        row, other = make.driver(), make.driver()
        with pytest.raises(IntegrityError, match="key_driver_identity_once"), transaction.atomic():
            KeyDriver.objects.filter(pk=other.pk).update(identity_number=row.identity_number)

    def test_an_identity_number_adds_up(self) -> None:
        with refused("identity_malformed"):
            make.driver(identity_number="430299198001010019")

    def test_an_archive_number_has_twelve_digits_and_is_nobody_elses(self) -> None:
        row = make.driver()
        with refused("archive_taken"):
            make.driver(archive_number=row.archive_number)
        with refused("malformed"):
            make.driver(archive_number="43021")

    def test_nothing_personal_stands_in_clear(self) -> None:
        row = make.driver()
        with connection.cursor() as cursor:
            cursor.execute("SELECT t::text FROM subjects_keydriver t WHERE id = %s", [row.pk])
            stored = cursor.fetchone()[0]

        for secret in (row.identity_number, row.name, row.phone):
            assert secret not in stored

    def test_a_driver_is_found_by_a_whole_number_or_name(self) -> None:
        row = make.driver(name="欧阳某")
        for text in (row.identity_number, "欧阳某", row.phone, row.archive_number):
            assert row in KeyDriver.objects.known_as(text)
        assert not KeyDriver.objects.known_as("欧阳").exists()

    def test_a_driver_who_left_owes_nothing_more(self) -> None:
        row = make.driver(licence_due_on=TODAY + DAY, review_due_on=TODAY - DAY)
        services.let_go(driver_id=row.pk, reason="退休", by=SYSTEM, at=NOON)
        settled()

        assert dict(row.duties.values_list("kind", "status")) == {
            "LICENCE_RENEWAL": "WITHDRAWN", "LICENCE_REVIEW": "MISSED",
        }  # fmt: skip

    def test_seeing_a_person_needs_permission_and_a_purpose_and_is_on_record(self) -> None:
        places = tree()
        row = make.driver(at=places.own)
        who = actor_with(REVEAL, at=places.own)
        with pytest.raises(Forbidden):
            services.reveal_driver(
                driver=row, purpose="核对身份", by=actor_with(SEE, at=places.own), at=NOON
            )
        with pytest.raises(Forbidden):
            services.reveal_driver(
                driver=row, purpose="核对身份", by=actor_with(REVEAL, at=places.sibling), at=NOON
            )
        with refused("purpose_missing"):
            services.reveal_driver(driver=row, purpose="看看", by=who, at=NOON)
        shown = services.reveal_driver(driver=row, purpose="核对身份", by=who, at=NOON)

        assert shown.identity_number == row.identity_number
        entry = AuditEntry.objects.latest("pk")
        assert (entry.action, entry.purpose) == ("REVEAL", "核对身份")
        assert (entry.subject, entry.subject_id) == ("subjects.keydriver", str(row.pk))


class TestLicences:
    def test_cancelling_and_recalling_are_two_acts(self) -> None:
        row = make.driver()
        for kind in (LicenceActKind.CANCELLED, LicenceActKind.RECALLED):
            make.decided(of=row, kind=kind)

        assert set(row.licence_acts.values_list("kind", flat=True)) == {"CANCELLED", "RECALLED"}

    def test_a_decision_is_taken_back_by_another_and_only_once(self) -> None:
        act = make.decided(decided_on=TODAY - DAY)
        ask = {"act_id": act.pk, "reason": "认定有误", "article": "演示条款", "by": SYSTEM}
        with refused("reversed_before"):
            services.reverse_act(
                **ask, document_number="撤1", decided_on=TODAY - 2 * DAY, at=NOON
            )
        back = services.reverse_act(**ask, document_number="撤1", decided_on=TODAY, at=NOON)
        act.refresh_from_db()

        assert (back.reverses, act.reversed_on) == (act, TODAY)
        with refused("already_reversed"):
            services.reverse_act(**ask, document_number="撤2", decided_on=TODAY, at=NOON)
        with refused("not_reversible"):
            services.reverse_act(
                **{**ask, "act_id": back.pk}, document_number="撤2", decided_on=TODAY, at=NOON
            )

    @pytest.mark.parametrize(
        ("given", "code"),
        [
            ({"licence_class": "B2"}, "class_not_held"),
            ({"reason": " "}, "reason_missing"),
            ({"article": ""}, "article_missing"),
            ({"decided_on": TODAY + DAY}, "in_future"),
            ({"kind": LicenceActKind.REVERSED}, "not_reversible"),
            ({"document_number": ""}, "malformed"),
        ],
    )
    def test_a_decision_says_what_it_rests_on(self, given: dict[str, object], code: str) -> None:
        ask: dict[str, object] = {
            "driver_id": make.driver().pk,
            "kind": LicenceActKind.CANCELLED,
            "licence_class": "A1",
            "reason": "身体条件",
            "article": "演示条款",
            "document_number": "D-1",
            "decided_on": TODAY,
        }
        with refused(code):
            services.decide_licence(**{**ask, **given}, by=SYSTEM, at=NOON)  # type: ignore[arg-type]

    def test_a_document_number_is_used_once(self) -> None:
        act = make.decided()
        with refused("document_taken"):
            services.decide_licence(
                driver_id=make.driver().pk, kind=LicenceActKind.RECALLED, licence_class="A1",
                reason="x", article="y", document_number=act.document_number,
                decided_on=TODAY, by=SYSTEM, at=NOON,
            )  # fmt: skip

    def test_managing_drivers_is_not_deciding_on_licences(self) -> None:
        places = tree()
        row = make.driver(at=places.own)
        ask = {
            "driver_id": row.pk, "kind": LicenceActKind.CANCELLED, "licence_class": "A1",
            "reason": "x", "article": "y", "decided_on": TODAY, "at": NOON,
        }  # fmt: skip
        with pytest.raises(Forbidden):
            services.decide_licence(
                **ask, document_number="D-2", by=actor_with(MANAGE, at=places.own)
            )
        services.decide_licence(**ask, document_number="D-2", by=actor_with(DECIDE, at=places.own))


class TestRelations:
    def test_one_relation_is_told_once_at_a_time(self) -> None:
        """Doubles that make one driver two in every list of a fleet."""
        driver, vehicle, firm = make.driver(), make.vehicle(), make.enterprise()
        ask = {"driver_id": driver.pk, "vehicle": vehicle, "enterprise": firm}
        first = services.relate(**ask, starts_on=TODAY - 9 * DAY, by=SYSTEM, at=NOON)
        with refused("relation_double"):
            services.relate(**ask, starts_on=TODAY, by=SYSTEM, at=NOON)
        services.end_relation(relation_id=first.pk, ends_on=TODAY, by=SYSTEM, at=NOON)
        services.relate(**ask, starts_on=TODAY, by=SYSTEM, at=NOON)
        services.relate(
            driver_id=driver.pk, vehicle=vehicle, starts_on=TODAY, by=SYSTEM, at=NOON
        )
        with refused("relation_double"):
            services.relate(
                driver_id=driver.pk, vehicle=vehicle, starts_on=TODAY, by=SYSTEM, at=NOON
            )

    def test_a_relation_leads_somewhere_and_its_days_run_forward(self) -> None:
        driver = make.driver()
        with refused("relation_empty"):
            services.relate(driver_id=driver.pk, starts_on=TODAY, by=SYSTEM, at=NOON)
        with refused("ends_before_start"):
            services.relate(
                driver_id=driver.pk, vehicle=make.vehicle(), starts_on=TODAY, ends_on=TODAY,
                by=SYSTEM, at=NOON,
            )  # fmt: skip

    def test_nobody_ties_his_driver_to_anothers_vehicle(self) -> None:
        places = tree()
        mine = actor_with(MANAGE, SEE, at=places.own)
        driver = make.driver(at=places.own)
        with pytest.raises(Forbidden):
            services.relate(
                driver_id=driver.pk, vehicle=make.vehicle(at=places.sibling), starts_on=TODAY,
                by=mine, at=NOON,
            )  # fmt: skip
        with refused("foreign_enterprise"):
            services.relate(
                driver_id=driver.pk, enterprise=make.enterprise(at=places.sibling),
                starts_on=TODAY, by=mine, at=NOON,
            )  # fmt: skip


def test_every_refusal_is_said_in_both_languages() -> None:
    """A key without words, or words that want a name nobody gives."""
    from django.utils import translation  # noqa: PLC0415

    from luchang.apps.subjects.services.refusals import REASONS  # noqa: PLC0415

    for language in ("zh-hans", "en"):
        with translation.override(language):
            assert all(str(reason) for reason in REASONS.values())
