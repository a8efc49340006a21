"""What changes places: asked of policies first, all or nothing, written down."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError

from luchang.apps.places import selectors, services
from luchang.apps.places.models import Camera, Junction, Place, RoadClosure, RoadNetwork, Street
from luchang.apps.places.ports import RoadFile, UnreadableRoadFile
from luchang.apps.places.services import CameraDraft, ClosureDraft, NetworkDraft, PlaceDraft
from luchang.apps.places.states import CameraKind, ClosureReason, PlaceKind, RoadClass
from luchang.core.common import roads as core_roads
from luchang.core.common.chainage import Chainage
from luchang.core.common.road_building import Way
from luchang.kernel.audit.models import AuditEntry
from luchang.kernel.identity.actors import SYSTEM, Forbidden
from tests.apps.places.conftest import AT, NOBODY_MUCH, SOUTH, STEP, WEST, town
from tests.gateways.osm.files import SMALL

pytestmark = pytest.mark.django_db

DRAFT = NetworkDraft(name="小城", source="town.osm")
SCHOOL = PlaceDraft(kind=PlaceKind.SCHOOL, name="阳光小学", lon=WEST, lat=SOUTH)
STRETCH = ClosureDraft(
    start=(WEST + 1.2 * STEP, SOUTH),
    end=(WEST + 2.8 * STEP, SOUTH),
    description="长江路",
    reason=ClosureReason.EVENT,
    starts_at=AT,
)


def test_the_classes_of_roads_are_those_of_the_graph() -> None:
    assert {c.name: c.value for c in RoadClass} == {c.name: c.value for c in core_roads.RoadClass}


class TestNetworks:
    def test_streets_and_junctions_are_kept_with_their_townships(
        self, network: RoadNetwork
    ) -> None:
        street = Street.objects.current().get(place__name="长江路", place__township__isnull=False)

        assert street.road_class == RoadClass.PRIMARY
        assert street.place.township is not None
        assert Junction.objects.current().count() == 21
        assert Junction.objects.signalled().get().place.name == "珠江路与神农大道交叉口"
        assert network.report["length_m"].keys() == {"PRIMARY", "SECONDARY"}

    def test_only_one_version_is_in_use_and_its_names_with_it(self, network: RoadNetwork) -> None:
        other = services.keep_network(roads=town(), draft=DRAFT, by=SYSTEM, at=AT)
        before = Place.objects.current().count()

        services.activate_network(network_id=other.pk, by=SYSTEM, at=AT)

        network.refresh_from_db()
        assert not network.is_active
        assert selectors.active_network() == other
        assert set(Place.objects.current().values_list("network_id", flat=True)) == {other.pk}
        assert Place.objects.current().count() == before

    def test_a_network_that_cannot_be_driven_leaves_nothing_behind(self) -> None:
        lonely = RoadFile(
            node_ids=np.array([1, 2]),
            node_lon=np.array([WEST, WEST + 0.01]),
            node_lat=np.array([SOUTH, SOUTH]),
            ways=[Way(1, [7, 8], core_roads.RoadClass.PRIMARY)],
        )

        with pytest.raises(UnreadableRoadFile):
            services.keep_network(roads=lonely, draft=DRAFT, by=SYSTEM, at=AT)

        assert not RoadNetwork.objects.exists()

    def test_who_may_not_import_is_refused(self, network: RoadNetwork) -> None:
        with pytest.raises(Forbidden):
            services.keep_network(roads=town(), draft=DRAFT, by=NOBODY_MUCH, at=AT)
        with pytest.raises(Forbidden):
            services.activate_network(network_id=network.pk, by=NOBODY_MUCH, at=AT)
        with pytest.raises(RoadNetwork.DoesNotExist):
            services.activate_network(network_id=0, by=SYSTEM, at=AT)

    def test_the_command_reads_activates_and_reports(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        path = tmp_path / "small.osm"
        path.write_text(SMALL)

        call_command("import_roads", str(path))

        assert selectors.active_network().source == "small.osm"
        assert selectors.active_network().report["dropped_sections"] == 1
        assert "节点" in capsys.readouterr().out
        path.write_bytes(b"")
        with pytest.raises(CommandError, match="空文件"):
            call_command("import_roads", str(path))
        assert RoadNetwork.objects.count() == 1


class TestGazetteer:
    def test_a_place_lands_in_its_township_and_in_the_audit(self, divisions: None) -> None:
        place = services.add_place(draft=SCHOOL, by=SYSTEM, at=AT)

        assert place.township is not None
        assert place.township.name == "泰山路街道"
        assert AuditEntry.objects.filter(subject="places.place", subject_id=str(place.pk)).exists()

    def test_a_corrected_place_is_found_by_its_new_name_only(self, divisions: None) -> None:
        place = services.add_place(draft=SCHOOL, by=SYSTEM, at=AT)
        stone = Chainage("G320", 1_123_400)

        services.amend_place(
            place_id=place.pk,
            draft=replace(SCHOOL, name="育才小学", lon=WEST + 0.05, chainage=stone),
            by=SYSTEM,
            at=AT,
        )

        place.refresh_from_db()
        assert place.chainage == stone
        assert place.township is None
        assert [found.name for found in selectors.search_places("育才")] == ["育才小学"]
        assert not selectors.search_places("阳光")

    def test_a_struck_off_place_is_not_found(self, divisions: None) -> None:
        place = services.add_place(draft=SCHOOL, by=SYSTEM, at=AT)

        services.strike_off_place(place_id=place.pk, by=SYSTEM, at=AT)

        assert not selectors.search_places("阳光")

    def test_streets_of_the_network_are_not_for_hands(self, network: RoadNetwork) -> None:
        street = Place.objects.filter(kind=PlaceKind.STREET).first()
        assert street is not None

        with pytest.raises(Place.DoesNotExist):
            services.strike_off_place(place_id=street.pk, by=SYSTEM, at=AT)
        with pytest.raises(Place.DoesNotExist):
            services.amend_place(place_id=street.pk, draft=SCHOOL, by=SYSTEM, at=AT)

    def test_a_device_code_stands_once(self, network: RoadNetwork) -> None:
        camera = CameraDraft(
            place=replace(SCHOOL, kind=PlaceKind.CAMERA, name="长江路口卡口"),
            device_code="43020000001190000001",
            camera_kind=CameraKind.CHECKPOINT,
            heading_deg=450.0,
        )
        services.add_cameras(drafts=[camera], by=SYSTEM, at=AT)

        assert Camera.objects.get().heading_deg == pytest.approx(90.0)
        assert selectors.search_places("kk") or selectors.search_places("卡口")
        with pytest.raises(IntegrityError):
            services.add_cameras(drafts=[camera], by=SYSTEM, at=AT)

    def test_who_may_not_manage_is_refused(self, db: None) -> None:
        with pytest.raises(Forbidden):
            services.add_place(draft=SCHOOL, by=NOBODY_MUCH, at=AT)
        with pytest.raises(Forbidden):
            services.amend_place(place_id=1, draft=SCHOOL, by=NOBODY_MUCH, at=AT)
        with pytest.raises(Forbidden):
            services.strike_off_place(place_id=1, by=NOBODY_MUCH, at=AT)
        with pytest.raises(Forbidden):
            services.add_cameras(drafts=[], by=NOBODY_MUCH, at=AT)


class TestClosures:
    def test_the_stretch_between_both_ends_is_closed(self, network: RoadNetwork) -> None:
        closure = services.close_road(draft=STRETCH, by=SYSTEM, at=AT)

        assert closure.street_name == "长江路"
        assert len(closure.sections) == 2
        assert selectors.closed_sections(network, at=AT) == frozenset(closure.sections)
        assert not np.isfinite(selectors.live_travel_s(at=AT)).all()

    def test_a_lifted_closure_is_open_from_that_moment(self, network: RoadNetwork) -> None:
        closure = services.close_road(draft=STRETCH, by=SYSTEM, at=AT)
        later = AT + timedelta(hours=1)

        services.lift_closure(closure_id=closure.pk, by=SYSTEM, at=later)

        assert selectors.closures_in_force(at=AT).exists()
        assert not selectors.closures_in_force(at=later).exists()
        with pytest.raises(services.ClosureOver):
            services.lift_closure(closure_id=closure.pk, by=SYSTEM, at=later)

    def test_a_closure_ahead_closes_nothing_yet(self, network: RoadNetwork) -> None:
        tomorrow = AT + timedelta(days=1)

        services.close_road(draft=replace(STRETCH, starts_at=tomorrow), by=SYSTEM, at=AT)

        assert not selectors.closed_sections(network, at=AT)
        assert RoadClosure.objects.ahead(AT).count() == 1

    def test_an_end_off_the_road_is_refused(self, network: RoadNetwork) -> None:
        with pytest.raises(services.NoRoadThere):
            services.close_road(draft=replace(STRETCH, end=(100.0, 30.0)), by=SYSTEM, at=AT)

        assert not RoadClosure.objects.exists()

    def test_a_closure_that_ends_before_it_begins_is_refused_by_the_database(
        self, network: RoadNetwork
    ) -> None:
        with pytest.raises(IntegrityError):
            services.close_road(draft=replace(STRETCH, ends_at=AT), by=SYSTEM, at=AT)

    def test_who_may_not_close_is_refused(self, network: RoadNetwork) -> None:
        with pytest.raises(Forbidden):
            services.close_road(draft=STRETCH, by=NOBODY_MUCH, at=AT)
        with pytest.raises(Forbidden):
            services.lift_closure(closure_id=1, by=NOBODY_MUCH, at=AT)
