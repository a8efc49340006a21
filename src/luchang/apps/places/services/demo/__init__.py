"""The geography of the demo city: real names of divisions, everything else invented."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from luchang.apps.places import policies
from luchang.apps.places.bridge.division_files import DivisionShape, is_statistical_area, level_of
from luchang.apps.places.bridge.graph_files import loaded
from luchang.apps.places.models import Junction, RoadNetwork
from luchang.apps.places.services.base_map import Water, build_base_map
from luchang.apps.places.services.demo import contents, roads
from luchang.apps.places.services.demo.recipe import DivisionNames, division_names, recipe
from luchang.apps.places.services.divisions import DivisionFile, import_divisions
from luchang.apps.places.services.gazetteer import add_cameras, add_places
from luchang.apps.places.services.networks import NetworkDraft, activate_network, keep_network
from luchang.apps.places.states import Datum
from luchang.core.common.invented_divisions import (
    InventedDivision,
    InventedDivisions,
    invent_divisions,
    sum_of,
)
from luchang.core.common.invented_roads import InventedRoads
from luchang.kernel.identity.actors import Actor

ADDRESS_EVERY_M = 600.0
SMALLEST_SCALE = 0.01


@dataclass(frozen=True)
class DemoGeography:
    """What was built, for the command to tell."""

    townships: int
    nodes: int
    places: int
    cameras: int


@transaction.atomic
def build_demo_geography(
    *,
    seed: int,
    scale: float,
    by: Actor,
    at: datetime,
    names: DivisionNames | None = None,
) -> DemoGeography:
    """Build divisions, roads, junctions, places and cameras of a city of Zhuzhou's shape.

    The same seed, scale and names give the same city to the byte. `scale` 1.0 has 50,000 nodes.

    Raises:
        Forbidden: `by` may not import maps or manage places.
        DivisionNamesMissing: the list of names was not built on this machine.
        ValueError: a scale outside 0.01 to 1.
    """
    policies.check_can_import_maps(by)
    policies.check_can_manage_places(by)
    if not SMALLEST_SCALE <= scale <= 1.0:
        raise ValueError(f"scale {scale} is not within {SMALLEST_SCALE} and 1")
    known = names or division_names()
    divisions = _divisions(known, seed)
    shapes = _shapes(divisions)
    file = DivisionFile(known.source, Datum.WGS84, "MIT (names); shapes invented", _sha(known))
    import_divisions(shapes=shapes, file=file, by=by, at=at)
    invented = roads.invent(recipe(), divisions, seed=seed, scale=scale)
    network = _network(invented, seed=seed, by=by, at=at)
    return _fill(network, divisions, invented, seed=seed, scale=scale, by=by, at=at)


def _divisions(names: DivisionNames, seed: int) -> InventedDivisions:
    city = recipe()
    return invent_divisions(
        city.city,
        {code: city.grounds[code] for code, _name in names.counties},
        names.counties,
        names.townships,
        names.villages,
        seed,
    )


def _shapes(divisions: InventedDivisions) -> list[DivisionShape]:
    by_code = {township.code: township for township in divisions.townships}
    areas = [
        sum_of(area.code, area.name, [by_code[code] for code in area.townships])
        for area in recipe().areas
        if all(code in by_code for code in area.townships)
    ]
    everything = [
        divisions.city,
        *divisions.counties,
        *areas,
        *divisions.townships,
        *divisions.villages,
    ]
    return sorted(map(_shape, everything), key=lambda shape: (shape.level, shape.code))


def _shape(division: InventedDivision) -> DivisionShape:
    level = level_of(division.code)
    if level is None:
        raise ValueError(f"{division.code} is no division code")
    parents = {2: "", 3: f"{division.code[:4]}00", 4: division.code[:6], 5: division.code[:9]}
    return DivisionShape(
        code=division.code,
        name=division.name,
        level=level,
        parent_code=parents[level],
        is_statistical=is_statistical_area(division.code),
        polygon=division.polygon,
        centre=division.centre,
    )


def _sha(names: DivisionNames) -> str:
    return hashlib.sha256(repr((names.counties, names.townships)).encode()).hexdigest()


def _network(invented: InventedRoads, *, seed: int, by: Actor, at: datetime) -> RoadNetwork:
    draft = NetworkDraft(
        name="演示路网", source=f"invented, seed {seed}", licence="Apache-2.0 (invented)"
    )
    kept = keep_network(roads=roads.as_file(invented), draft=draft, by=by, at=at)
    return activate_network(network_id=kept.pk, by=by, at=at)


def _fill(
    network: RoadNetwork,
    divisions: InventedDivisions,
    invented: InventedRoads,
    *,
    seed: int,
    scale: float,
    by: Actor,
    at: datetime,
) -> DemoGeography:
    graph = loaded(network.graph_file).graph
    stones = roads.stones(recipe(), invented)
    drafts = [
        *contents.pois(recipe(), divisions.townships, graph, seed=seed, scale=scale),
        *contents.addresses(graph, every_m=ADDRESS_EVERY_M),
        *contents.stone_drafts(stones),
    ]
    places = add_places(drafts=drafts, by=by, at=at)
    junctions = Junction.objects.signalled().filter(place__network=network)
    cameras = add_cameras(
        drafts=[
            *contents.junction_cameras(
                list(junctions.select_related("place").order_by("pk")), graph
            ),
            *contents.checkpoints(stones),
        ],
        by=by,
        at=at,
    )
    water = Water(
        lon=tuple(invented.river_lon.tolist()),
        lat=tuple(invented.river_lat.tolist()),
        width_m=invented.river_width_m,
        name="湘江",
    )
    build_base_map(network_id=network.pk, water=[water], by=by, at=at)
    return DemoGeography(len(divisions.townships), graph.node_count, len(places), len(cameras))
