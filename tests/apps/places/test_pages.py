"""Pages, tiles and the API of the places."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from luchang.apps.places import services
from luchang.apps.places.models import Place, RoadClosure, RoadNetwork
from luchang.apps.places.policies import CLOSE_ROADS, IMPORT_MAPS, MANAGE_PLACES, SEE_PLACES
from luchang.apps.places.services import Water
from luchang.kernel.identity.actors import SYSTEM
from tests.apps.places.conftest import AT, SOUTH, STEP, WEST
from tests.factories.identity import browser_of, user_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def mapped(network: RoadNetwork) -> RoadNetwork:
    water = Water(lon=(WEST, WEST + STEP), lat=(SOUTH, SOUTH + STEP), width_m=200.0, name="湘江")
    return services.build_base_map(network_id=network.pk, water=[water], by=SYSTEM, at=AT)


def page(*permissions: str) -> Client:
    return browser_of(user_with(*permissions))


def test_the_base_map_is_the_same_bytes_for_the_same_roads(mapped: RoadNetwork) -> None:
    again = services.build_base_map(
        network_id=mapped.pk,
        water=[Water((WEST, WEST + STEP), (SOUTH, SOUTH + STEP), 200.0, "湘江")],
        by=SYSTEM,
        at=AT + timedelta(days=1),
    )

    assert again.tiles_file == mapped.tiles_file


class TestTiles:
    def test_one_range_is_answered_with_that_range(self, mapped: RoadNetwork) -> None:
        client, address = page(SEE_PLACES), reverse("places.tiles", args=[mapped.tiles_file])
        whole = b"".join(client.get(address).streaming_content)  # type: ignore[attr-defined]

        part = client.get(address, headers={"Range": "bytes=0-126"})

        assert part.status_code == 206
        assert part.content == whole[:127]
        assert part.content.startswith(b"PMTiles")
        assert part["Content-Range"] == f"bytes 0-126/{len(whole)}"
        assert client.get(address, headers={"Range": "bytes=7-"}).content == whole[7:]

    def test_a_range_beyond_the_end_is_refused(self, mapped: RoadNetwork) -> None:
        address = reverse("places.tiles", args=[mapped.tiles_file])

        assert (
            page(SEE_PLACES).get(address, headers={"Range": "bytes=99999999-"}).status_code == 416
        )

    @pytest.mark.parametrize("name", ["nothing.pmtiles", "..", "%2e%2e%2fsecret-key"])
    def test_only_base_maps_are_given_out(self, mapped: RoadNetwork, name: str) -> None:
        assert page(SEE_PLACES).get(f"/places/tiles/{name}").status_code == 404

    def test_nobody_gets_a_map_without_signing_in(self, mapped: RoadNetwork) -> None:
        assert Client().get(reverse("places.tiles", args=[mapped.tiles_file])).status_code in {
            302,
            401,
        }


def test_search_answers_as_json(network: RoadNetwork) -> None:
    found = (
        page(SEE_PLACES)
        .get("/places/search", {"q": "cjl", "lon": str(WEST), "lat": str(SOUTH)})
        .json()
    )

    assert found["places"][0]["name"] == "长江路"
    assert page(SEE_PLACES).get("/places/search", {"q": "长江", "lon": "x"}).status_code == 200
    assert page().get("/places/search", {"q": "长江"}).status_code == 403


def test_the_api_searches_describes_and_routes(network: RoadNetwork) -> None:
    client = page(SEE_PLACES)

    found = client.get("/api/places/search", {"q": "长江路庐山路"}).json()
    text = client.get("/api/places/description", {"lon": str(WEST), "lat": str(SOUTH)}).json()
    ends = {"from_lon": WEST, "from_lat": SOUTH, "to_lon": WEST + STEP, "to_lat": SOUTH}
    asked = {name: str(value) for name, value in ends.items()}
    route = client.get("/api/places/route", asked).json()

    assert found[0]["name"] == "长江路与庐山路交叉口"
    assert text["township"] == "430211002"
    assert route["is_found"]
    assert route["length_m"] == pytest.approx(985, abs=10)
    assert (
        client.get("/api/places/search", {"q": "a", "lon": "999", "lat": "1"}).status_code == 422
    )


PAGES = (
    "/places/", "/places/new", "/places/junctions/", "/places/cameras/", "/places/divisions/",
    "/places/divisions/430211/", "/places/closures/", "/places/closures/new", "/places/networks/",
)  # fmt: skip


@pytest.mark.parametrize("address", PAGES)
def test_every_page_is_drawn(mapped: RoadNetwork, address: str) -> None:
    client = page(SEE_PLACES, MANAGE_PLACES, CLOSE_ROADS)
    importer = page(IMPORT_MAPS, SEE_PLACES)

    answer = (importer if "networks" in address else client).get(address)

    assert answer.status_code == 200


def test_one_place_one_network_and_one_closure_are_drawn(mapped: RoadNetwork) -> None:
    client, importer = page(SEE_PLACES, CLOSE_ROADS), page(IMPORT_MAPS, SEE_PLACES)
    place = Place.objects.filter(name="长江路").first()
    assert place is not None

    assert "长江路" in client.get(f"/places/{place.pk}/").content.decode()
    assert "导入报告" in importer.get(f"/places/networks/{mapped.pk}/").content.decode()
    assert importer.post(f"/places/networks/{mapped.pk}/activate").status_code == 302


def test_a_road_is_closed_and_opened_on_the_page(network: RoadNetwork) -> None:
    client = page(SEE_PLACES, CLOSE_ROADS)
    asked = {
        "description": "长江路双向", "reason": "event", "starts_at": "2026-03-01T08:00",
        "start_lon": WEST + 1.2 * STEP, "start_lat": SOUTH,
        "end_lon": WEST + 1.8 * STEP, "end_lat": SOUTH,
    }  # fmt: skip

    off_road = client.post("/places/closures/new", {**asked, "end_lon": 100.0})
    too_short = client.post("/places/closures/new", {**asked, "ends_at": "2026-03-01T07:00"})
    client.post("/places/closures/new", asked)
    closure = RoadClosure.objects.get()
    client.post(f"/places/closures/{closure.pk}/lift")
    twice = client.post(f"/places/closures/{closure.pk}/lift", follow=True)

    closure.refresh_from_db()
    assert "没有道路相连" in off_road.content.decode()
    assert "须晚于" in too_short.content.decode()
    assert closure.lifted_at is not None
    assert twice.status_code == 200


def test_a_place_is_entered_and_corrected_on_the_page(divisions: None) -> None:
    client = page(SEE_PLACES, MANAGE_PLACES)
    asked = {"kind": "school", "name": "阳光小学", "lon": WEST, "lat": SOUTH}

    bad = client.post("/places/new", {**asked, "chainage": "三公里"})
    client.post("/places/new", {**asked, "chainage": "G320 K1+5"})
    made = Place.objects.get()
    client.post(f"/places/{made.pk}/change", {**asked, "name": "育才小学"})

    made.refresh_from_db()
    assert "看不懂" in bad.content.decode()
    assert made.name == "育才小学"
    assert client.get("/places/0/change").status_code == 404
