"""A road of the demo city with cameras, its links and a junction, counted over four weeks.

Cameras, times and counts are invented and say so.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from luchang.apps.passages import services as passages
from luchang.apps.passages.models import Camera, Link, Movement
from luchang.apps.passages.services import demo_counts, junctions, links
from luchang.kernel.identity.actors import SYSTEM
from luchang.kernel.identity.models import Organisation
from luchang.screens.demo_city.recipe import Area

CAMERAS, LANES, SEED = 6, 3, 2021
STEP_DEG = 0.008
FREE_KMH = 50.0
LENGTH_M = 800
TURNS = {"left": 1, "through": 2, "right": 3}
ARMS = ("N", "E", "S", "W")
PAST = timedelta(days=40)


def count_roads(areas: Sequence[Area], brigades: Sequence[Organisation], *, at: datetime) -> None:
    """Six cameras along a road of the first brigade, five links, one junction by lanes."""
    if not areas:
        return
    began, town, brigade = at - PAST, areas[0].townships[0], brigades[0]
    cameras = [
        _camera(place, town.longitude + STEP_DEG * place, town.latitude, brigade, at=began)
        for place in range(CAMERAS + len(ARMS))
    ]
    along = cameras[:CAMERAS]
    made = [
        _link(place, start, end, at=began) for place, (start, end) in enumerate(pairwise(along), 1)
    ]
    ways = _junction(town.longitude, town.latitude, brigade, cameras[CAMERAS:], at=began)
    demo_counts.invent_counts(links=made, movements=ways, seed=SEED, at=at)


def _camera(
    place: int, longitude: float, latitude: float, brigade: Organisation, *, at: datetime
) -> Camera:
    return passages.register_camera(
        device_id=f"{place + 1:020d}",
        name=f"演示卡口{place + 1:02d}",
        organisation=brigade,
        longitude=longitude,
        latitude=latitude,
        direction=0,
        lanes=LANES,
        link="演示大道",
        by=SYSTEM,
        at=at,
    )


def _link(place: int, start: Camera, end: Camera, *, at: datetime) -> Link:
    return links.enter_link(
        start=start,
        end=end,
        name=f"演示大道第{place}段（演示）",
        length_m=LENGTH_M,
        free_s=LENGTH_M / FREE_KMH * 3.6,
        limit_kmh=60,
        road="演示大道",
        junction_code="DJ0101" if place == 1 else "",
        by=SYSTEM,
        at=at,
    )


def _junction(
    longitude: float,
    latitude: float,
    brigade: Organisation,
    cameras: Sequence[Camera],
    *,
    at: datetime,
) -> list[Movement]:
    """The first junction of the demo's signals, every movement by a lane of its own."""
    row = junctions.enter_junction(
        code="DJ0101",
        name="演示流量路口（演示）",
        organisation=brigade,
        longitude=longitude,
        latitude=latitude,
        by=SYSTEM,
        at=at,
    )
    return [
        junctions.define_movement(
            junction_id=row.pk, way=f"{arm}-{turn}", camera=camera, lanes=[lane], onto=None,
            by=SYSTEM, at=at,
        )
        for arm, camera in zip(ARMS, cameras, strict=True)
        for turn, lane in TURNS.items()
    ]  # fmt: skip
