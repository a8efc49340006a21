"""Finding the place a caller means: name, initials, junction of two streets, chainage."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from luchang.apps.places.models import Division, Place
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

NEAR_DEG = 0.08
"""Half the edge of the box searched first around the map's middle, about 8 km."""

STONES_APART_M = 10_000
"""Two stones farther apart than this do not tell where the metres between them lie."""

_JUNCTION_WORDS = re.compile(r"十字路口|丁字路口|交叉路口|交叉口|交汇处|交界处|路口$")
_JOINING = re.compile(r"[与和、跟/&]|\s+")
_STREET_END = re.compile(r"(?<=[一-鿿])(大道|路|街)(?=[一-鿿])(?!口)")
_STREET_ENDS = ("", "路", "街", "大道", "巷", "l", "j", "dd", "x")
"""Who types 长江 or cj means 长江路 before 长江二村."""

_KIND_ORDER = {
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
    rows = _candidates(text, near=near, within=within, enough=4 * limit)
    township_id = _township_id(near)
    typed = len(search.folded(text))
    ranked = sorted(
        rows.items(),
        key=lambda item: _rank(*item, typed=typed, near=near, township_id=township_id),
    )
    found = _divisions(text, near, limit) + [_found(place, near) for place, _stage in ranked]
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


def _candidates(
    text: str, *, near: tuple[float, float] | None, within: str, enough: int
) -> dict[Place, int]:
    """Places and the stage that found each, from the best stage on until there are enough."""
    words = query_words(text)
    if not search.words(words):
        return {}
    rows = Place.objects.current()
    if within:
        rows = rows.filter(township_id__in=_townships_in(within))
    found: dict[Place, int] = {}
    for stage, stage_rows in enumerate(_stages(rows, text, words, near)):
        for place in stage_rows[:CANDIDATES]:
            found.setdefault(place, stage)
        if len(found) >= enough:
            break
    return found


def _stages(
    rows: PlaceQuerySet, text: str, words: str, near: tuple[float, float] | None
) -> Iterator[PlaceQuerySet]:
    rows = rows.order_by().defer("search", "pinyin")
    yield rows.filter(search__overlap=[search.whole(f"{text}{end}") for end in _STREET_ENDS])
    beginning = rows.found(words).filter(search__contains=[search.beginning(words)])
    boxes = [_around(near)] if near else []
    for stage in (beginning, rows.found(words)):
        for box in boxes:
            yield stage.between(**box)
        yield stage


def _around(point: tuple[float, float]) -> dict[str, float]:
    lon, lat = point
    return {
        "west": lon - NEAR_DEG,
        "east": lon + NEAR_DEG,
        "south": lat - NEAR_DEG,
        "north": lat + NEAR_DEG,
    }


def _townships_in(code: str) -> list[int]:
    townships = current_divisions().filter(level=DivisionLevel.TOWNSHIP)
    prefix = code[:4] if code.endswith("00") and len(code) == 6 else code  # noqa: PLR2004 - a city
    inside = townships.filter(code__startswith=prefix) | townships.filter(parent__code=code)
    return list(inside.values_list("pk", flat=True))


def _township_id(near: tuple[float, float] | None) -> int | None:
    township = jurisdiction(*near).township if near else None
    return township.id if township else None


_STAGES_OF_TIER = {0: 0, 1: 1, 2: 1, 3: 2, 4: 2}
_SURPLUS_STEP = 3
"""Names longer than what was typed by so many characters fit it less well."""


def _rank(
    place: Place,
    stage: int,
    *,
    typed: int,
    near: tuple[float, float] | None,
    township_id: int | None,
) -> tuple[object, ...]:
    tier = _STAGES_OF_TIER[stage] if near else stage
    elsewhere = township_id is not None and place.township_id != township_id
    distance_m = _distance_m(place, near) or 0.0
    surplus = max(len(place.name) - typed, 0) // _SURPLUS_STEP
    kind = _KIND_ORDER.get(PlaceKind(place.kind), len(_KIND_ORDER))
    return tier, surplus, elsewhere, round(distance_m, -3), kind, distance_m, place.pk


def _distance_m(place: Place, near: tuple[float, float] | None) -> float | None:
    if near is None:
        return None
    return float(haversine_m(near[0], near[1], place.lon, place.lat))


def _found(place: Place, near: tuple[float, float] | None) -> FoundPlace:
    return FoundPlace(
        id=place.pk,
        kind=PlaceKind(place.kind),
        name=place.name,
        address=place.address,
        area=township_names().get(place.township_id or 0, ""),
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
