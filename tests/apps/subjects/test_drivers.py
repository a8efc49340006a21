"""Key drivers, decisions about licences, relations: what is refused."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.http import HttpResponse
from django.urls import reverse

from luchang.apps.subjects import services
from luchang.apps.subjects.models import KeyDriver
from luchang.apps.subjects.policies import DECIDE, MANAGE, REVEAL, SEE
from luchang.apps.subjects.states import (
    LicenceActKind,
)
from luchang.kernel.audit.models import AuditEntry
from luchang.kernel.identity.actors import SYSTEM, Forbidden
from luchang.kernel.identity.models import Organisation
from tests.factories import subjects as make
from tests.factories.identity import actor_with, appoint, browser_of, post, tree, user_with
from tests.factories.subjects import NOON, TODAY, refused, settled

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


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


class TestPersons:
    def asked(self, place: Organisation, row: KeyDriver, purpose: str) -> HttpResponse:
        browser = browser_of(user_with(SEE, REVEAL, at=place))
        address = reverse("subjects.driver.reveal", args=[row.pk])
        return browser.post(address, {"fact": "identity_number", "purpose": purpose})  # type: ignore[return-value]

    def test_a_person_is_seen_for_a_purpose_and_on_record(self) -> None:
        row = make.driver()
        assert row.identity_number in self.asked(row.organisation, row, "核对身份").text
        entry = AuditEntry.objects.filter(action="REVEAL").get()

        assert (entry.subject, entry.subject_id) == ("subjects.keydriver", str(row.pk))
        assert entry.purpose == "核对身份"
        assert row.identity_number not in self.asked(row.organisation, row, "看").text

    def test_the_page_masks_persons_and_its_opening_is_on_record(self) -> None:
        row = make.driver(name="欧阳某某")
        browser = browser_of(user_with(SEE, at=row.organisation))
        page = browser.get(reverse("subjects.driver", args=[row.pk])).text

        for secret in (row.identity_number, row.name, row.phone):
            assert secret not in page
        assert AuditEntry.objects.filter(action="READ", subject="subjects.keydriver").exists()

    def test_seeing_all_is_not_seeing_persons_everywhere(self) -> None:
        """The right to look given for one unit opens the persons of all he sees."""
        places = tree()
        row = make.driver(at=places.sibling)
        person = user_with(SEE, at=places.city)
        appoint(person, post(REVEAL, at=places.own))
        address = reverse("subjects.driver.reveal", args=[row.pk])
        asked = {"fact": "name", "purpose": "核对身份"}

        assert browser_of(person).post(address, asked).status_code == 403


class TestLicences:
    def test_cancelling_and_recalling_are_two_acts(self) -> None:
        row = make.driver()
        for kind in (LicenceActKind.CANCELLED, LicenceActKind.RECALLED):
            make.decided(of=row, kind=kind)

        assert set(row.licence_acts.values_list("kind", flat=True)) == {"CANCELLED", "RECALLED"}

    def test_a_decision_is_taken_back_by_another_and_only_once(self) -> None:
        act = make.decided(decided_on=TODAY - DAY)
        ask: dict[str, Any] = {
            "act_id": act.pk,
            "reason": "认定有误",
            "article": "演示条款",
            "by": SYSTEM,
        }
        with refused("reversed_before"):
            services.reverse_act(**ask, document_number="撤1", decided_on=TODAY - 2 * DAY, at=NOON)
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
        ask: dict[str, Any] = {
            "driver_id": make.driver().pk,
            "kind": LicenceActKind.CANCELLED,
            "licence_class": "A1",
            "reason": "身体条件",
            "article": "演示条款",
            "document_number": "D-1",
            "decided_on": TODAY,
        }
        with refused(code):
            services.decide_licence(**{**ask, **given}, by=SYSTEM, at=NOON)

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
        ask: dict[str, Any] = {
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
        ask: dict[str, Any] = {"driver_id": driver.pk, "vehicle": vehicle, "enterprise": firm}
        first = services.relate(**ask, starts_on=TODAY - 9 * DAY, by=SYSTEM, at=NOON)
        with refused("relation_double"):
            services.relate(**ask, starts_on=TODAY, by=SYSTEM, at=NOON)
        services.end_relation(relation_id=first.pk, ends_on=TODAY, by=SYSTEM, at=NOON)
        services.relate(**ask, starts_on=TODAY, by=SYSTEM, at=NOON)
        services.relate(driver_id=driver.pk, vehicle=vehicle, starts_on=TODAY, by=SYSTEM, at=NOON)
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
