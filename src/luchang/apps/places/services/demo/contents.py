"""What stands in the demo city: invented places with addresses, stones, cameras."""

from collections.abc import Iterator, Sequence
from random import Random

import numpy as np

from luchang.apps.places.models import Junction
from luchang.apps.places.services.demo.recipe import PoiRecipe, Recipe
from luchang.apps.places.services.demo.roads import Stone
from luchang.apps.places.services.gazetteer import CameraDraft, PlaceDraft
from luchang.apps.places.states import CameraKind, PlaceKind
from luchang.core.common.coordinates import bearing_deg, degrees_from
from luchang.core.common.invented_divisions import InventedDivision
from luchang.core.common.roads import NONE, RoadGraph
from luchang.core.common.snapping import RoadSnapper

NUMBERS_PER_M = 1 / 8
BESIDE_ROAD_M = 25.0
_HEADINGS = ("东进口", "南进口", "西进口", "北进口")
_CODE_CENTRE = {"prefix": "4302000000", "type": "119"}
"""20 digits: centre 8, industry 2, type 119 for traffic cameras, sequence 7."""


def pois(
    recipe: Recipe,
    townships: Sequence[InventedDivision],
    graph: RoadGraph,
    *,
    seed: int,
    scale: float,
) -> Iterator[PlaceDraft]:
    """Invented places beside the named streets of every township."""
    dice = Random(seed)  # noqa: S311 - invented places
    snapper = RoadSnapper(graph)
    taken: set[str] = set()
    for township in townships:
        short = _short(township.name)
        for kind in recipe.pois:
            for _number in range(_how_many(kind.each * max(scale, 0.2) * 2.0, dice)):
                name = _name(kind, recipe, short, dice, taken)
                yield _beside_street(PlaceKind(kind.kind), name, township, graph, snapper, dice)


def _how_many(wanted: float, dice: Random) -> int:
    """A whole number whose mean is `wanted`."""
    return int(wanted) + (dice.random() < wanted % 1)


def _name(kind: PoiRecipe, recipe: Recipe, township: str, dice: Random, taken: set[str]) -> str:
    words = {
        key: dice.choice(recipe.names[key]) for key in ("school", "brand", "estate", "company")
    }
    name = dice.choice(kind.names).format(township=township, **words)
    if name in taken:
        name = f"{township}{name.removeprefix(township)}"
    if name in taken:
        name = (
            f"{name}（{len(taken)}号店）"
            if kind.kind == "petrol_station"
            else f"{name}{dice.randrange(2, 99)}号"
        )
    taken.add(name)
    return name


def _short(name: str) -> str:
    for suffix in ("街道", "镇", "乡", "管理处", "管理局", "农场"):
        name = name.removesuffix(suffix)
    return name


def _beside_street(
    kind: PlaceKind,
    name: str,
    township: InventedDivision,
    graph: RoadGraph,
    snapper: RoadSnapper,
    dice: Random,
) -> PlaceDraft:
    """Put a place near the township's middle, beside the road that is nearest."""
    away = 900.0 * np.sqrt(dice.random()), dice.uniform(0, 2 * np.pi)
    x, y = degrees_from(*township.centre, away[0] * np.cos(away[1]), away[0] * np.sin(away[1]))
    lon, lat = float(x), float(y)
    position = snapper.nearest(lon, lat, within_m=5_000.0)
    if position is None:
        return PlaceDraft(kind=kind, name=name, lon=lon, lat=lat)
    x, y = degrees_from(
        position.lon,
        position.lat,
        dice.uniform(-BESIDE_ROAD_M, BESIDE_ROAD_M),
        dice.uniform(-BESIDE_ROAD_M, BESIDE_ROAD_M),
    )
    street = graph.name_of(position.section)
    return PlaceDraft(
        kind=kind,
        name=name,
        lon=float(x),
        lat=float(y),
        street_name=street,
        number=f"{dice.randrange(1, 400)}号" if street else "",
    )


def addresses(graph: RoadGraph, *, every_m: float) -> Iterator[PlaceDraft]:
    """House numbers along the named streets: odd on one side, even on the other."""
    passed: dict[str, float] = {}
    due: dict[str, float] = {}
    for section in range(graph.section_count):
        street = graph.name_of(section)
        if not street or graph.section_name[section] == NONE or street[0] in "GSX":
            continue
        before = passed.get(street, 0.0)
        passed[street] = before + graph.length_of(section)
        if passed[street] < due.get(street, every_m / 2):
            continue
        due[street] = passed[street] + every_m
        number = round(passed[street] * NUMBERS_PER_M)
        lon, lat = graph.shape_of(section)
        yield PlaceDraft(
            kind=PlaceKind.ADDRESS,
            name=f"{street}{number}号",
            lon=float(lon[0] + lon[-1]) / 2,
            lat=float(lat[0] + lat[-1]) / 2,
            street_name=street,
            number=f"{number}号",
        )


def stone_drafts(stones: Sequence[Stone]) -> Iterator[PlaceDraft]:
    for stone in stones:
        yield PlaceDraft(
            kind=PlaceKind.CHAINAGE,
            name=str(stone.chainage),
            lon=stone.lon,
            lat=stone.lat,
            street_name=stone.street_name,
            chainage=stone.chainage,
        )


def junction_cameras(junctions: Sequence[Junction], graph: RoadGraph) -> Iterator[CameraDraft]:
    """A red-light camera at every arm of the signalled junctions, a dome at some."""
    sequence = 1
    for junction in junctions:
        for heading in _arm_headings(graph, junction.node):
            arm = _HEADINGS[round(((heading + 180.0) % 360.0 - 90.0) / 90.0) % 4]
            yield _camera(
                f"{junction.place.name.removesuffix('交叉口')}口{arm}电子警察",
                CameraKind.RED_LIGHT,
                heading,
                junction,
                sequence,
            )
            sequence += 1
        if junction.node % 3 == 0:
            yield _camera(
                f"{junction.place.name.removesuffix('交叉口')}口球机",
                CameraKind.SURVEILLANCE,
                0.0,
                junction,
                sequence,
            )
            sequence += 1


def _camera(
    name: str, kind: CameraKind, heading: float, junction: Junction, sequence: int
) -> CameraDraft:
    return CameraDraft(
        place=PlaceDraft(
            kind=PlaceKind.CAMERA, name=name, lon=junction.place.lon, lat=junction.place.lat
        ),
        device_code=device_code(sequence),
        camera_kind=kind,
        heading_deg=heading,
        lane_count=2,
        junction_id=junction.pk,
    )


def checkpoints(stones: Sequence[Stone]) -> Iterator[CameraDraft]:
    """A checkpoint in both directions about every 12 km of the national roads."""
    national = [stone for stone in stones if stone.chainage.route.startswith("G")]
    for number, stone in enumerate(national[5::12]):
        for direction, heading in (("上行", 90.0), ("下行", 270.0)):
            yield CameraDraft(
                place=PlaceDraft(
                    kind=PlaceKind.CAMERA,
                    name=f"{stone.chainage}{direction}卡口",
                    lon=stone.lon,
                    lat=stone.lat,
                    street_name=stone.street_name,
                ),
                device_code=device_code(900_000 + 2 * number + (direction == "下行")),
                camera_kind=CameraKind.CHECKPOINT,
                heading_deg=heading,
                lane_count=2,
            )


def device_code(sequence: int) -> str:
    """An invented device number of GA/T 1400."""
    return f"{_CODE_CENTRE['prefix']}{_CODE_CENTRE['type']}{sequence:07d}"


def _arm_headings(graph: RoadGraph, node: int) -> list[float]:
    """In which direction traffic comes in, one an arm, in ascending order."""
    arcs = np.flatnonzero(graph.arc_target == node)
    sources = graph.arc_source[arcs]
    headings = bearing_deg(
        graph.node_lon[sources],
        graph.node_lat[sources],
        graph.node_lon[node],
        graph.node_lat[node],
    )
    return sorted(float(heading) for heading in headings)
