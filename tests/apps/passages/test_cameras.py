"""Cameras: registered, given secrets, looked after."""

from datetime import timedelta

import pytest
from django.urls import reverse

from luchang.apps.facilities.models import Facility, WorkOrder
from luchang.apps.facilities.states import FacilityKind, FacilityStatus, OrderStatus
from luchang.apps.passages import selectors, services
from luchang.apps.passages.models import CameraLife, Episode, IntakeRefusal
from luchang.apps.passages.policies import MANAGE_CAMERA, SEE_CAMERAS
from luchang.apps.passages.selectors.cameras import contact_of, today_of
from luchang.apps.passages.selectors.intake import senders
from luchang.apps.passages.services.cameras import digest_of
from luchang.apps.passages.services.tallies import Heard, RefusedSome, keep_tallies
from luchang.apps.passages.states import Ailment, Contact, RefusalReason
from luchang.kernel.identity.actors import SYSTEM, Actor, Forbidden, Unreached
from luchang.kernel.identity.models import Organisation
from tests.factories import identity as make
from tests.factories.passages import AT, camera

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def manager(at: Organisation | None = None) -> Actor:
    return make.actor_with(MANAGE_CAMERA, SEE_CAMERAS, at=at)


class TestRegister:
    def test_each_camera_has_a_number_of_its_own_for_the_store(self) -> None:
        numbers = {camera().number for _ in range(3)}
        assert len(numbers) == 3

    def test_a_device_is_registered_once(self) -> None:
        first = camera()
        with pytest.raises(services.CameraRefused, match=first.device_id):
            services.register_camera(
                device_id=first.device_id, name="又一台", organisation=first.organisation,
                longitude=113.1, latitude=27.8, direction=1, lanes=1, by=SYSTEM, at=AT,
            )  # fmt: skip

    def test_a_camera_elsewhere_is_not_there(self) -> None:
        foreign = camera()
        own = camera()
        by = manager(own.organisation)
        with pytest.raises(Unreached):
            services.suspend_camera(camera_id=foreign.pk, reason="检修", by=by, at=AT)
        with pytest.raises(Forbidden):
            services.correct_camera(
                camera_id=own.pk,
                name="搬走", organisation=foreign.organisation, longitude=113.1, latitude=27.8,
                direction=1, lanes=1, by=by, at=AT,
            )  # fmt: skip


class TestSecret:
    def test_it_is_shown_once_and_kept_as_a_digest(self) -> None:
        row = camera()
        person = make.user_with(MANAGE_CAMERA, SEE_CAMERAS, at=row.organisation)
        browser = make.browser_of(person)
        address = reverse("passages.camera.secret", args=[row.pk])

        shown = browser.post(address).content.decode()
        row.refresh_from_db()

        secret = shown.partition('id="secret">')[2].partition("<")[0]
        assert row.digest == digest_of(row.device_id, secret)
        assert senders()[row.device_id].digest == row.digest
        assert secret not in browser.get(address).content.decode()
        page = browser.get(reverse("passages.camera", args=[row.pk])).content.decode()
        assert secret not in page
        assert row.digest not in page

    def test_the_history_holds_no_digest(self) -> None:
        """Whoever reads the history could else sign in as the camera."""
        row = camera()
        services.reset_secret(camera_id=row.pk, by=SYSTEM, at=AT)
        names = {each.name for each in row.history_events.model._meta.concrete_fields}  # type: ignore[attr-defined]
        assert "digest" not in names

    def test_one_taken_away_gets_none(self) -> None:
        row = camera()
        services.retire_camera(camera_id=row.pk, reason="拆除", by=SYSTEM, at=AT)
        with pytest.raises(services.CameraRefused):
            services.reset_secret(camera_id=row.pk, by=SYSTEM, at=AT)
        assert not senders()[row.device_id].is_open


class TestTallies:
    def test_a_day_is_counted_and_the_next_begins_at_nothing(self) -> None:
        row = camera()
        heard = Heard(row.pk, AT, passage_at=AT, passages=5, unread=2)
        for at in (AT, AT + MINUTE):
            keep_tallies(heard=[heard], refused=[], by=SYSTEM, at=at)
        life = CameraLife.objects.get(camera=row)
        assert (life.passages, life.unread) == (10, 4)

        tomorrow = AT + timedelta(days=1)
        assert today_of(life, at=tomorrow)["passages"] == 0
        keep_tallies(heard=[heard], refused=[], by=SYSTEM, at=tomorrow)
        life.refresh_from_db()
        assert life.passages == 5

    def test_refusals_of_strangers_share_one_row_a_day(self) -> None:
        """Else whoever invents device numbers fills the table."""
        some = RefusedSome(None, RefusalReason.STRANGER, 3, AT, "10.0.0.9")
        for _ in range(2):
            keep_tallies(heard=[], refused=[some], by=SYSTEM, at=AT)
        assert [each.count for each in IntakeRefusal.objects.all()] == [6]

    def test_a_camera_that_is_gone_takes_nothing_along(self) -> None:
        row = camera()
        gone = RefusedSome(row.pk + 999, RefusalReason.LANE, 1, AT, "")
        keep_tallies(heard=[Heard(row.pk, AT, passages=1)], refused=[gone], by=SYSTEM, at=AT)
        assert CameraLife.objects.get(camera=row).passages == 1

    def test_nobody_else_writes_them(self) -> None:
        with pytest.raises(Forbidden):
            keep_tallies(heard=[], refused=[], by=manager(), at=AT)


class TestHealth:
    def life(self, **fields: object) -> CameraLife:
        row = camera()
        CameraLife.objects.filter(camera=row).update(heard_at=AT, day=AT.date(), **fields)
        return CameraLife.objects.get(camera=row)

    def test_a_silent_camera_is_one_fault_until_it_is_heard_of_again(self) -> None:
        life = self.life()
        late = AT + 11 * MINUTE

        assert services.look_after_cameras(by=SYSTEM, at=late) == (1, 0)
        assert services.look_after_cameras(by=SYSTEM, at=late + 5 * MINUTE) == (0, 0)
        order = WorkOrder.objects.get()
        assert (order.facility.kind, order.facility.name) == (
            FacilityKind.CAMERA,
            life.camera.name,
        )
        assert contact_of(life, at=late) is Contact.SILENT

        CameraLife.objects.update(heard_at=late + 6 * MINUTE)
        assert services.look_after_cameras(by=SYSTEM, at=late + 7 * MINUTE) == (0, 1)
        order.refresh_from_db()
        assert order.status == OrderStatus.CANCELLED
        assert Facility.objects.get().status == FacilityStatus.IN_USE
        assert Episode.objects.get().ended_at == late + 7 * MINUTE

    def test_what_somebody_was_sent_to_mend_is_not_taken_back(self) -> None:
        from luchang.apps.facilities import services as facilities  # noqa: PLC0415 - only here

        self.life()
        services.look_after_cameras(by=SYSTEM, at=AT + 11 * MINUTE)
        order = WorkOrder.objects.get()
        facilities.order(order_id=order.pk, contractor="演示施工单位", by=SYSTEM, at=AT)
        CameraLife.objects.update(heard_at=AT + 12 * MINUTE)

        assert services.look_after_cameras(by=SYSTEM, at=AT + 13 * MINUTE) == (0, 1)
        order.refresh_from_db()
        assert order.status == OrderStatus.ORDERED

    @pytest.mark.parametrize(
        ("fields", "ailment"),
        [
            ({"skew_s": 95.0}, Ailment.CLOCK),
            ({"passages": 1000, "unread": 400}, Ailment.UNREAD),
            ({"passages": 1000, "fast": 60}, Ailment.SPEED),
        ],
    )
    def test_each_ailment_is_told_by_its_name(
        self, fields: dict[str, object], ailment: Ailment
    ) -> None:
        self.life(**fields)
        services.look_after_cameras(by=SYSTEM, at=AT + MINUTE)
        assert [each.ailment for each in Episode.objects.all()] == [ailment]

    def test_two_ailments_are_two_episodes_and_one_order(self) -> None:
        self.life(skew_s=-95.0, passages=1000, unread=400)
        assert services.look_after_cameras(by=SYSTEM, at=AT + MINUTE) == (2, 0)
        assert WorkOrder.objects.count() == 1

    def test_one_that_never_signed_in_and_few_passages_say_nothing(self) -> None:
        camera()
        self.life(passages=10, unread=9)
        assert services.look_after_cameras(by=SYSTEM, at=AT + MINUTE) == (0, 0)

    def test_a_suspended_camera_may_be_silent(self) -> None:
        life = self.life()
        services.look_after_cameras(by=SYSTEM, at=AT + 11 * MINUTE)
        services.suspend_camera(camera_id=life.pk, reason="检修", by=SYSTEM, at=AT)
        assert services.look_after_cameras(by=SYSTEM, at=AT + 12 * MINUTE) == (0, 1)

    def test_its_page_tells_what_was_wrong(self) -> None:
        life = self.life()
        services.look_after_cameras(by=SYSTEM, at=AT + 11 * MINUTE)
        person = make.user_with(
            SEE_CAMERAS, "facilities.see_facilities", at=life.camera.organisation
        )
        page = make.browser_of(person).get(reverse("passages.camera", args=[life.pk]))
        assert WorkOrder.objects.get().number in page.content.decode()
        assert selectors.episodes(make.actor_with(SEE_CAMERAS)).count() == 0
