"""From sealed passages to quarter hours: counted once, again when late rows came, estimated."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from luchang.apps.passages.models import (
    Camera,
    CameraVolume,
    CountedHour,
    Link,
    LinkTime,
    TurnCount,
)
from luchang.apps.passages.selectors import volumes
from luchang.apps.passages.services import counting, demo_counts, estimating, links
from luchang.apps.passages.services.quarters import local_of
from luchang.apps.passages.states import CountQuality, LinkStatus
from luchang.core.passages.columns import from_passages
from luchang.core.passages.passage import Passage
from luchang.kernel.clock import local
from luchang.kernel.identity.actors import SYSTEM
from tests.factories import counts as make
from tests.factories.counts import AT, QUARTER, WEEK, store_of, traffic
from tests.factories.passages import camera, passage

pytestmark = pytest.mark.django_db
Q = CountQuality


def count_all(at: datetime) -> int:
    return counting.count_stale(at=at)


@pytest.fixture
def road(settings: Settings, tmp_path: Path) -> Link:
    settings.PASSAGE_STORE = tmp_path
    return make.link()


def times(of: Link) -> list[tuple[datetime, int, float, float]]:
    rows = LinkTime.objects.filter(link=of).order_by("begins_at")
    return [(row.begins_at, row.vehicles, row.mean_s, row.median_s) for row in rows]


def test_a_quarter_is_counted_once_it_is_over_and_not_before(road: Link, tmp_path: Path) -> None:
    """A quarter that still runs would show half its vehicles."""
    store_of(tmp_path, traffic(road.start, road.end, vehicles=30, seconds=100))

    count_all(AT + timedelta(minutes=16))
    assert times(road) == []
    count_all(AT + timedelta(minutes=17))

    assert [(at, n, median) for at, n, _, median in times(road)] == [(AT, 27, 100.0)]
    assert volumes.counted_until() == AT + QUARTER
    assert volumes.last_quarter() == AT


def test_counting_again_changes_nothing_and_asks_for_no_hour(road: Link, tmp_path: Path) -> None:
    store_of(tmp_path, traffic(road.start, road.end, vehicles=30, seconds=100))
    later = AT + timedelta(hours=3)
    assert count_all(later) > 0
    before = times(road), list(CameraVolume.objects.values_list("camera", "begins_at", "vehicles"))

    assert counting.stale_hours(at=later) == []
    for hour in CountedHour.objects.all():
        until = local_of(hour.until)
        counting.count_hour(counting.Hour(hour.day, hour.hour, until, until, "x"), at=later)

    after = times(road), list(CameraVolume.objects.values_list("camera", "begins_at", "vehicles"))
    assert after == before


def test_late_rows_recount_their_hour_and_its_neighbours_only(road: Link, tmp_path: Path) -> None:
    """A batch that arrives two hours late belongs to the quarter it was driven in."""
    store = store_of(tmp_path, traffic(road.start, road.end, vehicles=30, seconds=100))
    later = AT + timedelta(hours=6)
    count_all(later)

    store.take(from_passages(traffic(road.start, road.end, vehicles=10, seconds=50, first=500)))
    hours = {hour.hour for hour in counting.stale_hours(at=later)}
    count_all(later)

    ten = local(AT).hour
    assert hours == {ten - 1, ten, ten + 1}
    assert sum(n for _, n, _, _ in times(road)) == 40


def test_a_link_confirmed_today_is_counted_backwards_and_a_retired_one_keeps_its_times(
    road: Link, tmp_path: Path
) -> None:
    store_of(tmp_path, traffic(road.start, road.end, vehicles=20, seconds=60))
    later = AT + timedelta(hours=2)
    count_all(later)
    kept = times(road)

    links.retire_link(link_id=road.pk, reason="改道", by=SYSTEM, at=later)
    back = make.link(road.end, road.start)
    assert count_all(later) > 0

    assert times(road) == kept != []
    assert times(back) == []
    road.refresh_from_db()
    assert road.status == LinkStatus.RETIRED


def test_a_drive_over_midnight_is_counted_on_the_day_it_ends(road: Link, tmp_path: Path) -> None:
    midnight = AT.replace(hour=16)
    store_of(
        tmp_path,
        traffic(
            road.start, road.end, vehicles=15, seconds=300, at=midnight - timedelta(minutes=16)
        ),
    )
    count_all(midnight + timedelta(hours=2))

    assert {at for at, *_ in times(road)} == {midnight - QUARTER, midnight}
    assert sum(n for _, n, _, _ in times(road)) == 15


def test_lanes_types_and_unread_plates_stand_beside_the_volume(
    settings: Settings, tmp_path: Path
) -> None:
    settings.PASSAGE_STORE = tmp_path
    one = camera(lanes=3)
    seen = [
        passage(one, plate="湘BD0001", lane=1),
        passage(one, plate="湘BD0002", lane=2, plate_type=1, at=AT + timedelta(seconds=9)),
        passage(one, plate="-", lane=2, plate_type=0, at=AT + timedelta(seconds=20)),
        passage(9_999, plate="湘BD0003"),
    ]
    store_of(tmp_path, seen)
    count_all(AT + timedelta(hours=1))

    (row,) = CameraVolume.objects.all()
    assert (row.vehicles, row.quality) == (3, Q.MEASURED)
    assert row.by_lane == {"1": 1, "2": 2}
    assert row.by_type == {"00": 1, "01": 1, "02": 1}


def weeks_of(start: Camera, end: Camera, *, vehicles: int, weeks: int = 4) -> list[Passage]:
    return [
        each
        for week in range(1, weeks + 1)
        for each in traffic(start, end, vehicles=vehicles, seconds=60, at=AT - WEEK * week)
    ]


def test_a_silent_camera_is_estimated_from_usual_and_neighbours_and_says_so(
    road: Link, tmp_path: Path
) -> None:
    """Usual is 40; today its neighbour sees half of its usual 40: 20, and never as measured."""
    store = store_of(tmp_path, weeks_of(road.start, road.end, vehicles=40))
    half = traffic(road.start, road.end, vehicles=20, seconds=60)
    store.take(from_passages([one for one in half if one.camera == road.start.number]))

    count_all(AT + timedelta(hours=1))

    row = CameraVolume.objects.get(camera=road.end, begins_at=AT)
    assert row.quality == Q.ESTIMATED
    assert row.usual == pytest.approx(37, abs=3)
    assert row.ratio == 0.5
    assert row.vehicles == pytest.approx(18, abs=2)
    assert not LinkTime.objects.filter(begins_at=AT).exists()

    store.take(from_passages([one for one in half if one.camera == road.end.number]))
    count_all(AT + timedelta(hours=1))
    row = CameraVolume.objects.get(camera=road.end, begins_at=AT)
    assert (row.quality, row.usual) == (Q.MEASURED, None), "late rows replace the estimate"


def test_a_quiet_road_or_one_without_neighbours_is_not_estimated(
    road: Link, tmp_path: Path
) -> None:
    """Nothing is invented: four vehicles usually, or nobody who says how busy today is."""
    few = weeks_of(road.start, road.end, vehicles=4)
    alone = camera()
    lonely = [
        passage(alone, plate=f"湘BD{n:04d}", at=AT - WEEK * week + timedelta(seconds=20 * n))
        for week in range(1, 5)
        for n in range(40)
    ]
    now = [one for one in traffic(road.start, road.end, vehicles=4, seconds=60)
           if one.camera == road.start.number]  # fmt: skip
    store_of(tmp_path, [*few, *lonely, *now])
    count_all(AT + timedelta(hours=1))

    assert not CameraVolume.objects.filter(quality=Q.ESTIMATED).exists()


def test_two_hundred_cameras_are_estimated_in_a_fixed_number_of_queries(road: Link) -> None:
    with CaptureQueriesContext(connection) as few:
        estimating.estimate_quarter(begins_at=AT)
    for _ in range(5):
        make.link()
    with CaptureQueriesContext(connection) as many:
        estimating.estimate_quarter(begins_at=AT)
    assert len(many) == len(few)


def test_turns_by_lane_are_measured_and_turns_by_the_next_camera_scaled_up(
    settings: Settings, tmp_path: Path
) -> None:
    """A tenth of the plates is not read again: the rest stands for all, and says so."""
    settings.PASSAGE_STORE = tmp_path
    here, left, on = camera(lanes=2), camera(), camera()
    place = make.junction(at=here.organisation)
    by_lane = make.movement(place, "E-left", seen_by=here, lanes=[1])
    onto = make.movement(place, "E-through", seen_by=here, lanes=[2], onto=on)
    unread = [
        passage(here, plate="-", lane=2, at=AT + timedelta(seconds=3 + 60 * n)) for n in range(10)
    ]
    store_of(
        tmp_path,
        [
            *traffic(here, left, vehicles=30, seconds=40, lane=1),
            *traffic(here, on, vehicles=90, seconds=40, lane=2, first=200),
            *unread,
        ],
    )
    count_all(AT + timedelta(hours=1))

    turned = TurnCount.objects.get(movement=by_lane, begins_at=AT)
    assert (turned.vehicles, turned.quality, turned.fives) == (30, Q.MEASURED, [10, 10, 10])
    gone = TurnCount.objects.get(movement=onto, begins_at=AT)
    assert (gone.quality, gone.share) == (Q.SCALED, 0.9)
    assert gone.vehicles == sum(gone.fives) == pytest.approx(100, abs=2)


def test_turns_wait_until_the_next_camera_had_its_time(settings: Settings, tmp_path: Path) -> None:
    """Counted at once, those still on their way would be missing."""
    settings.PASSAGE_STORE = tmp_path
    here, on = camera(), camera()
    way = make.movement(make.junction(at=here.organisation), seen_by=here, lanes=[], onto=on)
    store_of(tmp_path, traffic(here, on, vehicles=30, seconds=600))

    count_all(AT + timedelta(minutes=18))
    assert not TurnCount.objects.filter(movement=way, begins_at=AT).exists()
    count_all(AT + timedelta(minutes=33))

    row = TurnCount.objects.get(movement=way, begins_at=AT)
    assert (row.vehicles, row.quality) == (30, Q.MEASURED)


def test_a_camera_unheard_of_counts_nothing_rather_than_nobody(
    settings: Settings, tmp_path: Path
) -> None:
    settings.PASSAGE_STORE = tmp_path
    here, dead = camera(), camera()
    place = make.junction(at=here.organisation)
    way = make.movement(place, seen_by=dead, lanes=[1])
    store_of(tmp_path, [passage(here)])
    count_all(AT + timedelta(hours=1))

    row = TurnCount.objects.get(movement=way, begins_at=AT)
    assert (row.vehicles, row.quality) == (None, Q.MISSING)
    told = volumes.turning_counts(
        junction_code=place.code, day=AT.date(), begins_min=600, ends_min=630, interval_min=5
    )
    assert {(one.vehicles, one.quality) for one in told} == {(None, Q.MISSING)}
    assert len(told) == 6


def test_counting_leaves_what_was_invented_for_a_demo(road: Link, tmp_path: Path) -> None:
    """A demo road has no passages: counted, its hour would be empty minutes after the start."""
    invented = make.link()
    demo_counts.invent_counts(links=[invented], movements=[], seed=1, at=AT + timedelta(hours=1))
    before = times(invented), CameraVolume.objects.filter(camera=invented.start).count()
    store_of(tmp_path, traffic(road.start, road.end, vehicles=30, seconds=100))

    assert count_all(AT + timedelta(hours=3)) > 0

    assert times(road) != []
    after = times(invented), CameraVolume.objects.filter(camera=invented.start).count()
    assert after == before


def test_invented_roads_go_on_while_the_demo_runs() -> None:
    """The congestion page of a demo would be empty a quarter of an hour after its start."""
    invented = make.link()
    later = AT + timedelta(minutes=45)
    assert demo_counts.go_on_counting(at=later) == 0, "no demo, nothing to go on from"
    demo_counts.invent_counts(links=[invented], movements=[], seed=1, at=AT)
    known = set(LinkTime.objects.values_list("begins_at", flat=True))

    demo_counts.go_on_counting(at=later)

    counted = set(LinkTime.objects.values_list("begins_at", flat=True))
    new = sorted(begins for begins in counted if begins > max(known))
    assert new == [max(known) + timedelta(minutes=15) * step for step in (1, 2, 3)]
    assert all(begins - timedelta(weeks=week) in counted for begins in new for week in range(5))
    assert demo_counts.go_on_counting(at=later) == 0
