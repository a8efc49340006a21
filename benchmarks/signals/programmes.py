"""Programmes as files the simulator loads beside a net; the net itself is never touched."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

from benchmarks.signals.scenarios import home
from luchang.gateways.sumo.net import Phase, Programme, read_net

if TYPE_CHECKING:
    from benchmarks.signals.scenarios import Scenario

AMBER_S = 3.0
LEAST_GREEN_S = 5.0
MOST_GREEN_S = 50.0


def write(programmes: list[Programme], target: Path, kind: str = "static") -> Path:
    """Write programmes as an additional file."""
    lines = ["<additional>"]
    for one in programmes:
        lines.append(
            f'  <tlLogic id={quoteattr(one.signal_id)} type="{kind}" '
            f'programID={quoteattr(one.programme_id)} offset="{one.offset_s:g}">'
        )
        for phase in one.phases:
            bounds = ""
            if phase.least_s is not None and phase.most_s is not None:
                bounds = f' minDur="{phase.least_s:g}" maxDur="{phase.most_s:g}"'
            lines.append(
                f'    <phase duration="{phase.duration_s:g}" state="{phase.state}"{bounds}/>'
            )
        lines.append("  </tlLogic>")
    target.write_text("\n".join([*lines, "</additional>"]) + "\n")
    return target


def is_amber(phase: Phase) -> bool:
    return "y" in phase.state


def with_amber(scenario: Scenario, folder: Path) -> tuple[Path, ...]:
    """The native programme with three seconds of amber."""
    changed = [
        replace(
            one,
            programme_id="amber",
            phases=tuple(
                replace(phase, duration_s=AMBER_S) if is_amber(phase) else phase
                for phase in one.phases
            ),
        )
        for one in read_net(scenario.net).programmes.values()
    ]
    return (write(changed, folder / "amber.add.xml"),)


def actuated(scenario: Scenario, folder: Path, kind: str) -> tuple[Path, ...]:
    """The native stages, 3 s of amber, under the simulator's own control by gaps or by delay."""
    changed = [
        replace(
            one,
            programme_id=kind,
            phases=tuple(_controlled(phase) for phase in one.phases),
        )
        for one in read_net(scenario.net).programmes.values()
    ]
    return (write(changed, folder / f"{kind}.add.xml", kind),)


def _controlled(phase: Phase) -> Phase:
    if is_amber(phase):
        return replace(phase, duration_s=AMBER_S, least_s=None, most_s=None)
    return replace(
        phase,
        least_s=LEAST_GREEN_S if phase.least_s is None else phase.least_s,
        most_s=MOST_GREEN_S if phase.most_s is None else phase.most_s,
    )


def adapted(scenario: Scenario, folder: Path) -> tuple[Path, ...]:
    """Webster's splits by the simulator's own script, from the true routes of the hour."""
    target = folder / "adapted.add.xml"
    _script(
        "tlsCycleAdaptation.py",
        *("-n", str(scenario.net), "-r", str(routed(scenario, folder))),
        *("-b", str(scenario.begin_s), "-y", str(int(AMBER_S)), "-o", str(target)),
    )
    return (target,)


def coordinated(scenario: Scenario, folder: Path) -> tuple[Path, ...]:
    """The same with offsets by the simulator's other script."""
    (plans,) = adapted(scenario, folder)
    target = folder / "offsets.add.xml"
    _script(
        "tlsCoordinator.py",
        *("-n", str(scenario.net), "-r", str(routed(scenario, folder))),
        *("-a", str(plans), "-o", str(target)),
    )
    return (plans, target)


def routed(scenario: Scenario, folder: Path) -> Path:
    """Routes by edges, which the scripts need; trips are routed by the simulator's router."""
    target = folder / "routed.rou.xml"
    if not target.is_file():
        subprocess.run(  # noqa: S603 - the simulator's own program
            [
                str(home() / "bin" / "duarouter"),
                *("-n", str(scenario.net), "-r", str(scenario.routes), "-o", str(target)),
                *("-b", str(scenario.begin_s), "-e", str(scenario.end_s)),
                *("--ignore-errors", "--no-warnings"),
            ],
            check=True,
            stdout=subprocess.DEVNULL,
        )
    return target


def _script(name: str, *arguments: str) -> None:
    ended = subprocess.run(  # noqa: S603 - the simulator's own script
        [sys.executable, str(home() / "tools" / name), *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={"SUMO_HOME": str(home()), "PYTHONPATH": str(home() / "tools")},
    )
    if ended.returncode:
        raise RuntimeError(f"{name}: {ended.stderr[-300:]}")
