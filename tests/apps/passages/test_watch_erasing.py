"""Watches and alarms of a vehicle that is erased: nobody looks for it, no alarm names it."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from pytest_django import Settings

from luchang.apps.passages import services as passages
from luchang.apps.passages.models import AlarmReceipt, VehicleWatch, WatchAlarm
from luchang.apps.passages.policies import ERASE_VEHICLE, RECEIVE_ALARM, SEE_CAMERAS
from luchang.apps.passages.selectors import the_store
from luchang.apps.passages.selectors import watching as selectors
from luchang.apps.passages.services import alarms
from luchang.apps.passages.states import Finding, ReceiptStatus, WatchStatus
from luchang.kernel import history
from luchang.kernel.identity.actors import SYSTEM
from luchang.kernel.identity.models import Organisation
from tests.factories import identity, watches
from tests.factories.passages import camera, filled_store, passage
from tests.factories.watches import AT

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


class TestErased:
    @pytest.fixture
    def root(self, tmp_path: Path, settings: Settings) -> Organisation:
        settings.PASSAGE_STORE = tmp_path
        filled_store(tmp_path, [camera()], vehicles=2)
        return identity.organisation()

    @staticmethod
    def erase(root: Organisation, plate: str, *, day: date = date(2026, 3, 2)) -> None:
        row = passages.propose_erasure(
            plate=plate,
            plate_type=2,
            first_day=day,
            last_day=day,
            basis="个人信息保护法第四十七条",
            organisation=root,
            by=identity.actor_with(ERASE_VEHICLE, at=root),
            at=AT,
        )
        other = identity.actor_with(ERASE_VEHICLE, at=root)
        passages.approve_erasure(erasure_id=row.pk, by=other, at=AT)
        passages.carry_out_erasure(erasure_id=row.pk, store=the_store(), by=SYSTEM, at=AT)

    def test_its_watch_ends_and_its_alarms_name_it_no_more(self, root: Organisation) -> None:
        """What the alarms say of where it was would otherwise stay after its passages went."""
        held = watches.watch(at=root)
        plate = held.plate
        answered = watches.receipts_of(watches.alarm(held, image="2026-03-02/one"))[0]
        by = identity.actor_with(RECEIVE_ALARM, SEE_CAMERAS, at=root)
        alarms.answer_alarm(
            receipt_id=answered.pk, finding=Finding.FOUND, report="已拦停", by=by, at=AT
        )
        waiting = watches.receipts_of(watches.alarm(held))[0]
        before = selectors.tally(by, at=AT)

        self.erase(root, plate)

        held.refresh_from_db()
        assert (held.status, held.plate) == (WatchStatus.WITHDRAWN, f"湘B***{plate[-2:]}")
        assert not VehicleWatch.objects.filter(search__found=plate).exists()
        assert not WatchAlarm.objects.filter(plate=plate).exists()
        assert set(WatchAlarm.objects.values_list("image", flat=True)) == {""}
        waiting.refresh_from_db()
        assert waiting.status == ReceiptStatus.CANCELLED
        after = selectors.tally(by, at=AT)
        assert (after.raised, after.found) == (before.raised, before.found) == (2, 1)
        assert AlarmReceipt.objects.get(pk=answered.pk).finding == Finding.FOUND
        events = history.event_model_of(VehicleWatch)._default_manager
        assert plate not in str(list(events.values()))

    def test_no_alarm_is_raised_for_it_on_an_erased_day(self, root: Organisation) -> None:
        """A late passage in the log, met by the watch of a pattern."""
        plate = "湘BD7001"
        pattern = watches.watch(at=root, plate="湘BD70?1", plate_type=0)
        self.erase(root, plate)

        seen = passage(camera(at=root), plate=plate, at=AT)
        assert alarms.raise_alarm(watch_id=pattern.pk, passage=seen, at=AT) is None

        pattern.refresh_from_db()
        assert pattern.status == WatchStatus.ACTIVE
        later = passage(camera(at=root), plate=plate, at=AT + DAY)
        assert alarms.raise_alarm(watch_id=pattern.pk, passage=later, at=AT + DAY) is not None

    def test_other_days_and_other_vehicles_are_let_alone(self, root: Organisation) -> None:
        other, later = watches.watch(at=root), watches.watch(at=root, starts_at=AT + DAY)
        watches.alarm(other)

        self.erase(root, "湘BD7002")
        self.erase(root, later.plate)

        other.refresh_from_db()
        later.refresh_from_db()
        assert (other.status, later.status) == (WatchStatus.ACTIVE, WatchStatus.APPROVED)
        assert WatchAlarm.objects.filter(plate=other.plate).exists()

    def test_two_vehicles_masked_alike_at_one_camera_can_both_be_erased(
        self, root: Organisation
    ) -> None:
        """The database refuses two alarms of one plate at one camera within ten minutes."""
        pattern = watches.watch(at=root, plate="湘BD??99", plate_type=0)
        place = camera(at=root)
        for plate in ("湘BD0199", "湘BD0299"):
            seen = passage(place, plate=plate, at=AT)
            assert alarms.raise_alarm(watch_id=pattern.pk, passage=seen, at=AT) is not None

        self.erase(root, "湘BD0199")
        self.erase(root, "湘BD0299")

        assert list(WatchAlarm.objects.values_list("plate", flat=True)) == ["湘B***99"] * 2
