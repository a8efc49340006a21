"""The demo city's watches: marked as invented, in each state worth looking at."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings

from luchang.apps.passages.models import AlarmReceipt, VehicleWatch
from luchang.apps.passages.policies import APPROVE_WATCH, PROPOSE_WATCH, RECEIVE_ALARM
from luchang.apps.passages.states import ReceiptStatus, WatchStatus
from luchang.kernel import clock
from luchang.kernel.identity.states import OrganisationKind, Scope
from luchang.screens.demo_city.passages import CAR, CLONE
from luchang.screens.demo_city.watches import Watchers, watch_vehicles
from tests.factories import enquiries as make
from tests.factories import identity

pytestmark = pytest.mark.django_db
NOW = clock.now()


@pytest.fixture
def watchers(tmp_path: Path, settings: LazySettings) -> Watchers:
    settings.PASSAGE_STORE = tmp_path / "passages"
    city = identity.organisation(kind=OrganisationKind.DETACHMENT)
    brigade = identity.organisation(parent=city, kind=OrganisationKind.BRIGADE)
    squadron = identity.organisation(parent=brigade, kind=OrganisationKind.SQUADRON)
    below = Scope.UNIT_AND_BELOW
    return Watchers(
        squadron=identity.actor_with(PROPOSE_WATCH, RECEIVE_ALARM, at=squadron, scope=below),
        brigade=identity.actor_with(
            PROPOSE_WATCH, APPROVE_WATCH, RECEIVE_ALARM, at=brigade, scope=below
        ),
        chief=identity.actor_with(APPROVE_WATCH, at=city, scope=below),
    )


def test_one_acts_with_an_alarm_answered_and_one_waiting_and_one_waits_for_approval(
    watchers: Watchers, tmp_path: Path
) -> None:
    place = identity.organisation()
    cameras = make.cameras(place, 2)
    make.store_of(
        tmp_path / "passages",
        make.driving(cameras, CLONE, NOW - timedelta(hours=30)),
        make.driving(cameras, CLONE, NOW - timedelta(hours=3)),
    )

    watch_vehicles(watchers, at=NOW)

    active, proposed = VehicleWatch.objects.order_by("pk")
    assert (active.plate, active.status) == (CLONE, WatchStatus.ACTIVE)
    assert (proposed.plate, proposed.status) == (CAR, WatchStatus.PROPOSED)
    assert {active.approved_by_id} == {watchers.chief.user_id}
    receipts = AlarmReceipt.objects.order_by("alarm__passed_at")
    assert [one.status for one in receipts] == [ReceiptStatus.ANSWERED, ReceiptStatus.WAITING]
    assert all(active.starts_at <= one.alarm.passed_at for one in receipts)
    for watch in (active, proposed):
        assert "虚构" in watch.reason
        assert watch.case_number.startswith("演示")
    assert all("虚构" in one.report for one in receipts if one.report)


def test_without_passages_there_are_watches_and_no_alarm(watchers: Watchers) -> None:
    """Catches a demo city without roads that cannot be built."""
    watch_vehicles(watchers, at=NOW)

    assert VehicleWatch.objects.count() == 2
    assert not AlarmReceipt.objects.exists()
