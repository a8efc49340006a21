"""Names for invented streets: common ones for the main streets, made-up ones for the rest."""

import re
from collections.abc import Callable, Mapping
from itertools import count, product
from random import Random
from typing import Any

from luchang.apps.places.services.demo.recipe import RouteRecipe
from luchang.core.common.invented_roads import Street, StreetKind

_PLAIN_NAME = re.compile(r"(城区|[区县市镇乡])$")
_HAN_NUMBERS = "一二三四五六七八九"


class StreetNames:
    """Gives every street of one city its name; the same order of asking, the same names."""

    def __init__(
        self, words: Mapping[str, Any], routes: tuple[RouteRecipe, ...], seed: int
    ) -> None:
        self._words = words
        self._routes = {route.towards: route.number for route in routes}
        self._pairs = self._shuffled_pairs(words["collectors"], seed)
        self._used: dict[str, set[str]] = {}
        self._next: dict[str, int] = {}
        self._country = count(1)
        self._bridges = iter(words["arterials_east"])
        self._of_kind: Mapping[StreetKind, Callable[[Street], str]] = {
            StreetKind.NATIONAL: self._national,
            StreetKind.COUNTRY: self._country_road,
            StreetKind.BRIDGE: self._bridge,
            StreetKind.RING: self._ring,
            StreetKind.ARTERIAL: self._arterial,
            StreetKind.COLLECTOR: self._collector,
            StreetKind.VILLAGE: self._village,
            StreetKind.LOCAL: self._local,
        }

    def __call__(self, street: Street) -> str:
        return self._of_kind[street.kind](street)

    def _national(self, street: Street) -> str:
        return f"{self._routes.get(street.towards, 'G240')}国道"

    def _bridge(self, street: Street) -> str:
        del street
        return f"{next(self._bridges)}大桥"

    def _ring(self, street: Street) -> str:
        del street
        return str(self._words["ring"])

    def _collector(self, street: Street) -> str:
        return self._made_up(street.settlement, self._words["suffixes"])

    def _local(self, street: Street) -> str:
        return self._made_up(street.settlement, self._words["lanes"])

    def _arterial(self, street: Street) -> str:
        """Well-known names while they last; one direction roads, the other avenues."""
        names = self._words["arterials_north" if street.runs_north else "arterials_east"]
        suffix = "大道" if street.runs_north else "路"
        used = self._used.setdefault(street.settlement, set())
        for name in names:
            if f"{name}{suffix}" not in used:
                used.add(f"{name}{suffix}")
                return f"{name}{suffix}"
        return self._made_up(street.settlement, [suffix])

    def _made_up(self, settlement: str, suffixes: list[str]) -> str:
        number = self._next.get(settlement, 0)
        self._next[settlement] = number + 1
        word = self._pairs[number % len(self._pairs)]
        again = number // len(self._pairs)
        return (
            f"{word}{_HAN_NUMBERS[again % 9] if again else ''}{suffixes[number % len(suffixes)]}"
        )

    def _village(self, street: Street) -> str:
        words = self._words["villages"]
        start = 2 * (street.number % (len(words) // 2))
        place = _PLAIN_NAME.sub("", street.settlement)
        return f"{place}{words[start : start + 2]}村道"

    def _country_road(self, street: Street) -> str:
        del street
        number = next(self._country)
        return f"S{200 + number}省道" if number % 6 == 1 else f"X{number:03d}县道"

    @staticmethod
    def _shuffled_pairs(characters: str, seed: int) -> list[str]:
        pairs = [a + b for a, b in product(characters, repeat=2) if a != b]
        Random(seed).shuffle(pairs)  # noqa: S311 - names of streets are no secret
        return pairs
