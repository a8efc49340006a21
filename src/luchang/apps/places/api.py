"""Places for programs: search, description, route, areas. Coordinates are WGS-84 degrees."""

from typing import Annotated

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from luchang.apps.places import selectors
from luchang.apps.places.policies import SEE_PLACES
from luchang.apps.places.selectors import NoRoadNetwork
from luchang.kernel import clock
from luchang.kernel.identity.api_access import needs

router = Router()
refusals = {NoRoadNetwork: ("no_road_network", 409)}

Lon = Annotated[float, Field(ge=-180, le=180)]
Lat = Annotated[float, Field(ge=-90, le=90)]


class FoundOut(Schema):
    """One place that was found."""

    id: int | None
    kind: str
    kind_text: str
    name: str
    address: str
    area: str
    lon: float
    lat: float
    distance_m: float | None


class SearchIn(Schema):
    """What is searched, and where first."""

    q: Annotated[str, Field(max_length=200)]
    lon: Lon | None = None
    lat: Lat | None = None
    within: Annotated[str, Field(max_length=12, pattern=r"^\d*$")] = ""
    limit: Annotated[int, Field(ge=1, le=50)] = 10


class PointIn(Schema):
    lon: Lon
    lat: Lat


class DescriptionOut(Schema):
    """What a point is called and in whose areas it lies."""

    text: str
    city: str | None
    county: str | None
    area: str | None
    township: str | None
    village: str | None


class RouteIn(Schema):
    from_lon: Lon
    from_lat: Lat
    to_lon: Lon
    to_lat: Lat


class RouteOut(Schema):
    """The fastest open way; `is_found` is false where there is none."""

    is_found: bool
    travel_s: float | None = None
    length_m: float | None = None
    streets: list[str] = []
    line: list[tuple[float, float]] = []


@router.get("/search", auth=needs(SEE_PLACES), response=list[FoundOut])
def search(request: HttpRequest, asked: Query[SearchIn]) -> list[selectors.FoundPlace]:
    """Places by name, pinyin initials, two streets of a junction, or chainage; best first."""
    del request
    return selectors.search_places(
        asked.q, near=near_of(asked.lon, asked.lat), within=asked.within, limit=asked.limit
    )


@router.get("/description", auth=needs(SEE_PLACES), response=DescriptionOut)
def description(request: HttpRequest, point: Query[PointIn]) -> DescriptionOut:
    """What to call a point, and the codes of the areas it lies in."""
    del request
    found = selectors.jurisdiction(point.lon, point.lat)
    levels = {
        name: division.code if (division := getattr(found, name)) else None
        for name in ("city", "county", "area", "township", "village")
    }
    return DescriptionOut(text=selectors.describe_point(point.lon, point.lat), **levels)


@router.get("/route", auth=needs(SEE_PLACES), response=RouteOut)
def route(request: HttpRequest, ends: Query[RouteIn]) -> RouteOut:
    """The fastest way between two points that avoids what is closed now."""
    del request
    found = selectors.route_between(
        (ends.from_lon, ends.from_lat), (ends.to_lon, ends.to_lat), at=clock.now()
    )
    if found is None:
        return RouteOut(is_found=False)
    return RouteOut(
        is_found=True,
        travel_s=found.travel_s,
        length_m=found.length_m,
        streets=list(found.streets),
        line=list(found.line),
    )


def near_of(lon: float | None, lat: float | None) -> tuple[float, float] | None:
    """The point to search around, if both its coordinates were given."""
    return (lon, lat) if lon is not None and lat is not None else None
