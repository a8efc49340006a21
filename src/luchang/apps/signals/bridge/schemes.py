"""Plans of several junctions or hours as they are kept, and junctions as a corridor."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from luchang.apps.signals.bridge import plans
from luchang.apps.signals.models import Junction
from luchang.core.signals.corridor import Corridor, Place, corridor_of
from luchang.core.signals.plan import Plan


@dataclass(frozen=True)
class Entry:
    """A plan of one junction and the minutes of the day between which it runs."""

    junction: str
    begins_min: int
    ends_min: int
    plan: Plan


def written(entries: Iterable[Entry], **told: object) -> dict[str, Any]:
    rows = [
        {
            "junction": each.junction,
            "begins_min": each.begins_min,
            "ends_min": each.ends_min,
            "plan": plans.written(each.plan),
        }
        for each in entries
    ]
    return {"entries": rows, **told}


def read(content: Mapping[str, Any]) -> list[Entry]:
    return [
        Entry(
            each["junction"],
            each["begins_min"],
            each["ends_min"],
            plans.read(each["plan"], each["junction"]),
        )
        for each in content["entries"]
    ]


def corridor(junctions: Sequence[Junction]) -> Corridor:
    """The corridor that junctions with a layout make.

    Raises:
        BrokenCorridor.
    """
    return corridor_of(
        [
            Place(each.code, each.layout.layout, each.longitude, each.latitude)
            for each in junctions
            if each.layout is not None
        ]
    )
