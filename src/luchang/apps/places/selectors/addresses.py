"""Finding the place a caller means: name, initials, junction of two streets, chainage."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import cos, hypot, radians
from typing import NamedTuple

from luchang.apps.places.models import Division, Place
from luchang.apps.places.models.gazetteer import cell_at
from luchang.apps.places.querysets import PlaceQuerySet
from luchang.apps.places.selectors.divisions import (
    current_divisions,
    jurisdiction,
    township_names,
)
from luchang.apps.places.states import DivisionLevel, PlaceKind
from luchang.core.common.chainage import Chainage, parse_chainage
from luchang.core.common.coordinates import haversine_m
from luchang.kernel import search

MOST_RESULTS = 50
CANDIDATES = 300
"""Rows ranked a stage: a query that fits more needs another word, not a longer list."""

_CELLS_AROUND = 1

STONES_APART_M = 10_000
"""Two stones farther apart than this do not tell where the metres between them lie."""

_JUNCTION_WORDS = re.compile(r"十字路口|丁字路口|交叉路口|交叉口|交汇处|交界处|路口$")
_JOINING = re.compile(r"[与和、跟/&]|\s+")
_STREET_END = re.compile(r"(?<=[一-鿿])(大道|路|街)(?=[一-鿿])(?!口)")
_STREET_ENDS = ("", "路", "街", "大道", "巷", "l", "j", "dd", "x")
"""Who types 长江 or cj means 长江路 before 长江二村."""

_KIND_ORDER: dict[str, int] = {
    kind: place
    for place, kind in enumerate(
        [PlaceKind.STREET, PlaceKind.JUNCTION, PlaceKind.DIVISION, PlaceKind.BRIDGE]
    )
}


@dataclass(frozen=True)
class FoundPlace:
    """One answer to a search, ready to be shown and chosen."""

    id: int | None
    """None for a point between two kilometre stones, which is no row."""
    kind: PlaceKind
    name: str
    address: str
    area: str
    """County and township."""
    lon: float
    lat: float
    distance_m: float | None

    @property
    def kind_text(self) -> str:
        return str(self.kind.label)


def search_places(
    text: str,
    *,
    near: tuple[float, float] | None = None,
    within: str = "",
    limit: int = 10,
) -> list[FoundPlace]:
    """Places found by `text`, best first: exact, then beginning so, then containing it.

    Among equals the township of `near` comes first, then what is nearer. `within` is a division
    code that the places must lie in. An empty or unknown text finds nothing.
    """
    limit = max(1, min(limit, MOST_RESULTS))
    stone = _at_chainage(parse_chainage(text), near)
    candidates = _candidates(text, near=near, within=within, enough=4 * limit)
    ranked = _ranked(candidates, typed=len(search.folded(text)), near=near)[:limit]
    places = Place.objects.defer("search").in_bulk([candidate.pk for candidate in ranked])
    found = _divisions(text, near, limit)
    areas = township_names()
    found += [_found(places[candidate.pk], near, areas) for candidate in ranked]
    return (stone + [place for place in found if place.name != _name_of(stone)])[:limit]


def _name_of(found: list[FoundPlace]) -> str | None:
    return found[0].name if found else None


def query_words(text: str) -> str:
    """The text cut into words: 长江路珠江路路口 asks for both streets, in either order."""
    bare = _JUNCTION_WORDS.sub(" ", text[: search.LONGEST_QUERY])
    parted = _STREET_END.sub(r"\1 ", bare) if bare != text or _has_two_streets(bare) else bare
    return " ".join(word for word in _JOINING.split(parted) if word)


def _has_two_streets(text: str) -> bool:
    return len(re.findall(r"大道|路|街", text)) > 1


class _Candidate(NamedTuple):
    """What ranking needs to know of a row."""

    pk: int
    kind: str
    name: str
    lon: float
    lat: float
    township_id: int | None
    stage: int


def _candidates(
    text: str, *, near: tuple[float, float] | None, within: str, enough: int
) -> list[_Candidate]:
    """Rows and the stage that found each, from the best stage on until there are enough."""
    words = query_words(text)
    if not search.words(words):
        return []
    rows = Place.objects.current().order_by()
    if within:
        rows = rows.filter(township_id__in=_townships_in(within))
    found: dict[int, _Candidate] = {}
    for stage, stage_rows in _stages(rows, text, words, near):
        columns = stage_rows.values_list("pk", "kind", "name", "lon", "lat", "township_id")
        for row in columns[:CANDIDATES]:
            found.setdefault(row[0], _Candidate(*row, stage))
        if len(found) >= enough:
            break
    return list(found.values())


def _stages(
    rows: PlaceQuerySet, text: str, words: str, near: tuple[float, float] | None
) -> Iterator[tuple[int, PlaceQuerySet]]:
    """Called exactly so, beginning so, containing it; each first around the point."""
    yield 0, rows.filter(search__overlap=[search.whole(f"{text}{end}") for end in _STREET_ENDS])
    found = rows.found(words)
    for stage, wanted in (
        (1, found.filter(search__contains=[search.beginning(words)])),
        (2, found),
    ):
        if near is not None:
            yield stage, wanted.filter(search__overlap=_cells_around(near))
        yield stage, wanted


def _cells_around(point: tuple[float, float]) -> list[str]:
    steps = range(-_CELLS_AROUND, _CELLS_AROUND + 1)
    return [f"@{cell_at(*point, east=east, north=north)}" for east in steps for north in steps]


def _townships_in(code: str) -> list[int]:
    townships = current_divisions().filter(level=DivisionLevel.TOWNSHIP)
    prefix = code[:4] if code.endswith("00") and len(code) == 6 else code  # noqa: PLR2004 - a city
    inside = townships.filter(code__startswith=prefix) | townships.filter(parent__code=code)
    return list(inside.values_list("pk", flat=True))


def _township_id(near: tuple[float, float] | None) -> int | None:
    township = jurisdiction(*near).township if near else None
    return township.id if township else None


_SURPLUS_STEP = 3
"""Names longer than what was typed by so many characters fit it less well."""


def _ranked(
    candidates: Iterable[_Candidate], *, typed: int, near: tuple[float, float] | None
) -> list[_Candidate]:
    township_id = _township_id(near)

    def rank(candidate: _Candidate) -> tuple[object, ...]:
        elsewhere = township_id is not None and candidate.township_id != township_id
        away = _away(candidate, near)
        surplus = max(len(candidate.name) - typed, 0) // _SURPLUS_STEP
        kind = _KIND_ORDER.get(candidate.kind, len(_KIND_ORDER))
        return candidate.stage, surplus, elsewhere, round(away, 2), kind, away, candidate.pk

    return sorted(candidates, key=rank)


def _away(candidate: _Candidate, near: tuple[float, float] | None) -> float:
    """Degrees from the point, near enough to a distance to put places in order."""
    if near is None:
        return 0.0
    return hypot((candidate.lon - near[0]) * cos(radians(near[1])), candidate.lat - near[1])


def _distance_m(place: Place, near: tuple[float, float] | None) -> float | None:
    if near is None:
        return None
    return float(haversine_m(near[0], near[1], place.lon, place.lat))


def _found(place: Place, near: tuple[float, float] | None, areas: Mapping[int, str]) -> FoundPlace:
    return FoundPlace(
        id=place.pk,
        kind=PlaceKind(place.kind),
        name=place.name,
        address=place.address,
        area=areas.get(place.township_id or 0, ""),
        lon=place.lon,
        lat=place.lat,
        distance_m=_distance_m(place, near),
    )


def _divisions(text: str, near: tuple[float, float] | None, limit: int) -> list[FoundPlace]:
    """Townships and larger areas whose name begins with the text; villages are found later."""
    if not search.words(text):
        return []
    rows = current_divisions().filter(level__lte=DivisionLevel.TOWNSHIP, lon__isnull=False)
    begins = rows.filter(search__found=text).filter(search__contains=[search.beginning(text)])
    return [_found_division(row, near) for row in begins.order_by("level", "code")[:limit]]


def _found_division(row: Division, near: tuple[float, float] | None) -> FoundPlace:
    lon, lat = row.lon or 0.0, row.lat or 0.0
    return FoundPlace(
        id=None,
        kind=PlaceKind.DIVISION,
        name=row.name,
        address=row.code,
        area=jurisdiction(lon, lat).text,
        lon=lon,
        lat=lat,
        distance_m=float(haversine_m(*near, lon, lat)) if near else None,
    )


def _at_chainage(asked: Chainage | None, near: tuple[float, float] | None) -> list[FoundPlace]:
    """The point on the route, between the two nearest stones."""
    if asked is None:
        return []
    stones = Place.objects.current().filter(kind=PlaceKind.CHAINAGE, route=asked.route)
    before = stones.filter(chainage_m__lte=asked.metres).order_by("-chainage_m").first()
    after = stones.filter(chainage_m__gte=asked.metres).order_by("chainage_m").first()
    if before is None or after is None:
        return []
    if (after.chainage_m or 0) - (before.chainage_m or 0) > STONES_APART_M:
        return []
    return [_between(asked, before, after, near)]


def _between(
    asked: Chainage, before: Place, after: Place, near: tuple[float, float] | None
) -> FoundPlace:
    start, end = before.chainage_m or 0, after.chainage_m or 0
    share = (asked.metres - start) / (end - start) if end > start else 0.0
    lon = before.lon + share * (after.lon - before.lon)
    lat = before.lat + share * (after.lat - before.lat)
    return FoundPlace(
        id=before.pk if start == asked.metres else None,
        kind=PlaceKind.CHAINAGE,
        name=str(asked),
        address=before.street_name,
        area=jurisdiction(lon, lat).text,
        lon=lon,
        lat=lat,
        distance_m=float(haversine_m(*near, lon, lat)) if near else None,
    )


def streets_named(names: Iterable[str]) -> PlaceQuerySet:
    """Current streets that bear one of the names exactly."""
    return Place.objects.current().filter(kind=PlaceKind.STREET, name__in=list(names))
