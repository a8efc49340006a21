"""Runs a scenario in a child process; whatever befalls the simulator, the parent lives on."""

from __future__ import annotations

import importlib.util
import os
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from luchang.core.signals.junction import SafetyRules

if TYPE_CHECKING:
    from luchang.core.signals.adaptive.sight import Sight
    from luchang.core.signals.junction import Network
    from luchang.core.signals.safety import Fault

MOST_SECONDS = 3600.0
LAST_WORDS = 600
"""Characters of what a simulator said before it died that are worth telling."""


class SimulatorAbsent(Exception):
    """The extra is not installed."""


class SimulationFailed(Exception):
    """The simulator refused its input, crashed, or took too long."""


class Controller(Protocol):
    """Decides online; pickled into the child, so it is made of plain values until it begins."""

    def begin(self, network: Network) -> None:
        """Prepare for a network before its first second."""

    def decide(self, junction_id: str, sight: Sight) -> int:
        """Return the stage wanted; asked every second of every junction, in the net's order."""


@dataclass(frozen=True)
class Job:
    """One run.

    Attributes
    ----------
    additional
        Files with programmes that replace those of the net.
    scale
        Factor on the demand [-].
    controller
        Who switches; None: the programmes do.
    knows_movements
        Sensing class B.
    rules
        What the lamps keep, and what the gate holds them to.
    home
        Folder of another simulator, spoken to over TraCI; None: libsumo.
    keeps_states
        Whether the record of lamps comes back with the result.
    """

    net: Path
    routes: Path
    begin_s: int
    end_s: int
    seed: int
    additional: tuple[Path, ...] = ()
    scale: float = 1.0
    controller: Controller | None = None
    knows_movements: bool = False
    rules: SafetyRules = field(default_factory=SafetyRules)
    home: Path | None = None
    keeps_states: bool = False


@dataclass(frozen=True)
class Result:
    """What came of one run.

    Attributes
    ----------
    delay_s
        Strict: every vehicle scheduled counts, the never inserted with all their waiting [s].
    p95_s
        Of the same delay, over vehicles [s].
    duration_s, waiting_s
        Means over vehicles that arrived [s].
    faults
        What the safety gate saw; any voids the run.
    decision_s
        Processor time of each decision, ascending [s].
    states
        By junction, the state of every second, if asked for.
    """

    delay_s: float
    p95_s: float
    duration_s: float
    waiting_s: float
    scheduled: int
    arrived: int
    never_inserted: int
    faults: tuple[Fault, ...] = ()
    decision_s: tuple[float, ...] = ()
    states: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def is_available() -> bool:
    """Whether the extra is installed."""
    return importlib.util.find_spec("libsumo") is not None


def run(job: Job, *, most_s: float = MOST_SECONDS) -> Result:
    """Run one scenario in a process of its own.

    Raises
    ------
    SimulatorAbsent
        Without the extra.
    SimulationFailed
        With the last words of the simulator.
    """
    if job.home is None and not is_available():
        raise SimulatorAbsent("libsumo is not installed")
    with tempfile.TemporaryDirectory(prefix="sumo-") as name:
        folder = Path(name)
        (folder / "job").write_bytes(pickle.dumps(job))
        said = _in_child(folder, most_s)
        answer = folder / "result"
        if not answer.is_file():
            raise SimulationFailed(said[-LAST_WORDS:].strip() or "the simulator died silently")
        return cast("Result", pickle.loads(answer.read_bytes()))  # noqa: S301 - our own child's


def _in_child(folder: Path, most_s: float) -> str:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    command = [sys.executable, "-m", "luchang.gateways.sumo.child", str(folder)]
    try:
        ended = subprocess.run(  # noqa: S603 - our own module, no shell
            command,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            timeout=most_s,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        raise SimulationFailed(f"no end after {most_s:.0f} s") from late
    words = ended.stderr.decode(errors="replace")
    return words if ended.returncode == 0 else f"{words}\nended with {ended.returncode}"
