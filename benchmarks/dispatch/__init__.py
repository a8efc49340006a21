"""Dispatch: ranking, calm and storm replays, re-planning, repeated calls.

Protocol, instances and reading of the figures: docs/benchmarks/dispatch.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.dispatch import quality, speed
from benchmarks.figures import Figure
from tools.shared_data import DataAbsent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def measure(*, quick: bool) -> Iterator[Figure]:
    """Every figure of the dispatch benchmark; those without their data say so."""
    parts: tuple[Callable[..., Iterator[Figure]], ...] = (
        quality.same_order,
        speed.ranking,
        speed.replanning,
        quality.repeated_calls,
        quality.storm_replay,
        quality.calm_replay,
    )
    for part in parts:
        try:
            yield from part(quick=quick)
        except DataAbsent as absent:
            yield Figure(part.__name__.replace("_", " "), None, "", note=str(absent))
