"""Drives above the limit of a certified section: by the certificate of their day, or not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from luchang.apps.passages.models import CertifiedSection, Enquiry, Episode
from luchang.apps.passages.policies import SEARCH, SEE_PLAIN
from luchang.apps.passages.selectors import measuring
from luchang.apps.passages.selectors.asking import Asked, EnquiryRefused
from luchang.apps.passages.services import enquiries as services
from luchang.apps.passages.services import sections
from luchang.apps.passages.states import Ailment, EnquiryKind
from luchang.apps.passages.states.sections import LimitClass
from luchang.core.passages.passage import VehicleKind
from luchang.core.passages.pictures import name_of
from luchang.core.passages.sections import Limits, VehicleClass, class_of, mean_kmh
from luchang.kernel import clock
from luchang.kernel.audit.models import AuditEntry
from luchang.kernel.audit.states import Action
from luchang.kernel.identity.actors import SYSTEM
from tests.factories import enquiries, passages
from tests.factories import sections as make
from tests.factories.enquiries import CLONES, MORNING, store_of
from tests.factories.identity import actor_with, browser_of, tree, user_with

if TYPE_CHECKING:
    from pathlib import Path

    from django.conf import LazySettings

    from luchang.core.passages.passage import Passage
    from luchang.kernel.identity.models import Organisation

pytestmark = pytest.mark.django_db
FAST, SLOW, LORRY = "湘BD0001", "湘BD0002", "湘BD0003"
EVENING = MORNING + timedelta(hours=12)
ONE_DAY = timedelta(days=1)


@dataclass
class Road:
    """One certified section of 3 km; cars 60, coaches 50, goods vehicles 40."""

    folder: Path
    row: CertifiedSection
    own: Organisation
    city: Organisation

    def store(self, *batches: list[Passage]) -> None:
        store_of(self.folder, *batches)

    def drive(
        self, plate: str, seconds: float, begins: datetime = MORNING, **more: Any
    ) -> list[Passage]:
        """Past both cameras, so many seconds apart."""
        kind = more.pop("kind", VehicleKind.CAR)
        ends = (self.row.start, begins), (self.row.end, begins + timedelta(seconds=seconds))
        found = [passages.passage(one, plate=plate, at=at, **more) for one, at in ends]
        return [msgspec.structs.replace(one, kind=int(kind)) for one in found]

    def measured(self, **more: Any) -> measuring.Measured:
        by = actor_with(SEARCH, at=self.city)
        return measuring.measured_of(asked(**more), by)


def asked(**more: Any) -> Asked:
    said = {"first": MORNING - timedelta(hours=1), "last": EVENING, **more}
    return Asked(kind=EnquiryKind.SECTIONS, **said)


@pytest.fixture
def road(tmp_path: Path, settings: LazySettings) -> Road:
    settings.PASSAGE_STORE = tmp_path / "passages"
    settings.PASSAGE_PICTURES = tmp_path / "pictures"
    places = tree()
    return Road(tmp_path / "passages", make.section(at=places.own), places.own, places.city)


class TestWhatIsListed:
    def test_each_class_is_held_against_its_own_limit(self, road: Road) -> None:
        """54 km/h is lawful for a car and 35 % too fast for a lorry; 90 km/h is 50 % for a car."""
        road.store(
            road.drive(FAST, 120.0),
            road.drive(SLOW, 200.0),
            road.drive(LORRY, 200.0, kind=VehicleKind.HEAVY_GOODS),
        )

        found = {one.plate: one for one in road.measured().drives}

        assert set(found) == {FAST, LORRY}
        assert found[FAST].speed_kmh == pytest.approx(90.0)
        assert found[FAST].over_percent == pytest.approx(50.0)
        assert (found[FAST].limit_kmh, found[LORRY].limit_kmh) == (60, 40)
        assert (found[FAST].entered.at, found[FAST].took_s) == (MORNING, 120.0)
        assert found[LORRY].group == LimitClass.GOODS

    def test_an_unknown_kind_is_judged_in_its_drivers_favour(self, road: Road) -> None:
        """54 km/h is above the coach's and the lorry's limit, and nobody knows it is either."""
        unknown: dict[str, Any] = {"plate_type": 1, "kind": VehicleKind.UNKNOWN}
        road.store(road.drive(LORRY, 200.0, **unknown), road.drive(FAST, 150.0, **unknown))

        (only,) = road.measured().drives

        assert (only.plate, only.group, only.limit_kmh) == (FAST, LimitClass.UNTOLD, 60)

    def test_below_the_percentage_asked_for_nothing_is_listed(self, road: Road) -> None:
        road.store(road.drive(FAST, 160.0))  # 67.5 km/h: 12.5 % above 60

        assert len(road.measured(over_percent=12).drives) == 1
        assert road.measured(over_percent=13).drives == ()

    def test_over_midnight_the_drive_is_seen(self, road: Road) -> None:
        midnight = MORNING + timedelta(hours=16)
        road.store(road.drive(FAST, 120.0, midnight - timedelta(seconds=60)))

        found = road.measured(first=midnight, last=midnight + timedelta(hours=1))

        assert [one.plate for one in found.drives] == [FAST]

    def test_a_stop_on_the_way_and_an_unread_plate_are_not_listed(self, road: Road) -> None:
        road.store(road.drive(FAST, 1_801.0), road.drive("-", 100.0))
        assert road.measured().drives == ()

    def test_more_than_200_is_doubted(self, road: Road) -> None:
        road.store(road.drive(FAST, 40.0))
        assert road.measured().drives[0].is_doubtful


class TestCertificates:
    def test_without_a_valid_certificate_nothing_is_said(self, road: Road) -> None:
        """Half of the days asked about lie before the section was certified again."""
        sections.retire_section(
            section_id=road.row.pk,
            since=clock.local(MORNING).date(),
            reason="证书失效",
            by=SYSTEM,
            at=make.AT,
        )
        road.store(road.drive(FAST, 120.0), road.drive(SLOW, 120.0, MORNING - ONE_DAY))

        found = road.measured(first=MORNING - 2 * ONE_DAY)

        assert [one.plate for one in found.drives] == [SLOW]
        (told,) = found.yields
        assert told.uncertified == (clock.local(MORNING).date(),)
        assert len(told.measured) == 2

    def test_each_drive_is_measured_by_the_certificate_of_its_day(self, road: Road) -> None:
        """Surveyed anew, the road is 3.6 km long: the same time is another speed."""
        since = clock.local(MORNING).date()
        sections.retire_section(
            section_id=road.row.pk, since=since, reason="重新检定", by=SYSTEM, at=make.AT
        )
        later = make.section(
            road.row.start, road.row.end, length_m=Decimal("3600.0"), valid_from=since
        )
        road.store(road.drive(FAST, 120.0), road.drive(FAST, 120.0, MORNING - ONE_DAY))

        found = road.measured(first=MORNING - ONE_DAY - timedelta(hours=2)).drives

        assert [(one.section, round(one.speed_kmh)) for one in found] == [
            (later, 108),
            (road.row, 90),
        ]

    def test_days_of_a_wrong_clock_are_left_out_and_told(self, road: Road) -> None:
        Episode.objects.create(
            camera=road.row.end,
            ailment=Ailment.CLOCK,
            detail="设备时钟比平台慢70秒",
            began_at=MORNING - timedelta(hours=1),
            ended_at=MORNING + timedelta(hours=1),
        )
        road.store(road.drive(FAST, 120.0), road.drive(SLOW, 120.0, MORNING - ONE_DAY))

        found = road.measured(first=MORNING - ONE_DAY - timedelta(hours=2))

        assert [one.plate for one in found.drives] == [SLOW]
        assert found.yields[0].wrong_clock == (clock.local(MORNING).date(),)
        assert "70" in found.yields[0].clock_detail

    def test_what_is_not_confirmed_measures_nothing(self, road: Road) -> None:
        waiting = make.proposed(at=road.own)
        with pytest.raises(EnquiryRefused) as told:
            road.measured(sections=(waiting.pk,))
        assert told.value.code == "no_section"

    def test_a_section_with_a_camera_out_of_reach_is_not_measured(self, road: Road) -> None:
        places = tree()
        foreign = make.section(passages.camera(at=places.own), passages.camera(at=places.sibling))
        by = actor_with(SEARCH, at=places.own)
        with pytest.raises(EnquiryRefused):
            measuring.measured_of(asked(sections=(foreign.pk,)), by)


class TestEnquiry:
    def asked_by(self, road: Road, *permissions: str) -> tuple[Any, Enquiry]:
        enquiries.purposes()
        person = user_with(SEARCH, *permissions, at=road.city)
        answer = browser_of(person).post(
            reverse("passages.section_speed"),
            {
                "purpose": "CLONE",
                "reason": "核查区间超速线索",
                "first": f"{clock.local(MORNING - timedelta(hours=1)):%Y-%m-%dT%H:%M}",
                "last": f"{clock.local(EVENING):%Y-%m-%dT%H:%M}",
                "over_percent": 10,
                "sections": [road.row.pk],
            },
        )
        made = Enquiry.objects.get()
        assert answer.headers["Location"] == reverse("passages.enquiry", args=[made.pk])
        return person, made

    def test_it_is_written_down_masked_and_makes_no_penalty(self, road: Road) -> None:
        road.store(road.drive(FAST, 120.0))
        person, made = self.asked_by(road)

        page = browser_of(person).get(reverse("passages.enquiry", args=[made.pk]))

        assert (made.kind, made.rows, made.asked["sections"]) == ("SECTIONS", 1, [road.row.pk])
        text = page.content.decode()
        assert FAST not in text
        for words in ("湘B***01", "90.0 km/h", road.row.certificate_number, "不作出处罚"):
            assert words in text
        looks = AuditEntry.objects.filter(subject="passages.enquiry", subject_id=str(made.pk))
        assert looks.filter(action=Action.READ).count() == 2

    def test_the_file_says_which_certificate_was_applied(self, road: Road) -> None:
        road.store(road.drive(FAST, 120.0))
        person, made = self.asked_by(road, SEE_PLAIN)

        answer = browser_of(person).get(reverse("passages.enquiry_file", args=[made.pk]))
        lines = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]

        assert road.row.certificate_number in lines
        assert "湘B***01" in lines
        assert FAST not in lines

    def test_pictures_of_both_ends_are_shown_and_no_others(self, road: Road) -> None:
        """A slow car's picture is not to be had through the answer."""
        now = clock.now().replace(microsecond=0)
        names = [passages.kept_picture(now) for _ in range(2)]
        begun = MORNING
        fast = road.drive(FAST, 120.0, begun)
        slow = road.drive(SLOW, 400.0, begun + timedelta(minutes=30))
        fast = [msgspec.structs.replace(one, image=names[0]) for one in fast]
        slow = [msgspec.structs.replace(one, image=names[1]) for one in slow]
        road.store(fast, slow)
        person, made = self.asked_by(road)

        def seen(one: Passage) -> int:
            where = [made.pk, one.camera, one.at_ms, name_of(one.image)]
            address = reverse("passages.enquiry_picture", args=where)
            return int(browser_of(person).get(address).status_code)

        assert [seen(one) for one in fast] == [200, 200]
        assert [seen(one) for one in slow] == [404, 404]

    def test_a_week_is_the_most(self, road: Road) -> None:
        enquiries.purposes()
        with pytest.raises(EnquiryRefused) as told:
            services.ask(
                asked=asked(first=MORNING - 20 * ONE_DAY),
                purpose=CLONES,
                by=actor_with(SEARCH, at=road.city),
                at=EVENING,
            )
        assert told.value.code == "too_long"


@given(
    kind=st.sampled_from(list(VehicleKind)),
    plate_type=st.integers(0, 99),
    car=st.integers(5, 120),
    coach=st.integers(5, 120),
    goods=st.integers(5, 120),
)
def test_nobody_is_held_against_a_limit_lower_than_his_class(
    kind: VehicleKind, plate_type: int, car: int, coach: int, goods: int
) -> None:
    limits = Limits(car, coach, goods)
    group = class_of(kind, plate_type)

    assert limits.lowest <= limits.of(group) <= max(car, coach, goods)
    if group == VehicleClass.UNTOLD:
        assert limits.of(group) == max(car, coach, goods)


def test_a_mean_speed_needs_time() -> None:
    assert mean_kmh(3_000.0, 120_000) == pytest.approx(90.0)
    with pytest.raises(ValueError, match="0 ms"):
        mean_kmh(3_000.0, 0)


def test_the_dates_of_this_file_lie_within_the_certificate() -> None:
    assert make.FIRST < date(2026, 3, 1) <= clock.local(MORNING).date() < make.LAST
