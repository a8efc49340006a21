"""Asking the store: nothing without a purpose, nothing unrecorded, nothing out of reach."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import DatabaseError, transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from luchang.apps.passages.models import Camera, Enquiry
from luchang.apps.passages.policies import SEARCH, SEE_PLAIN, SEE_ROUTINES
from luchang.apps.passages.selectors import asking, company, searching, tracks
from luchang.apps.passages.selectors.asking import EnquiryRefused, pattern_of
from luchang.apps.passages.services import enquiries as services
from luchang.apps.passages.services.enquiries import Purpose
from luchang.apps.passages.states import EnquiryKind
from luchang.apps.subjects.policies import SEE as SEE_SUBJECTS
from luchang.kernel import clock
from luchang.kernel.audit.models import AuditEntry
from luchang.kernel.audit.states import Action
from luchang.kernel.identity.actors import Actor, Forbidden
from luchang.kernel.identity.models import Organisation, User
from luchang.kernel.identity.policies import SEE_AUDIT
from luchang.kernel.identity.selectors import actor_for
from luchang.kernel.segments import Store
from tests.factories import enquiries as make
from tests.factories import subjects
from tests.factories.enquiries import CASE, CLONES, EVENING, MORNING, question
from tests.factories.identity import actor_with, browser_of, organisation, tree, user_with

pytestmark = pytest.mark.django_db
CAR, OTHER, LOST = "湘BD0001", "湘BD0002", "湘BD0003"
K = EnquiryKind


class City:
    """Two brigades with six and one cameras, and two days of passages."""

    def __init__(self, folder: Path) -> None:
        self.tree = tree()
        self.cameras = make.cameras(self.tree.own)
        self.foreign = make.cameras(self.tree.sibling, 1)[0]
        route = [*self.cameras, self.foreign]
        self.store = make.store_of(
            folder,
            make.driving(route, CAR, MORNING),
            make.driving(route, OTHER, MORNING, behind_s=20.0),
            make.driving(route[::-1], CAR, MORNING + timedelta(days=1, hours=9)),
            make.driving(self.cameras[:2], LOST, MORNING + timedelta(days=1)),
            [make.seen(self.cameras[0], "-", MORNING)],
        )
        make.purposes()

    def actor(self, *permissions: str, at: Organisation | None = None) -> Actor:
        return actor_with(*(permissions or (SEARCH,)), at=at or self.tree.city)


@pytest.fixture
def city(tmp_path: Path, settings: LazySettings) -> City:
    settings.PASSAGE_STORE = tmp_path / "passages"
    settings.MEDIA_ROOT = str(tmp_path)
    return City(tmp_path / "passages")


def refused(asked: asking.Asked, by: Actor, purpose: Purpose = CLONES) -> str:
    with pytest.raises(EnquiryRefused) as told:
        services.ask(asked=asked, purpose=purpose, by=by, at=EVENING)
    assert str(told.value), "a refusal without a sentence"
    return told.value.code


class TestWhatForIsAskedFirst:
    def test_without_a_purpose_nothing_is_answered_or_written(self, city: City) -> None:
        by, asked = city.actor(), question(plate=CAR)

        assert refused(asked, by, Purpose("", "核查举报的套牌车")) == "purpose_unknown"
        assert refused(asked, by, Purpose("CLONE", "查")) == "reason_short"
        assert refused(asked, by, Purpose("CASE", "侦办案件需要")) == "case_number_needed"
        assert Enquiry.objects.count() == 0

    def test_who_what_and_what_for_stand_in_record_and_audit(self, city: City) -> None:
        by = city.actor()

        made = make.enquiry(
            by, question(plate="湘B?0001", cameras=(city.cameras[0].number,)), CASE
        )

        made.refresh_from_db()
        assert (made.rows, made.plate, made.case_number) == (2, "湘B?0001", "A4302001")
        assert made.store_version == city.store.version()
        entry = AuditEntry.objects.get(subject="passages.enquiry", subject_id=str(made.pk))
        assert (entry.action, entry.purpose) == (Action.READ, CASE.reason)
        assert CAR not in str(entry.detail) and entry.detail["rows"] == 2  # noqa: PT018 - one line

    def test_the_plate_stands_in_clear_nowhere_in_the_database(self, city: City) -> None:
        made = make.enquiry(city.actor(), question(plate=CAR))
        stored = Enquiry.objects.filter(pk=made.pk).extra(select={"raw": "plate"}).values("raw")

        assert CAR not in stored[0]["raw"]
        assert Enquiry.objects.filter(plate="湘B·D0001").get() == made

    def test_a_record_is_never_changed_or_deleted(self, city: City) -> None:
        made = make.enquiry(city.actor())

        for harm in (Enquiry.objects.all().delete, lambda: Enquiry.objects.update(rows=0)):
            with pytest.raises(DatabaseError), transaction.atomic():
                harm()
        made.refresh_from_db()

    def test_stays_need_their_permission_and_a_case(self, city: City) -> None:
        asked = question(K.STAYS, plate=CAR)
        with pytest.raises(Forbidden):
            services.ask(asked=asked, purpose=CASE, by=city.actor(), at=EVENING)
        by = city.actor(SEE_ROUTINES)

        assert refused(asked, by) == "case_number_missing"
        assert make.enquiry(by, asked, CASE).rows == 14


class TestQuestionsThatAreTooMuch:
    def test_each_is_told_what_to_mend(self, city: City) -> None:
        by, day = city.actor(), timedelta(days=1)
        many = {
            "ends_before_start": question(last=MORNING - day),
            "not_yet": question(first=EVENING + day, last=EVENING + 2 * day),
            "too_long": question(first=EVENING - 40 * day, plate=CAR),
            "too_broad": question(),
            "plate_open": question(K.TRACK, plate="湘BD*"),
        }
        for code, asked in many.items():
            assert refused(asked, by) == code

    def test_hardly_any_plate_takes_an_hour_or_cameras(self, city: City) -> None:
        by, hour = city.actor(), timedelta(hours=1)
        asked = question(plate="湘B*", first=MORNING, last=MORNING + hour)

        assert make.enquiry(by, asked).rows == 14
        assert refused(replace(asked, last=MORNING + 2 * hour), by) == "too_broad"
        chosen = replace(asked, last=MORNING + 2 * hour, cameras=(city.cameras[0].number,))
        assert make.enquiry(by, chosen).rows == 2

    def test_a_damaged_store_is_told_in_words(self, city: City) -> None:
        (city.store.folder / "manifest.json").write_text("{")

        assert refused(question(plate=CAR), city.actor()) == "store_damaged"

    def test_a_plate_on_two_types_asks_which(self, city: City) -> None:
        city.store.append([make.seen(city.cameras[0], CAR, EVENING, plate_type=1)])
        city.store.seal()
        by = city.actor()

        assert refused(question(K.TRACK, plate=CAR), by) == "which_type"
        assert make.enquiry(by, question(K.TRACK, plate=CAR, plate_type=1)).rows == 0

    @pytest.mark.parametrize(
        ("text", "pattern"),
        [
            ("湘B·D0001", CAR),
            (" 湘ｂd0001 ", CAR),
            ("湘B？00＊", "湘B?00*"),
            ("", "*"),
            ("***", "*"),
            ("-", "-"),
            ("无牌", "-"),
        ],
    )
    def test_a_plate_is_read_as_it_is_typed(self, text: str, pattern: str) -> None:
        assert pattern_of(text) == pattern

    @given(st.text(max_size=25))
    def test_any_text_is_a_pattern_or_refused(self, text: str) -> None:
        """What goes through can be asked of the store: fifteen characters of plates and signs."""
        try:
            pattern = pattern_of(text)
        except EnquiryRefused as told:
            fault = told.code
        else:
            fault = "" if 1 <= len(pattern) <= 15 and pattern_of(pattern) == pattern else pattern

        assert fault in {"", "plate_malformed"}


class TestReach:
    def test_passages_of_another_brigades_camera_are_not_there(self, city: City) -> None:
        own, whole = city.actor(at=city.tree.own), city.actor()
        foreign = question(plate=CAR, cameras=(city.foreign.number,))

        assert make.enquiry(whole, question(plate=CAR)).rows == 14
        assert make.enquiry(own, question(plate=CAR)).rows == 12
        assert refused(foreign, own) == "no_camera"
        assert make.enquiry(own, question(K.TRACK, plate=CAR)).rows == 12
        assert make.enquiry(own, question(K.COMPANIONS, plate=CAR)).rows == 1

    def test_a_brigade_without_cameras_is_told_so(self, city: City) -> None:
        assert refused(question(plate=CAR), city.actor(at=organisation())) == "no_camera"

    def test_the_erased_are_in_no_answer(self, city: City) -> None:
        by, day = city.actor(), clock.local(MORNING).date()
        kinds = (K.SEARCH, K.TRACK, K.PRESENCE)
        for plate in (CAR, OTHER):
            city.store.erase(plate, 2, day, day + timedelta(days=3))

        assert [make.enquiry(by, question(kind, plate=CAR)).rows for kind in kinds] == [0, 0, 0]
        asked = question(K.NEWCOMERS, first=MORNING, last=MORNING + timedelta(hours=1))
        assert company.newcomers_of(asked, by).found == ()
        assert (
            company.company_of(question(K.COMPANIONS, plate=CAR, plate_type=2), by).company == ()
        )


class TestAnswers:
    def test_pages_follow_each_other_without_gap_or_double(self, city: City) -> None:
        """Passages of the same millisecond lie on both sides of a page's end."""
        same = [
            make.seen(camera, f"湘BD1{n:03d}", MORNING)
            for n in range(5)
            for camera in city.cameras
        ]
        city.store.append(same)
        asked, by = question(plate="湘BD1*"), city.actor()
        found, mark = [], None
        for _ in range(20):
            page = searching.page_after(asked, by, mark, size=4)
            found += [(row.passage.plate, row.passage.camera) for row in page.rows]
            mark = page.following
            if mark is None:
                break

        assert len(found) == len(set(found)) == 30

    def test_who_accompanied_a_car_and_at_which_cameras(self, city: City) -> None:
        asked = question(K.COMPANIONS, plate=CAR, plate_type=2)

        (found,) = company.company_of(asked, city.actor()).company

        assert (found.plate, found.common, found.jaccard) == (OTHER, 7, 1.0)
        assert {met.other_ms - met.at_ms for met in found.days[0].meetings} == {20_000}

    def test_newcomers_are_those_nobody_saw_before(self, city: City) -> None:
        second = MORNING + timedelta(days=1)
        asked = question(K.NEWCOMERS, first=second, last=second + timedelta(hours=1))

        found = company.newcomers_of(asked, city.actor()).found

        assert [(one.plate, one.at, one.passages) for one in found] == [(LOST, second, 2)]

    def test_absences_are_counted_in_days_without_a_passage(self, city: City) -> None:
        later = EVENING + timedelta(days=10)
        city.store.append([make.seen(city.cameras[0], CAR, later)])
        asked = question(K.PRESENCE, plate=CAR, plate_type=2, last=later + timedelta(minutes=1))

        found = tracks.presence_of(asked, city.actor())

        assert [day.passages for day in found.days] == [7, 7, 1]
        assert [one.days for one in found.absences] == [9]

    def test_days_of_which_nothing_is_kept_are_named(self, city: City) -> None:
        asked = question(first=MORNING - timedelta(days=2), plate=CAR)
        day = clock.local(MORNING).date()

        missing = asking.days_without(asked, at=EVENING)

        assert missing == (day - timedelta(days=2), day - timedelta(days=1))


def page_of(person: User, enquiry: Enquiry, **query: str) -> Any:
    return browser_of(person).get(reverse("passages.enquiry", args=[enquiry.pk]), query)


class TestPages:
    @pytest.fixture
    def person(self, city: City) -> User:
        return user_with(SEARCH, SEE_PLAIN, SEE_ROUTINES, at=city.tree.city)

    def enquiry(self, person: User, asked: asking.Asked, at: datetime | None = None) -> Enquiry:
        by = actor_for(person, at=EVENING)
        when = at or clock.now()
        return services.ask(asked=asked, purpose=CASE, by=by, at=when)

    @pytest.mark.parametrize("kind", [kind for kind in K if kind is not K.SECTIONS])
    def test_every_kind_of_answer_is_drawn_masked_and_audited(
        self, city: City, person: User, kind: EnquiryKind
    ) -> None:
        second = MORNING + timedelta(days=1)
        asked = question(kind, plate=CAR if kind != K.SEARCH else "湘BD*")
        if kind == K.NEWCOMERS:
            asked = question(kind, first=second, last=second + timedelta(hours=1))
        made = self.enquiry(person, asked)

        masked, clear = page_of(person, made), page_of(person, made, plain="1")

        assert masked.status_code == clear.status_code == 200
        for plate in (CAR, OTHER, LOST):
            assert plate not in masked.content.decode()
        assert masked.context["answer"] is not None
        looks = AuditEntry.objects.filter(subject_id=str(made.pk)).order_by("pk")
        assert [each.action for each in looks] == [Action.READ, Action.READ, Action.REVEAL]
        file = browser_of(person).get(reverse("passages.enquiry_file", args=[made.pk]))
        lines = b"".join(file).decode("utf-8-sig").splitlines()
        assert CASE.reason in lines[0] and person.name in lines[0]  # noqa: PT018 - one line
        assert not any(plate in line for plate in (CAR, OTHER, LOST) for line in lines)

    def test_plates_in_clear_need_their_permission(self, city: City) -> None:
        person = user_with(SEARCH, at=city.tree.city)
        made = self.enquiry(person, question(plate="湘BD*"))

        assert page_of(person, made, plain="1").status_code == 403
        address = reverse("passages.enquiry_file", args=[made.pk]) + "?plain=1"
        assert browser_of(person).get(address).status_code == 403

    def test_the_auditor_sees_what_was_asked_and_no_answer(self, city: City, person: User) -> None:
        made = self.enquiry(person, question(plate=CAR))
        auditor = user_with(SEE_AUDIT, at=city.tree.city)

        answer = page_of(auditor, made)

        assert answer.status_code == 200
        assert "answer" not in answer.context
        assert made.reason in answer.content.decode()
        listed = browser_of(auditor).get(reverse("passages.audited_enquiries"))
        assert made.number in listed.content.decode()

    def test_after_a_day_the_answer_is_asked_for_anew(self, city: City, person: User) -> None:
        made = self.enquiry(person, question(plate=CAR), at=clock.now() - timedelta(hours=25))

        assert "answer" not in page_of(person, made).context
        file = browser_of(person).get(reverse("passages.enquiry_file", args=[made.pk]))
        assert file.status_code == 400

    def test_somebody_elses_enquiry_is_not_there(self, city: City, person: User) -> None:
        made = self.enquiry(person, question(plate=CAR))
        other = user_with(SEARCH, at=city.tree.city)

        assert page_of(other, made).status_code == 404
        address = reverse("passages.track") + f"?of={made.pk}"
        assert browser_of(other).get(address).status_code == 404

    def test_a_form_hands_over_the_vehicle_without_its_plate(
        self, city: City, person: User
    ) -> None:
        number = city.store.number_of(CAR, 2)
        browser = browser_of(person)
        address = reverse("passages.track") + f"?vehicle={number}"

        empty = browser.get(address).content.decode()
        asked = browser.post(
            address,
            {
                "vehicle": number,
                "purpose": "CLONE",
                "reason": "核查举报的套牌车",
                "first": "2026-03-02T00:00",
                "last": "2026-03-03T20:00",
            },
        )

        assert "湘B***01" in empty and CAR not in empty  # noqa: PT018 - one page
        made = Enquiry.objects.get()
        assert asked.headers["Location"] == reverse("passages.enquiry", args=[made.pk])
        assert (made.plate, made.rows) == (CAR, 14)

    def test_a_key_vehicles_page_leads_to_its_track(self, city: City, person: User) -> None:
        row = subjects.vehicle(at=city.tree.own)
        reader = user_with(SEARCH, SEE_SUBJECTS, at=city.tree.city)
        page = browser_of(reader).get(reverse("subjects.vehicle", args=[row.pk]))
        address = reverse("passages.track") + f"?key_vehicle={row.pk}"

        form = browser_of(reader).get(address).context["form"]

        assert address in page.content.decode()
        assert (form["plate"].value(), form["plate_type"].value()) == (row.plate, 1)

    def test_a_vehicle_that_was_erased_meanwhile_is_told_so(
        self, city: City, person: User
    ) -> None:
        number, day = city.store.number_of(LOST, 2), clock.local(MORNING).date()
        city.store.erase(LOST, 2, day, day + timedelta(days=3))
        city.store.rewrite()

        answer = browser_of(person).post(
            reverse("passages.track"),
            {
                "vehicle": number,
                "purpose": "CLONE",
                "reason": "核查举报的套牌车",
                "first": "2026-03-02T00:00",
                "last": "2026-03-03T20:00",
            },
        )

        assert "已被删除" in str(answer.context["form"].errors)

    @pytest.mark.parametrize(
        ("said", "words"),
        [
            ({"plate": "湘B00"}, "不是号牌"),
            ({"plate": "*"}, "条件太宽"),
            ({"plate": CAR, "reason": "查"}, "不少于4个字"),
            ({"plate": CAR, "cameras": ["65000"]}, "65000"),
        ],
    )
    def test_what_is_refused_is_told_on_the_form(
        self, city: City, person: User, said: dict[str, Any], words: str
    ) -> None:
        form = {
            "purpose": "CLONE",
            "reason": "核查举报的套牌车",
            "first": "2026-03-02T00:00",
            "last": "2026-03-03T20:00",
        }
        answer = browser_of(person).post(reverse("passages.search"), {**form, **said})

        assert answer.status_code == 422
        assert words in str(answer.context["form"].errors)
        assert Enquiry.objects.count() == 0


def test_cameras_that_stand_on_the_list_are_offered_within_reach(city: City) -> None:
    person = user_with(SEARCH, at=city.tree.own)

    form = browser_of(person).get(reverse("passages.search")).context["form"]

    assert {each.pk for each in form.offered} == {
        each.pk for each in Camera.objects.filter(organisation=city.tree.own)
    }
    assert isinstance(city.store, Store)
