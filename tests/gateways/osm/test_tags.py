"""Tags of OpenStreetMap, one meaning each."""

import pytest

from luchang.core.common.road_building import Direction
from luchang.core.common.roads import RoadClass
from luchang.gateways.osm import tags


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({}, True),
        ({"access": "private"}, True),
        ({"access": "no"}, False),
        ({"access": "no", "motor_vehicle": "yes"}, True),
        ({"motor_vehicle": "no"}, False),
        ({"area": "yes"}, False),
    ],
)
def test_the_most_specific_access_decides(given: dict[str, str], wanted: bool) -> None:
    assert tags.is_open_to_cars(given) is wanted


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({"oneway": "yes"}, Direction.FORWARD),
        ({"oneway": "-1"}, Direction.BACKWARD),
        ({"junction": "roundabout"}, Direction.FORWARD),
        ({"junction": "roundabout", "oneway": "no"}, Direction.BOTH),
        ({"oneway": "reversible"}, Direction.BOTH),
        ({"oneway": "yes", "oneway:motor_vehicle": "no"}, Direction.BOTH),
        ({}, Direction.BOTH),
    ],
)
def test_directions(given: dict[str, str], wanted: Direction) -> None:
    assert tags.direction(given, RoadClass.PRIMARY) is wanted


def test_a_motorway_is_one_way_unless_it_says_otherwise() -> None:
    assert tags.direction({}, RoadClass.MOTORWAY) is Direction.FORWARD
    assert tags.direction({"oneway": "no"}, RoadClass.MOTORWAY) is Direction.BOTH


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("60", 45.0),
        ("40 mph", 48.28),
        ("none", None),
        ("CN:urban", None),
        ("0", None),
        ("999", 110.0),
        ("5", 5.0),
        ("", None),
    ],
)
def test_average_speed_follows_the_limit(given: str, wanted: float | None) -> None:
    found = tags.speed_kmh({"maxspeed": given})

    assert found == (pytest.approx(wanted, abs=0.01) if wanted else None)


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({"name": "Changjiang Road", "name:zh": "长江路"}, "长江路"),
        ({"name": "长江路", "name:en": "x"}, "长江路"),
        ({"ref": "g320;G106"}, "G320"),
        ({}, ""),
        ({"name": "a\x00b\u202e"}, "a b"),
        ({"name": "长" * 300}, "长" * 60),
    ],
)
def test_names(given: dict[str, str], wanted: str) -> None:
    assert tags.name(given) == wanted


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({"restriction": "no_left_turn"}, "no"),
        ({"restriction": "only_straight_on"}, "only"),
        ({"restriction": "no_left_turn", "except": "bus;motorcar"}, ""),
        ({"restriction": "no_left_turn", "except": "psv"}, "no"),
        ({"restriction:motorcar": "no_u_turn"}, "no"),
        ({"restriction": "give_way"}, ""),
    ],
)
def test_restrictions(given: dict[str, str], wanted: str) -> None:
    assert tags.restriction_kind(given) == wanted
