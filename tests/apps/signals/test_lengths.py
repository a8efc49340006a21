"""Roads between the junctions of a corridor are as long as they are drawn, or say they are not."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from django.conf import LazySettings
from django.urls import reverse

from luchang.apps.places import services as places
from luchang.apps.places.ports import RoadFile
from luchang.apps.places.services import NetworkDraft
from luchang.apps.signals import services
from luchang.apps.signals.models import Junction, Scheme
from luchang.apps.signals.policies import MANAGE, SEE
from luchang.apps.signals.services import Refused, scheme_planning
from luchang.apps.signals.services.computing import inputs_of
from luchang.apps.signals.states import LengthOrigin, StudyStatus
from luchang.core.common.coordinates import haversine_m
from luchang.core.common.road_building import Direction, Way
from luchang.core.common.roads import RoadClass
from luchang.kernel.identity.actors import SYSTEM
from luchang.kernel.states import IllegalTransition
from tests.factories import identity
from tests.factories import schemes as made
from tests.factories.signals import AT

pytestmark = pytest.mark.django_db
S = StudyStatus
LON, LAT, STEP = 113.13, 27.83, 0.004
Point = tuple[float, float]
BEND: Point = (LON + STEP / 2, LAT + 0.0012)
ROUND_THE_HILL: Point = (LON + STEP / 2, LAT + 0.004)


def metres(*points: Point) -> float:
    return sum(float(haversine_m(*one, *other)) for one, other in pairwise(points))


def drawn(over: Point, *, back: Point | None = None) -> None:
    """A road from the first junction to the second over a third point; none leads to the next.

    With `back` it is driven there only, and another over that point leads back.
    """
    points = [(LON, LAT), over, (LON + STEP, LAT), *([back] if back else [])]
    direction = Direction.FORWARD if back else Direction.BOTH
    ways = [Way(1, [0, 1, 2], RoadClass.PRIMARY, "弯道", direction)]
    if back:
        ways.append(Way(2, [2, 3, 0], RoadClass.PRIMARY, "回程", direction))
    roads = RoadFile(
        node_ids=np.arange(len(points), dtype=np.int64),
        node_lon=np.array([lon for lon, _ in points]),
        node_lat=np.array([lat for _, lat in points]),
        ways=ways,
        signal_lon=[],
        signal_lat=[],
    )
    draft = NetworkDraft(name="弯道", source="made for tests")
    kept = places.keep_network(roads=roads, draft=draft, by=SYSTEM, at=AT)
    places.activate_network(network_id=kept.pk, by=SYSTEM, at=AT)


@pytest.fixture
def roads(settings: LazySettings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def bent(roads: None) -> float:
    """A road that bends to the north; its length [m]."""
    drawn(BEND)
    return metres((LON, LAT), BEND, (LON + STEP, LAT))


def legs(scheme: Scheme) -> list[tuple[float, str]]:
    rows = list(scheme.members.order_by("ordinal"))
    return [(other.at_m - one.at_m, str(other.length_origin)) for one, other in pairwise(rows)]


def test_a_bend_is_driven_and_a_road_nobody_drew_is_an_estimate(bent: float) -> None:
    """Would catch platoons that fly in a straight line, and a guess that looks like a fact."""
    scheme = made.corridor(made.row_of_junctions(3))
    (drawn, drawn_by), (guessed, guessed_by) = legs(scheme)
    straight = float(haversine_m(LON, LAT, LON + STEP, LAT))
    assert bent > 1.1 * straight
    assert drawn == pytest.approx(bent, abs=2.0)
    assert guessed == pytest.approx(straight, abs=1.0)
    assert (drawn_by, guessed_by) == (LengthOrigin.ROADS, LengthOrigin.STRAIGHT)
    person = identity.user_with(SEE, MANAGE, at=scheme.organisation)
    address = reverse("signals.scheme", args=[scheme.pk])
    page = identity.browser_of(person).get(address).content.decode()
    assert page.count("按直线估算") == 1


def test_a_divided_road_is_as_long_as_the_shorter_of_its_ways(roads: None) -> None:
    """Would catch a road that is taken for a detour because its other half leads round."""
    drawn(BEND, back=ROUND_THE_HILL)
    scheme = made.corridor(made.row_of_junctions(2))
    ((length, origin),) = legs(scheme)
    assert length == pytest.approx(metres((LON, LAT), BEND, (LON + STEP, LAT)), abs=2.0)
    assert origin == LengthOrigin.ROADS


def test_a_way_round_is_not_the_road_between_them(roads: None) -> None:
    """Would catch a platoon that is sent round the hill."""
    drawn(ROUND_THE_HILL)
    scheme = made.corridor(made.row_of_junctions(2))
    ((length, origin),) = legs(scheme)
    assert length == pytest.approx(metres((LON, LAT), (LON + STEP, LAT)), abs=1.0)
    assert origin == LengthOrigin.STRAIGHT


def test_what_an_officer_enters_is_computed_with(bent: float) -> None:
    scheme = made.corridor(made.row_of_junctions(3), until=S.COUNTED)
    before = inputs_of(Scheme.objects.get(pk=scheme.pk))
    (drawn, _), _ = legs(scheme)

    services.set_lengths(of=scheme, metres=[round(drawn, 1), 520.0], by=SYSTEM, at=AT)

    (_, drawn_by), (entered, entered_by) = legs(scheme)
    assert entered == pytest.approx(520.0)
    assert (drawn_by, entered_by) == (LengthOrigin.ROADS, LengthOrigin.ENTERED)
    asked = scheme_planning.asked_of(Scheme.objects.get(pk=scheme.pk))
    assert [leg.length_m for leg in asked.corridor.legs] == pytest.approx([bent, 520.0], abs=2.0)
    assert inputs_of(asked.scheme) != before


def test_a_length_that_cannot_be_is_refused_with_the_names() -> None:
    first, second = made.row_of_junctions(2)
    scheme = made.corridor([first, second])
    with pytest.raises(Refused, match=f"{first.name}到{second.name}填写了300米"):
        services.set_lengths(of=scheme, metres=[300.0], by=SYSTEM, at=AT)
    with pytest.raises(Refused, match="相距1600米"):
        services.set_lengths(of=scheme, metres=[1_600.0], by=SYSTEM, at=AT)
    assert legs(scheme)[0][1] == LengthOrigin.STRAIGHT


def test_lengths_stand_once_plans_were_computed_with_them() -> None:
    """Would catch offsets whose road was made longer behind their back."""
    scheme = made.corridor(until=S.COMPUTED)
    with pytest.raises(IllegalTransition):
        services.set_lengths(of=scheme, metres=[500.0], by=SYSTEM, at=AT)


def test_the_form_asks_for_every_road_and_says_where_its_length_is_from() -> None:
    scheme = made.corridor(made.row_of_junctions(3))
    person = identity.browser_of(identity.user_with(SEE, MANAGE, at=scheme.organisation))
    address = reverse("signals.scheme.lengths", args=[scheme.pk])
    page = person.get(address).content.decode()
    assert page.count("按直线估算") == 2
    second, third = scheme.members.order_by("ordinal")[1:]
    form = {f"metres_{second.pk}": "410", f"metres_{third.pk}": "450.5"}
    assert person.post(address, form).status_code == 302
    assert [each for each, _ in legs(scheme)] == pytest.approx([410.0, 450.5])
    assert Junction.objects.count() == 3
