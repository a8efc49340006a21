"""What the codes and keys of hazards are called, remembered for a while.

A list asks for the name of a code once a cell, and for all names of a table once a filter.
"""

from collections.abc import Callable, Mapping
from time import monotonic

from django.utils.translation import get_language

from luchang.apps.places import selectors as places
from luchang.apps.risk.models import ListVersion, RiskList
from luchang.apps.risk.selectors.receivers import partners
from luchang.kernel import clock
from luchang.kernel.records import codes

FRESH_S = 60.0

Names = Mapping[str, str]


class Remembered:
    """Names by their key, in each language at most a minute old."""

    def __init__(self, ask: Callable[[], Names]) -> None:
        self._ask = ask
        self._kept: dict[str, tuple[float, Names]] = {}

    def __call__(self) -> Names:
        kept = self._kept.get(get_language() or "")
        return kept[1] if kept and monotonic() - kept[0] < FRESH_S else self.fresh()

    def known(self) -> Names:
        """The same, but where there were none a moment ago there may be some by now."""
        return self() or self.fresh()

    def fresh(self) -> Names:
        """Asked anew: somebody names a key that was not there a moment ago."""
        names = self._ask()
        self._kept[get_language() or ""] = (monotonic(), names)
        return names


def _codes(table: str) -> Callable[[], Names]:
    return lambda: {each.code: each.label for each in codes.codes(table, at=clock.now())}


def _lists() -> Names:
    return {str(each.pk): str(each) for each in RiskList.objects.all()}


def _versions() -> Names:
    rows = ListVersion.objects.select_related("risk_list")
    return {str(each.pk): str(each) for each in rows}


def _partners() -> Names:
    return {str(key): name for key, name in partners().items()}


categories = Remembered(_codes("hazard_category"))
severities = Remembered(_codes("hazard_severity"))
grades = Remembered(_codes("supervision_grade"))
list_names = Remembered(_lists)
version_names = Remembered(_versions)
receiver_names = Remembered(_partners)
townships = Remembered(places.township_labels)
