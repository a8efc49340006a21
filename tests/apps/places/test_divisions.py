"""Division files: converted at the edge, taken whole or refused by feature."""

import json
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import box

from luchang.apps.places import selectors, services
from luchang.apps.places.bridge.division_files import (
    DivisionShape,
    is_statistical_area,
    level_of,
    parent_code_of,
    read_divisions,
)
from luchang.apps.places.bridge.refusals import FileRefused
from luchang.apps.places.models import Division
from luchang.apps.places.services import DivisionFile
from luchang.apps.places.states import CODE_LENGTHS, Datum, DivisionLevel
from luchang.core.common.coordinates import gcj02_from_wgs84
from luchang.kernel.identity.actors import SYSTEM, Forbidden
from tests.apps.places.conftest import AT, NOBODY_MUCH, WEST, shape
from tests.gateways.osm.files import shared

SQUARE = [[113.0, 27.0], [113.1, 27.0], [113.1, 27.1], [113.0, 27.1], [113.0, 27.0]]

BOW_TIE = [[113, 27], [113.1, 27.1], [113.1, 27], [113, 27.1], [113, 27]]


def feature(
    code: object = "430211", name: object = "天元区", ring: object = SQUARE
) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {"adcode": code, "name": name},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


def file_of(*features: object) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": list(features)}).encode()


def refusal(content: bytes) -> str:
    with pytest.raises(FileRefused) as refused:
        read_divisions(content, file="甲.geojson", datum=Datum.WGS84)
    return str(refused.value)


def test_polygons_are_moved_from_domestic_maps_to_wgs84() -> None:
    """Not converting puts every border half a kilometre off."""
    moved = np.column_stack(gcj02_from_wgs84(*np.array(SQUARE).T)).tolist()

    read = read_divisions(file_of(feature(ring=moved)), file="f", datum=Datum.GCJ02)

    assert read[0].polygon is not None
    assert np.abs(np.array(read[0].polygon.exterior.coords) - SQUARE).max() < 1e-7


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "JSON"),
        (b"\xff\xfe", "UTF-8"),
        (b"[" * 100_000, "JSON"),
        (b'{"type": "FeatureCollection", "features": [NaN]}', "NaN"),
        (b"{}", "FeatureCollection"),
        (file_of(), "0个要素"),
        (file_of(1), "properties"),
        (file_of(feature(code="43021")), "43021"),
        (file_of(feature(code=True)), "区划代码"),
        (file_of(feature(name="")), "名称"),
        (file_of(feature(name="a\x00")), "名称"),
        (file_of(feature(ring=SQUARE[:3])), "少于4个点"),
        (file_of(feature(ring=SQUARE[:4])), "没有闭合"),
        (file_of(feature(ring=[[y, x] for x, y in SQUARE])), "超出"),
        (file_of(feature(ring=BOW_TIE)), "自身相交"),
        (file_of(feature(ring=[["a", 1]] * 4)), "数字"),
        (file_of(feature(ring=[[True, True]] * 4)), "数字"),
        (file_of(feature(ring=[[1e300, 1]] * 4)), "数字"),
        (file_of(feature(), feature(name="又一个")), "代码相同"),
        (file_of({**feature(), "geometry": {"type": "Point", "coordinates": [1, 2]}}), "Polygon"),
    ],
)  # fmt: skip
def test_a_refusal_names_the_file_the_feature_and_the_fault(content: bytes, says: str) -> None:
    message = refusal(content)

    assert message.startswith("甲.geojson: ")
    assert says in message


def test_all_faults_of_a_file_are_named_at_once() -> None:
    message = refusal(file_of(feature(code="1"), feature(), feature(code="430202", name="")))

    assert "第1个要素" in message
    assert "第3个要素（430202）" in message


JSON_LIKE = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from(["type", "properties", "geometry", "coordinates", "code", "name"]),
        inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@given(JSON_LIKE, JSON_LIKE)
def test_no_file_breaks_the_reader(properties: object, geometry: object) -> None:
    """Whatever stands in a file, it is read or refused; nothing else is raised."""
    odd = {"type": "Feature", "properties": properties, "geometry": geometry}
    for content in (file_of(odd), file_of({**feature(), "geometry": geometry})):
        try:
            read_divisions(content, file="f", datum=Datum.BD09)
        except FileRefused:
            continue


@given(st.integers(0, 10**12 - 1), st.sampled_from([6, 9, 12]))
def test_the_code_tells_level_and_parent(number: int, digits: int) -> None:
    code = f"{number:012d}"[:digits]
    level = level_of(code)

    assert level is not None
    assert CODE_LENGTHS[level] == digits
    parent = parent_code_of(code, level)
    assert (parent == "") == (level is DivisionLevel.CITY)
    assert not parent or (level_of(parent) or level) <= level


def test_a_development_zone_is_told_from_a_district() -> None:
    assert is_statistical_area("430271")
    assert not is_statistical_area("430281")
    assert not is_statistical_area("430211002")


@pytest.mark.django_db
class TestImportDivisions:
    def take(self, *shapes: DivisionShape, days: int = 0) -> dict[str, Any]:
        edition = services.import_divisions(
            shapes=shapes,
            file=DivisionFile("甲.geojson", Datum.WGS84),
            by=SYSTEM,
            at=AT + timedelta(days=days),
        )
        report: dict[str, Any] = edition.report
        return report

    def test_the_same_file_twice_changes_nothing(self) -> None:
        county = shape("430211", "天元区", WEST, WEST + 0.1)

        assert self.take(county)["added"] == 1
        assert self.take(county) == {
            "added": 0, "changed": 0, "unchanged": 1, "renamed": [], "overlaps": [],
        }  # fmt: skip

    def test_a_new_name_begins_a_new_division_and_keeps_the_old(self) -> None:
        """株洲县 became 渌口区: what was recorded before keeps its name."""
        self.take(
            shape("430212", "株洲县", WEST, WEST + 0.1),
            shape("430212100", "渌口镇", WEST, WEST + 0.1),
        )
        report = self.take(shape("430212", "渌口区", WEST, WEST + 0.1), days=10)

        old, new = Division.objects.filter(code="430212").order_by("pk")
        assert report["renamed"] == ["430212 株洲县 → 渌口区"]
        assert (old.name, old.valid_until) == ("株洲县", (AT + timedelta(days=9)).date())
        assert Division.objects.get(code="430212100").parent == new
        assert list(Division.objects.valid_on(AT.date()).filter(code="430212")) == [old]

    def test_an_unknown_parent_refuses_everything(self) -> None:
        with pytest.raises(FileRefused, match="430299"):
            self.take(
                shape("430211", "天元区", WEST, WEST + 0.1), shape("430299001", "孤儿街道", 1, 2)
            )

        assert not Division.objects.exists()

    def test_neighbours_that_share_ground_are_reported(self) -> None:
        report = self.take(
            shape("430211", "天元区", WEST, WEST + 0.1),
            shape("430202", "荷塘区", WEST + 0.05, WEST + 0.2),
        )

        assert report["overlaps"] == ["天元区 ∩ 荷塘区: 50%"]

    def test_names_alone_do_not_take_polygons_away(self) -> None:
        self.take(shape("430211", "天元区", WEST, WEST + 0.1))
        named = DivisionShape("430211", "天元区", DivisionLevel.COUNTY, "430200", False, None)

        assert self.take(named)["unchanged"] == 1
        assert selectors.jurisdiction(WEST + 0.01, 27.80).county is not None

    def test_refuses_who_may_not_import(self) -> None:
        with pytest.raises(Forbidden):
            services.import_divisions(
                shapes=[], file=DivisionFile("甲", Datum.WGS84), by=NOBODY_MUCH, at=AT
            )

    def test_a_special_area_answers_for_its_townships(self) -> None:
        self.take(
            shape("430204", "石峰区", WEST, WEST + 0.2),
            DivisionShape(
                "430271", "云龙示范区", DivisionLevel.COUNTY, "430200", True,
                box(WEST, 27.7, WEST + 0.1, 27.9),
            ),
            shape("430204102", "云田镇", WEST, WEST + 0.1),
            shape("430204001", "田心街道", WEST + 0.1, WEST + 0.2),
        )  # fmt: skip

        here = selectors.jurisdiction(WEST + 0.05, 27.80)

        assert here.text == "云龙示范区云田镇"
        assert here.county is not None
        assert here.county.code == "430204"
        assert [area.name for area in selectors.townships_of("430271")] == ["云田镇"]
        assert [area.name for area in selectors.townships_of("430204")] == ["田心街道"]
        assert len(selectors.county_areas()) == 2


@pytest.mark.django_db
def test_the_real_districts_of_zhuzhou_are_taken() -> None:
    path = shared("hunan_admin/430200_full.geojson")
    shapes = read_divisions(path.read_bytes(), file=path.name, datum=Datum.GCJ02)
    services.import_divisions(
        shapes=shapes, file=DivisionFile(path.name, Datum.GCJ02), by=SYSTEM, at=AT
    )

    assert len(shapes) == 9
    seat = selectors.jurisdiction(113.507157, 27.657873).county
    assert seat is not None
    assert seat.name == "醴陵市"
