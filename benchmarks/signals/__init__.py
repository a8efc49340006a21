"""Signals: delay of fixed and adaptive control against native plans and peers, in a simulator.

Protocol, scenarios and reading of the figures: docs/benchmarks/signals.md.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmarks.figures import Figure


def measure(*, quick: bool) -> Iterator[Figure]:
    """Every figure of the signals' benchmark."""
    protocol = importlib.import_module("benchmarks.signals.protocol")
    yield from protocol.measure(quick=quick)
    planning = importlib.import_module("benchmarks.signals.planning")
    yield from planning.measure(quick=quick)
