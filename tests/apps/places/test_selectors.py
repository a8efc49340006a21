"""Questions about the small town of conftest."""

from datetime import timedelta

import pytest

from luchang.apps.places import selectors, services
from luchang.apps.places.models import Place, RoadNetwork
from luchang.apps.places.services import ClosureDraft, PlaceDraft
from luchang.apps.places.states import ClosureReason, PlaceKind
from luchang.core.common.chainage import Chainage
from luchang.kernel.identity.actors import SYSTEM
from tests.apps.places.conftest import AT, SOUTH, STEP, WEST

pytestmark = pytest.mark.django_db

CENTRE = (WEST + 2 * STEP, SOUTH + 2 * STEP)


def test_a_point_knows_its_county_and_township(divisions: None) -> None:
    here = selectors.jurisdiction(WEST + 0.001, SOUTH)

    assert here.text == "天元区泰山路街道"
    assert here.village is None
    assert selectors.jurisdiction(WEST + 0.05, SOUTH).text == "荷塘区"
    assert selectors.jurisdiction(0.0, 0.0).text == ""


@pytest.mark.parametrize("query", ["长江", "cjl", "changjiang", "长江路"])
def test_a_street_comes_first_however_it_is_typed(network: RoadNetwork, query: str) -> None:
    assert selectors.search_places(query)[0].name == "长江路"


@pytest.mark.parametrize(
    "query",
    [
        "长江路庐山路",
        "庐山路与长江路",
        "长江路庐山路路口",
        "庐山 长江",
        "庐山路长江路交叉口",
        "cjl lsl",
    ],
)
def test_two_streets_find_their_junction(network: RoadNetwork, query: str) -> None:
    found = selectors.search_places(query)

    assert [place.name for place in found] == ["长江路与庐山路交叉口"]
    assert found[0].kind == PlaceKind.JUNCTION


def test_what_is_near_comes_first_among_equals(network: RoadNetwork) -> None:
    far = (WEST + 4 * STEP, SOUTH)
    for name, lon in (("阳光小学", WEST), ("阳光小学", far[0])):
        draft = PlaceDraft(kind=PlaceKind.SCHOOL, name=name, lon=lon, lat=SOUTH)
        services.add_place(draft=draft, by=SYSTEM, at=AT)

    found = selectors.search_places("阳光", near=far)

    assert [round(place.lon, 4) for place in found] == [round(far[0], 4), round(WEST, 4)]
    assert found[0].area == ""
    assert found[1].area == "天元区泰山路街道"


def test_within_a_county_nothing_of_another_is_found(network: RoadNetwork) -> None:
    assert selectors.search_places("天台", within="430211")
    assert not selectors.search_places("衡山路", within="430211")


def test_metres_between_two_stones_are_interpolated(network: RoadNetwork) -> None:
    for km, lon in ((1123, WEST), (1124, WEST + STEP)):
        stone = Chainage("G320", km * 1000)
        draft = PlaceDraft(
            kind=PlaceKind.CHAINAGE, name=str(stone), lon=lon, lat=SOUTH, chainage=stone
        )
        services.add_place(draft=draft, by=SYSTEM, at=AT)

    between = selectors.search_places("g320国道K1123+400")[0]

    assert between.name == "G320 K1123+400"
    assert between.id is None
    assert between.lon == pytest.approx(WEST + 0.4 * STEP)
    assert selectors.search_places("G320K1123+0")[0].id is not None
    assert not selectors.search_places("G320 K1200+1")


@pytest.mark.parametrize("query", ["", " ", "\x00", "%%", "没有这个地方", "！？"])
def test_nothing_is_found_for_nothing(network: RoadNetwork, query: str) -> None:
    assert selectors.search_places(query) == []


def test_places_of_a_replaced_network_are_not_found(network: RoadNetwork) -> None:
    Place.objects.filter(network=network).update(is_current=False)

    assert not selectors.search_places("长江路")


def test_a_point_is_described_by_road_junction_and_side(network: RoadNetwork) -> None:
    text = selectors.describe_point(WEST + 1.3 * STEP, SOUTH)

    assert text == "天元区泰山路街道 长江路 近庐山路口 约300米 东侧"


def test_a_point_at_a_junction_is_described_by_it(network: RoadNetwork) -> None:
    assert selectors.describe_point(WEST + STEP, SOUTH).endswith("长江路 与庐山路交叉口")


def test_a_point_off_the_map_is_told_so(db: None) -> None:
    assert selectors.describe_point(10.0, 10.0) == "辖区外"


def test_the_way_avoids_a_closed_road(network: RoadNetwork) -> None:
    start, goal = (WEST + 0.5 * STEP, SOUTH), (WEST + 2.5 * STEP, SOUTH)
    free = selectors.route_between(start, goal, at=AT)
    assert free is not None
    services.close_road(
        draft=ClosureDraft(
            start=(WEST + 1.2 * STEP, SOUTH),
            end=(WEST + 1.8 * STEP, SOUTH),
            description="长江路庐山路至神农大道",
            reason=ClosureReason.ROADWORKS,
            starts_at=AT,
            ends_at=AT + timedelta(hours=2),
        ),
        by=SYSTEM,
        at=AT,
    )

    closed = selectors.route_between(start, goal, at=AT)
    again = selectors.route_between(start, goal, at=AT + timedelta(hours=2))

    assert free.streets == ("长江路",)
    assert closed is not None
    assert closed.travel_s > free.travel_s
    assert "黄河路" in closed.streets
    assert again == free


def test_the_nearest_junction_is_told_with_its_signals(network: RoadNetwork) -> None:
    middle = selectors.nearest_junction(*CENTRE)
    corner = selectors.nearest_junction(CENTRE[0] + STEP, CENTRE[1])

    assert middle is not None
    assert corner is not None
    assert (middle.name, middle.has_signals) == ("珠江路与神农大道交叉口", True)
    assert not corner.has_signals


def test_without_a_network_the_refusal_is_clear(db: None) -> None:
    with pytest.raises(selectors.NoRoadNetwork):
        selectors.graph()
