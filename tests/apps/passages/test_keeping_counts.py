"""Counts are kept for so many days; a period that is partly gone has no figure."""

from datetime import timedelta

import pytest
from pytest_django import Settings

from luchang.apps.passages.kpis import CONGESTED, ESTIMATED, VOLUME
from luchang.apps.passages.models import CameraVolume, CountedHour, LinkTime
from luchang.apps.passages.services import upkeep
from luchang.apps.passages.states import CountQuality
from luchang.kernel import clock
from luchang.kernel.clock import local
from luchang.kernel.identity.actors import SYSTEM
from luchang.kernel.metrics import Period
from tests.factories import counts as make
from tests.factories.passages import camera

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
KEEP = 30 * DAY


def test_quarters_past_their_days_go_and_the_others_stay() -> None:
    road, now = make.link(), clock.now()
    midnight = local(now - KEEP).replace(hour=0, minute=0, second=0, microsecond=0)
    kept = [make.timed(road, at=midnight), make.timed(road, at=now - DAY)]
    for age in (1, 2, 40):
        make.timed(road, at=midnight - age * DAY)
    make.timed(road, at=midnight - timedelta(minutes=15))
    for day in (midnight.date(), midnight.date() - DAY):
        CountedHour.objects.create(day=day, hour=8, stamp="1", until=now, passages=1, at=now)

    gone = upkeep.drop_old_counts(keep=KEEP, at=now)

    assert gone == 5
    assert set(LinkTime.objects.values_list("pk", flat=True)) == {each.pk for each in kept}
    assert [each.day for each in CountedHour.objects.all()] == [midnight.date()]
    assert upkeep.drop_old_counts(keep=KEEP, at=now) == 0


def test_a_period_that_is_only_partly_kept_has_no_figure(settings: Settings) -> None:
    """Would catch a year reported with the vehicles of its last month."""
    settings.COUNT_DAYS = 30
    now = clock.now()
    today, road = local(now).date(), make.link()
    make.timed(road, at=now - DAY, median_s=600.0)
    CameraVolume.objects.create(
        camera=camera(), begins_at=now - DAY, vehicles=40, quality=CountQuality.MEASURED
    )
    whole = Period.of_days(today - 30 * DAY, today)
    partly = Period.of_days(today - 31 * DAY, today)

    for indicator in (VOLUME, ESTIMATED, CONGESTED):
        assert indicator.measure(whole, by=SYSTEM).number is not None
        assert indicator.measure(partly, by=SYSTEM).number is None
    assert VOLUME.measure(whole, by=SYSTEM).number == 40
