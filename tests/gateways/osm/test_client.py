"""Files of roads are read as they mean it, and what cannot be read is refused by name."""

import bz2
import gzip
from pathlib import Path

import pytest

from luchang.apps.places.ports import UnreadableRoadFile
from luchang.core.common.road_building import Direction, build_road_graph
from luchang.gateways.osm.client import read_roads
from tests.gateways.osm.files import SMALL, helsinki, shared

PACKED = gzip.compress(SMALL.encode(), mtime=0)
"""The same bytes at every collection, so that parallel workers see the same tests."""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.osm"
    path.write_text(SMALL)
    return path


def test_names_speeds_signals_routes_and_bans_are_understood(small: Path) -> None:
    roads = read_roads(small)

    ways = {way.way_id: way for way in roads.ways}
    assert sorted(ways) == [10, 11, 12, 13]
    assert ways[10].name == "长江路"
    assert ways[10].speed_kmh == pytest.approx(45.0)
    assert ways[11].speed_kmh is None
    assert roads.refs == {12: "G320"}
    assert list(roads.signal_lon) == pytest.approx([113.11])
    assert [(r.kind, r.via_node) for r in roads.restrictions] == [("no", 2)]
    assert roads.left_out == {
        "closed to cars": 1,
        "highway=footway": 1,
        "restriction not understood": 1,
    }


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress])
def test_packed_files_are_known_by_content_not_by_name(tmp_path: Path, pack: object) -> None:
    path = tmp_path / "map.dat"
    path.write_bytes(pack(SMALL.encode()))  # type: ignore[operator]

    assert len(read_roads(path).ways) == 4


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "空文件"),
        (b"PK\x03\x04 a workbook", "不是OpenStreetMap文件"),
        (b"\x00" * 200, "不是OpenStreetMap文件"),
        (b"<html><body>404</body></html>", "损坏"),
        (SMALL.encode()[:700], "损坏"),
        (PACKED[:-200], "损坏"),
        (PACKED[:20] + b"\xff" * 80, "损坏"),
        (b'<osm version="0.6"></osm>', "没有可通行的道路"),
        (SMALL.replace("primary", "footway").replace("secondary", "steps").replace(
            "residential", "path").encode(), "没有可通行的道路"),
        (b"\x00\x00\x00\x0d\x0a\x09OSMHeader\x18\x7c" + b"\xff" * 60, "损坏"),
    ],
)  # fmt: skip
def test_bad_files_are_refused_with_their_name(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "bad.osm.pbf"
    path.write_bytes(content)

    with pytest.raises(UnreadableRoadFile, match=says) as refused:
        read_roads(path)

    assert "bad.osm.pbf" in str(refused.value)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableRoadFile, match="无法打开"):
        read_roads(tmp_path / "nowhere.osm")


def test_a_bomb_is_refused_before_it_is_parsed(tmp_path: Path) -> None:
    """100 MB of blanks pack to 100 kB: no map does."""
    path = tmp_path / "bomb.osm.gz"
    path.write_bytes(gzip.compress(b"<osm>" + b" " * 100_000_000, mtime=0))

    with pytest.raises(UnreadableRoadFile, match="压缩炸弹"):
        read_roads(path)


def test_nanshan_keeps_its_chinese_names_and_reports_what_it_drops() -> None:
    roads = read_roads(shared("osm_shenzhen_nanshan/osm_bbox.osm.xml.gz"))
    graph, report = build_road_graph(
        roads.node_ids, roads.node_lon, roads.node_lat, roads.ways, roads.restrictions
    )

    assert len(roads.signal_lon) == 288
    assert len(roads.restrictions) == 5
    assert "前海大道" in graph.names
    assert graph.node_count > 1_500
    assert report.dropped_nodes > 0
    assert report.bans_kept + len(report.restrictions_unresolved) == 5


def test_monaco_is_almost_one_component() -> None:
    roads = read_roads(shared("osm_small_extracts/monaco.osm.gz"))
    graph, report = build_road_graph(
        roads.node_ids, roads.node_lon, roads.node_lat, roads.ways, roads.restrictions
    )

    assert graph.node_count / (graph.node_count + report.dropped_nodes) > 0.85
    assert any(way.direction is Direction.FORWARD for way in roads.ways)


def test_helsinki_from_a_wheel_is_read_in_binary() -> None:
    roads = read_roads(helsinki())
    graph, report = build_road_graph(
        roads.node_ids, roads.node_lon, roads.node_lat, roads.ways, roads.restrictions
    )

    assert "Mannerheimintie" in graph.names
    assert graph.node_count > 500
    assert report.components >= 1
