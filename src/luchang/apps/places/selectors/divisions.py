"""In whose area a point lies."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import shapely
from django.db.models import Max
from shapely import STRtree

from luchang.apps.places.models import Division
from luchang.apps.places.querysets import DivisionQuerySet
from luchang.apps.places.states import DivisionLevel
from luchang.kernel.together import remembered


@dataclass(frozen=True)
class DivisionRef:
    """A division, without its polygon."""

    id: int
    code: str
    name: str
    level: DivisionLevel


@dataclass(frozen=True)
class Jurisdiction:
    """The areas a point lies in; None where it lies outside all that are known."""

    city: DivisionRef | None = None
    county: DivisionRef | None = None
    area: DivisionRef | None = None
    """A statistical area with an administration of its own, such as 云龙示范区."""
    township: DivisionRef | None = None
    village: DivisionRef | None = None

    @property
    def responsible(self) -> DivisionRef | None:
        """Whose county-level authorities answer: the area's own where there is one."""
        return self.area or self.county

    @property
    def text(self) -> str:
        """County and township as spoken: 天元区泰山路街道."""
        return "".join(division.name for division in (self.responsible, self.township) if division)


class DivisionIndex:
    """Point in polygon over one edition of the divisions."""

    def __init__(self, rows: Sequence[Division]) -> None:
        self._layers: dict[tuple[DivisionLevel, bool], _Layer] = {}
        groups: dict[tuple[DivisionLevel, bool], list[Division]] = {}
        for row in sorted(rows, key=lambda row: row.code):
            groups.setdefault((DivisionLevel(row.level), row.is_statistical), []).append(row)
        for key, members in groups.items():
            self._layers[key] = _Layer(members)

    def at(self, lon: float, lat: float) -> Jurisdiction:
        """Every division around a point; on a border the one with the smaller code."""
        return Jurisdiction(
            city=self._one(DivisionLevel.CITY, lon, lat),
            county=self._one(DivisionLevel.COUNTY, lon, lat),
            area=self._one(DivisionLevel.COUNTY, lon, lat, statistical=True),
            township=self._one(DivisionLevel.TOWNSHIP, lon, lat),
            village=self._one(DivisionLevel.VILLAGE, lon, lat),
        )

    def responsible(self, lon: Sequence[float], lat: Sequence[float]) -> list[DivisionRef | None]:
        """For many points whose county-level authorities answer."""
        areas = self.of_level(DivisionLevel.COUNTY, lon, lat, statistical=True)
        counties = self.of_level(DivisionLevel.COUNTY, lon, lat)
        return [area or county for area, county in zip(areas, counties, strict=True)]

    def of_level(
        self,
        level: DivisionLevel,
        lon: Sequence[float],
        lat: Sequence[float],
        *,
        statistical: bool = False,
    ) -> list[DivisionRef | None]:
        """For many points the division of one level each lies in."""
        layer = self._layers.get((level, statistical))
        return layer.many(lon, lat) if layer else [None] * len(lon)

    def _one(
        self, level: DivisionLevel, lon: float, lat: float, *, statistical: bool = False
    ) -> DivisionRef | None:
        layer = self._layers.get((level, statistical))
        return layer.many([lon], [lat])[0] if layer else None


class _Layer:
    def __init__(self, rows: Sequence[Division]) -> None:
        self._refs = [ref_of(row) for row in rows]
        shapes = shapely.from_wkb([bytes(row.polygon or b"") for row in rows])
        shapely.prepare(shapes)
        self._tree = STRtree(shapes)

    def many(self, lon: Sequence[float], lat: Sequence[float]) -> list[DivisionRef | None]:
        found: list[DivisionRef | None] = [None] * len(lon)
        points, rows = self._tree.query(shapely.points(lon, lat), predicate="intersects")
        best: dict[int, int] = {}
        for point, row in zip(points.tolist(), rows.tolist(), strict=True):
            best[point] = min(row, best.get(point, row))
        for point, row in best.items():
            found[point] = self._refs[row]
        return found


def ref_of(row: Division) -> DivisionRef:
    return DivisionRef(row.pk, row.code, row.name, DivisionLevel(row.level))


def jurisdiction(lon: float, lat: float) -> Jurisdiction:
    """The village, township, county and city a point lies in."""
    return division_index().at(lon, lat)


def division_index() -> DivisionIndex:
    """The index over the newest edition, built once a process and edition."""
    newest = remembered(
        "edition of divisions",
        lambda: Division.objects.aggregate(newest=Max("edition_id"))["newest"],
    )
    return _index_of(newest or 0)


@lru_cache(maxsize=2)
def _index_of(edition_id: int) -> DivisionIndex:
    del edition_id  # the key: every import adds an edition
    return DivisionIndex(list(current_divisions().with_polygon()))


def current_divisions() -> DivisionQuerySet:
    """Divisions that have not ended."""
    return Division.objects.filter(valid_until=None)


def township_names() -> Mapping[int, str]:
    """County and township name by key, for lists that would else join twice."""
    return _township_names(Division.objects.aggregate(newest=Max("edition_id"))["newest"] or 0)


@lru_cache(maxsize=2)
def _township_names(edition_id: int) -> Mapping[int, str]:
    del edition_id
    rows = Division.objects.filter(level=DivisionLevel.TOWNSHIP).select_related("parent")
    return {row.pk: f"{row.parent.name if row.parent else ''}{row.name}" for row in rows}


def township_labels() -> Mapping[str, str]:
    """County and township name by code, for records that keep the code."""
    return _township_labels(Division.objects.aggregate(newest=Max("edition_id"))["newest"] or 0)


@lru_cache(maxsize=2)
def _township_labels(edition_id: int) -> Mapping[str, str]:
    del edition_id
    rows = Division.objects.filter(level=DivisionLevel.TOWNSHIP).select_related("parent")
    return {
        row.code: f"{row.parent.name if row.parent else ''}{row.name}"
        for row in rows.order_by("code")
    }


@dataclass(frozen=True)
class Area:
    """A division with the point where its people live [degrees, WGS-84]."""

    code: str
    name: str
    longitude: float
    latitude: float


def county_areas() -> list[Area]:
    """The counties and the areas with an administration of their own, by code."""
    rows = current_divisions().filter(level=DivisionLevel.COUNTY, lon__isnull=False)
    return [_area(row) for row in rows.order_by("code")]


def townships_of(code: str) -> list[Area]:
    """The townships a county-level area answers for, each township once, by code.

    A township within an area with an administration of its own is that area's, not the county's.
    """
    townships = current_divisions().filter(level=DivisionLevel.TOWNSHIP, lon__isnull=False)
    areas = [_area(row) for row in townships.order_by("code")]
    responsible = division_index().responsible(
        [each.longitude for each in areas], [each.latitude for each in areas]
    )
    return [
        area
        for area, found in zip(areas, responsible, strict=True)
        if found is not None and found.code == code
    ]


def _area(row: Division) -> Area:
    return Area(row.code, row.name, row.lon or 0.0, row.lat or 0.0)
