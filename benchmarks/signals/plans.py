"""Our fixed plans as files the simulator loads: counted and planned without running it."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.signals import programmes
from benchmarks.signals.counting import problem
from luchang.core.signals.fixed.day import day_states
from luchang.core.signals.fixed.sets import plan_set
from luchang.core.signals.fixed.solve import plan
from luchang.core.signals.safety import plan_states
from luchang.gateways.sumo.net import Phase, Programme

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.signals.scenarios import Scenario
    from luchang.core.signals.junction import Network
    from luchang.core.signals.plan import Plan

SOURCES = ("src/luchang/core/signals/fixed", "src/luchang/core/signals/demand.py")
HOUR_S = 3600
PART_S, PART_OF_NETWORK_S = 600, 900
"""How long one plan of a set runs, at a junction of its own and in a network [s]."""


def fixed(scenario: Scenario, folder: Path) -> tuple[Path, ...]:
    """One plan a junction for the whole hour, from its turning counts."""
    asked = problem(scenario)
    return (write(asked.network, plan(asked).plans, folder / "fixed.add.xml"),)


def write(network: Network, plans: Sequence[Plan], target: Path) -> Path:
    """Write plans as programmes."""
    junctions = {one.junction_id: one for one in network.junctions}
    written = [
        Programme(
            one.junction_id,
            "fixed",
            one.offset_s,
            phases(plan_states(junctions[one.junction_id], one)),
        )
        for one in plans
    ]
    return programmes.write(written, target)


def fixed_set(scenario: Scenario, folder: Path) -> tuple[Path, ...]:
    """A plan for each part of the hour, from its counts, with the changes between them."""
    asked = problem(scenario)
    part_s = PART_S if len(asked.network.junctions) == 1 else PART_OF_NETWORK_S
    day = plan_set(asked, range(0, HOUR_S, part_s))
    written = [
        Programme(
            one.junction_id,
            "set",
            float(scenario.begin_s % HOUR_S),
            phases(day_states(one, day.entries[one.junction_id], HOUR_S)),
        )
        for one in asked.network.junctions
    ]
    return (programmes.write(written, folder / "set.add.xml"),)


def phases(states: Sequence[str]) -> tuple[Phase, ...]:
    """Seconds of lamps as phases."""
    return tuple(
        Phase(state, float(len(list(same))), None, None) for state, same in groupby(states)
    )
