"""What the codes of hazards mean, asked once for a whole page."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from time import monotonic

from django.utils.translation import get_language

from luchang.apps.places import selectors as places
from luchang.kernel import clock
from luchang.kernel.records import codes

FRESH_S = 5


class _NothingYet(Exception):
    """A table without entries is asked again at once."""


def labels_from(table: str) -> Callable[[], Mapping[str, str]]:
    """The labels of a code table, at most some seconds old."""

    def labels() -> Mapping[str, str]:
        try:
            return _labels(table, get_language() or "", int(monotonic() // FRESH_S))
        except _NothingYet:
            return {}

    return labels


@lru_cache(maxsize=32)
def _labels(table: str, language: str, moment: int) -> Mapping[str, str]:
    del language, moment
    found = {each.code: each.label for each in codes.codes(table, at=clock.now())}
    if not found:
        raise _NothingYet
    return found


categories = labels_from("hazard_category")
severities = labels_from("hazard_severity")
grades = labels_from("supervision_grade")


def townships() -> Mapping[str, str]:
    """County and township by code."""
    try:
        return _townships(int(monotonic() // FRESH_S))
    except _NothingYet:
        return {}


@lru_cache(maxsize=2)
def _townships(moment: int) -> Mapping[str, str]:
    del moment
    found = places.township_labels()
    if not found:
        raise _NothingYet
    return found
