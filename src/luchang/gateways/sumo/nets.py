"""What every net of ours is written with: elements, lane numbers, the lamps of a plan."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

from luchang.core.signals.layout_junction import lane_links
from luchang.gateways.sumo import tripinfo

if TYPE_CHECKING:
    from luchang.core.signals.layout import Approach, Layout, Way
    from luchang.core.signals.plan import Plan

EXIT_M = 150.0


def element(name: str, **values: object) -> str:
    said = " ".join(
        f"{key.rstrip('_')}={quoteattr(f'{value:g}' if isinstance(value, float) else str(value))}"
        for key, value in values.items()
    )
    return f"<{name} {said}/>"


def bay_m(arm: Approach) -> float:
    """Length of the longest bay; lanes of another length are drawn at it."""
    return max((lane.bay_m for lane in arm.lanes), default=0.0)


def lane_link(
    layout: Layout, way: Way, place: int, to: int, prefix: str = ""
) -> dict[str, object]:
    """A way from lane to lane; a net counts lanes from the kerb."""
    leads_to = layout.exit_of(way) or way.arm
    return {
        "from_": f"{prefix}{way.arm.name}_in",
        "to": f"{prefix}{leads_to.name}_out",
        "fromLane": len(layout.arms[way.arm].lanes) - 1 - place,
        "toLane": layout.arms[leads_to].exit_lanes - 1 - to,
    }


def states_of(layout: Layout, plan: Plan) -> Iterator[tuple[str, float]]:
    """Green, amber and red of each step, one letter a way from lane to lane."""
    ways = [way.key for way, _, _ in lane_links(layout)]
    for place, step in enumerate(plan.steps):
        stage = layout.stages[step.stage]
        then = layout.stages[plan.steps[(place + 1) % len(plan.steps)].stage].green
        state = "".join(_shown(layout, key, stage.protected, stage.yielding) for key in ways)
        yield state, step.green_s
        amber = min(layout.rules.amber_s, step.change_s)
        for letter, seconds in (("y", amber), ("r", step.change_s - amber)):
            if seconds > 0:
                state = "".join(_changing(layout, key, stage.green, then, letter) for key in ways)
                yield state, seconds


def _shown(layout: Layout, key: str, protected: Sequence[str], yielding: Sequence[str]) -> str:
    if key in protected:
        return "G"
    return "g" if key in yielding or key not in layout.lamp_of else "r"


def _changing(
    layout: Layout, key: str, now: Sequence[str], then: Sequence[str], letter: str
) -> str:
    if key not in layout.lamp_of:
        return "g"
    if key in now:
        return "g" if key in then else letter
    return "r"


def lane_lengths(path: Path) -> dict[str, float]:
    rows = tripinfo.elements(path, frozenset({"lane"}))
    return {values["id"]: float(values["length"]) for values in rows}
