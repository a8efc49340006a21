"""The pages of congestion and counts: what they show, what they say they do not know."""

from datetime import timedelta

import pytest
from django.test import Client

from luchang.apps.passages.models import CameraVolume, CountedHour, Link, TurnCount
from luchang.apps.passages.policies import MANAGE_CAMERA, SEE_COUNTS
from luchang.apps.passages.selectors import congestion
from luchang.apps.passages.services import scales
from luchang.apps.passages.states import CongestionLevel, CountQuality
from luchang.kernel.clock import local
from luchang.kernel.identity.actors import SYSTEM
from luchang.kernel.identity.models import Organisation
from tests.factories import counts as make
from tests.factories.counts import AT, QUARTER, WEEK
from tests.factories.identity import actor_with, browser_of, organisation, user_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Organisation:
    return organisation()


@pytest.fixture
def browser(place: Organisation) -> Client:
    return browser_of(user_with(SEE_COUNTS, MANAGE_CAMERA, at=place))


@pytest.fixture
def road(place: Organisation) -> Link:
    """A kilometre, 60 s freely, 70 s usually on four Mondays, 180 s today: a third as fast."""
    found = make.link(at=place)
    make.usual(found)
    make.timed(found, median_s=180.0)
    CountedHour.objects.create(
        day=local(AT).date(), hour=local(AT).hour, stamp="x", until=AT + QUARTER, passages=1, at=AT
    )
    return found


def test_a_link_is_told_by_its_free_speed_beside_what_is_usual(
    road: Link, place: Organisation
) -> None:
    (state,) = congestion.states_at(actor_with(SEE_COUNTS, at=place), begins_at=AT)

    assert state.level == CongestionLevel.MODERATE
    assert (state.index, state.speed_kmh) == (3.0, 20.0)
    assert state.usual is not None
    assert (state.usual.value, state.usual.days) == (70.0, 4)
    assert state.change_percent == pytest.approx(157.1, abs=0.1)


def test_four_vehicles_are_too_few_and_no_time_is_invented(place: Organisation) -> None:
    quiet = make.link(at=place)
    make.timed(quiet, median_s=600.0, vehicles=4)
    make.usual(quiet, weeks=2)

    (state,) = congestion.states_at(actor_with(SEE_COUNTS, at=place), begins_at=AT)

    assert (state.level, state.median_s, state.index) == (CongestionLevel.UNKNOWN, None, None)
    assert state.usual is None, "two days are not usual"


def test_the_page_opens_with_the_last_quarter_and_says_when_that_is_old(
    road: Link, browser: Client
) -> None:
    text = browser.get("/passages/congestion/").content.decode()

    assert road.name in text
    assert "中度拥堵" in text
    assert "+157%" in text
    assert "不是现在的路况" in text
    assert "未经核实" in text
    assert 'hx-trigger="every 60s"' in text


def test_any_quarter_is_chosen_by_day_and_slider_and_stands_still(
    road: Link, browser: Client
) -> None:
    moment = local(AT)
    day = f"day={moment:%Y-%m-%d}"
    asked = f"/passages/congestion/?{day}&quarter={moment.hour * 4}"
    chosen = browser.get(asked).content.decode()
    before = browser.get(f"/passages/congestion/?{day}&quarter=3").content.decode()

    assert "中度拥堵" in chosen
    assert "every 60s" not in chosen
    assert "过车不足" in before


@pytest.mark.parametrize(
    "query",
    ["at=0001-01-01T00:00", "at=x", "day=9999-12-31&quarter=1", "day=2026-03-02&quarter=²",
     "day=2026-03-02&quarter=99999", "level=<script>", "q=%27%22"],
)  # fmt: skip
def test_an_address_that_cannot_be_read_is_the_last_quarter(
    query: str, road: Link, browser: Client
) -> None:
    assert browser.get(f"/passages/congestion/?{query}").status_code == 200


def test_the_file_holds_the_same_rows_with_the_same_marks(road: Link, browser: Client) -> None:
    CameraVolume.objects.create(
        camera=road.end, begins_at=AT, vehicles=9, quality=CountQuality.ESTIMATED, usual=10,
        ratio=0.9,
    )  # fmt: skip
    answer = browser.get("/passages/congestion/export", {"level": "MODERATE"})
    text = answer.content.decode("utf-8-sig")

    assert answer["Content-Type"].startswith("text/csv")
    line = next(each for each in text.splitlines() if road.name in each)
    assert line.split(",")[1:5] == ["中度拥堵", "3.0", "20.0", "180.0"]
    assert line.endswith("无过车")
    assert (
        road.name
        not in browser.get("/passages/congestion/export", {"level": "FREE"}).content.decode()
    )


def test_a_links_page_draws_the_day_against_the_usual_one(road: Link, browser: Client) -> None:
    page = browser.get(f"/passages/links/{road.pk}").content.decode()
    day = browser.get(f"/passages/links/{road.pk}/day", {"day": "2026-03-02"}).content.decode()
    empty = browser.get(f"/passages/links/{road.pk}/day", {"day": "2025-03-02"}).content.decode()

    assert "70（4天同一时段的中位数）" in page
    assert "180.0" in day
    assert "没有统计到行程时间" in empty


def test_a_junctions_page_marks_what_is_not_measured(place: Organisation, browser: Client) -> None:
    junction = make.junction(at=place)
    way = make.movement(junction)
    for step, quality in enumerate(CountQuality):
        TurnCount.objects.create(
            movement=way, begins_at=AT + QUARTER * step, fives=[1, 1, 1], quality=quality,
            vehicles=None if quality == CountQuality.MISSING else 30 + step,
        )  # fmt: skip
    text = browser.get(f"/passages/junctions/{junction.pk}/day", {"day": "2026-03-02"})
    page = text.content.decode()

    assert "东左转" in page
    assert "4 个数值中有 3 个不是实测" in page
    assert "32<sup>估</sup>" in page
    assert "31<sup>扩</sup>" in page
    assert "33" not in page.split("<tbody>")[-1]


def test_the_list_of_times_judges_each_row_by_the_levels_of_its_day(
    road: Link, browser: Client
) -> None:
    rows = {row.begins_at: row for row in congestion.judged_times(SYSTEM)}
    assert congestion.level_of(rows[AT]) == CongestionLevel.MODERATE
    assert congestion.change_in(rows[AT]) == pytest.approx(157.1, abs=0.1)
    assert congestion.usual_in(rows[AT - WEEK * 4]) is None

    scales.set_scale(
        valid_from=local(AT).date(), free_percent=30, smooth_percent=20, slight_percent=10,
        moderate_percent=5, article="本市标准", is_confirmed=True, by=SYSTEM,
        at=AT - timedelta(hours=5),
    )  # fmt: skip
    rows = {row.begins_at: row for row in congestion.judged_times(SYSTEM)}
    assert congestion.level_of(rows[AT]) == CongestionLevel.FREE
    assert congestion.level_of(rows[AT - WEEK]) == CongestionLevel.FREE
    assert "未经核实" not in browser.get("/passages/congestion/").content.decode()


def test_the_network_is_as_slow_as_all_its_vehicles_together(
    road: Link, place: Organisation
) -> None:
    """Weighed by vehicles: a link nobody drives says little about the city."""
    other = make.link(at=place)
    make.timed(other, median_s=60.0, vehicles=60)

    found = congestion.overview(actor_with(SEE_COUNTS, at=place), begins_at=AT)

    assert found.index == pytest.approx((180 * 20 + 60 * 60) / (60 * 80))
    assert [one.link for one in found.worst] == [road]
