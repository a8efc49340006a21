"""A small town with everything: three divisions, a grid of streets, an actor who may do all."""

from datetime import UTC, datetime

import numpy as np
import pytest
from django.conf import LazySettings
from shapely.geometry import box

from luchang.apps.places import services
from luchang.apps.places.bridge.division_files import DivisionShape
from luchang.apps.places.models import RoadNetwork
from luchang.apps.places.ports import RoadFile
from luchang.apps.places.services import DivisionFile, NetworkDraft
from luchang.apps.places.states import Datum, DivisionLevel
from luchang.core.common.road_building import Way
from luchang.core.common.roads import RoadClass
from luchang.kernel.identity.actors import SYSTEM, Actor

AT = datetime(2026, 3, 1, 4, tzinfo=UTC)
NOBODY_MUCH = Actor(user_id=None, name="甲", organisation_id=None, organisation_path="")

WEST, SOUTH, STEP = 113.10, 27.80, 0.01
"""The grid: five streets each way, about 1 km apart."""


@pytest.fixture(autouse=True)
def own_files(tmp_path: object, settings: LazySettings) -> None:
    """Graphs of a test lie in its own folder."""
    settings.MEDIA_ROOT = str(tmp_path)


def shape(code: str, name: str, west: float, east: float) -> DivisionShape:
    """A strip of the town."""
    level = {6: DivisionLevel.COUNTY, 9: DivisionLevel.TOWNSHIP}[len(code)]
    return DivisionShape(
        code=code,
        name=name,
        level=level,
        parent_code=code[:6] if len(code) == 9 else "430200",
        is_statistical=False,
        polygon=box(west, SOUTH - 0.01, east, SOUTH + 0.06),
    )


@pytest.fixture
def divisions(db: None) -> None:
    """天元区 in the west with one township, 荷塘区 in the east."""
    shapes = [
        shape("430211", "天元区", WEST - 0.01, WEST + 0.025),
        shape("430202", "荷塘区", WEST + 0.025, WEST + 0.06),
        shape("430211002", "泰山路街道", WEST - 0.01, WEST + 0.025),
    ]
    services.import_divisions(
        shapes=shapes, file=DivisionFile("town.geojson", Datum.WGS84), by=SYSTEM, at=AT
    )


EAST_WEST = ("长江路", "黄河路", "珠江路", "泰山路", "黄山路")
NORTH_SOUTH = ("天台路", "庐山路", "神农大道", "炎帝大道", "衡山路")


def town() -> RoadFile:
    """Five by five named streets and one road that leads nowhere and back to nothing."""
    node_ids = np.arange(25, dtype=np.int64)
    rows, columns = np.divmod(node_ids, 5)
    ways = [
        Way(
            way_id=row,
            nodes=[row * 5 + column for column in range(5)],
            road_class=RoadClass.PRIMARY,
            name=EAST_WEST[row],
        )
        for row in range(5)
    ] + [
        Way(
            way_id=10 + column,
            nodes=[row * 5 + column for row in range(5)],
            road_class=RoadClass.SECONDARY,
            name=NORTH_SOUTH[column],
        )
        for column in range(5)
    ]
    return RoadFile(
        node_ids=node_ids,
        node_lon=WEST + columns * STEP,
        node_lat=SOUTH + rows * STEP,
        ways=ways,
        signal_lon=[WEST + 2 * STEP],
        signal_lat=[SOUTH + 2 * STEP],
    )


@pytest.fixture
def network(divisions: None) -> RoadNetwork:
    """The town's roads, in use."""
    draft = NetworkDraft(name="小城", source="made for tests")
    kept = services.keep_network(roads=town(), draft=draft, by=SYSTEM, at=AT)
    return services.activate_network(network_id=kept.pk, by=SYSTEM, at=AT)
