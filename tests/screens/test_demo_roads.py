"""The demo city's road: counted, marked, and good enough to plan a junction's signals from."""

from datetime import UTC, datetime, timedelta

import pytest

from luchang.apps.passages.models import CameraVolume, Link, LinkTime
from luchang.apps.passages.selectors import congestion, volumes
from luchang.apps.passages.states import CountQuality
from luchang.kernel.clock import local
from luchang.kernel.identity.actors import SYSTEM
from luchang.screens.demo_city.recipe import Area, Township
from luchang.screens.demo_city.roads import count_roads
from tests.factories.identity import organisation

pytestmark = pytest.mark.django_db


def test_the_demo_shows_every_kind_of_count_and_marks_what_is_invented() -> None:
    at = datetime(2026, 6, 8, 10, 7, tzinfo=UTC)
    town = Township(code="430211100", name="演示镇", longitude=113.1, latitude=27.8)
    count_roads([Area("430211", "演示区", (town,))], [organisation()], at=at)
    shown = congestion.latest_overview(SYSTEM, at=at, within=timedelta(minutes=45))

    assert shown is not None
    assert len(shown.states) == len(shown.known) == 5
    assert shown.congested
    assert shown.index is not None
    assert shown.usual_index is not None
    assert shown.index > shown.usual_index
    assert all("演示" in link.name and link.source == "demo" for link in Link.objects.all())
    assert CameraVolume.objects.filter(quality=CountQuality.ESTIMATED).count() == 4
    assert LinkTime.objects.count() == 5 * 5 * 96
    told = volumes.turning_counts(
        junction_code="DJ0101", day=local(at).date(), begins_min=420, ends_min=540, interval_min=15
    )
    assert len(told) == 12 * 8
    assert all(one.quality == CountQuality.MEASURED for one in told)
