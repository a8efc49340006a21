"""The child: one run of the simulator, second by second. `python -m ... FOLDER`."""

from __future__ import annotations

import importlib
import os
import pickle
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from luchang.core.signals.lamps import LampDriver, stage_state
from luchang.core.signals.safety import Gate
from luchang.gateways.sumo import tripinfo
from luchang.gateways.sumo.eyes import Eyes
from luchang.gateways.sumo.net import Net, read_net
from luchang.gateways.sumo.run import Job, Result

if TYPE_CHECKING:
    from luchang.core.signals.adaptive.sight import Sight
    from luchang.gateways.sumo.run import Controller

UNTIL_READY_S = 60
TIMED_EVERY_S = 7
"""A prime, so that no plan of whole minutes is met always at the same place."""


class Stage:
    """The simulator, whichever of its two doors is used."""

    def __init__(self, job: Job, trips: Path) -> None:
        self.library = _library(job)
        home = _home(job)
        program = str(home / "bin" / "sumo")
        command = [program, *_options(job, trips)]
        if job.home is None:
            self.library.start(command)
        else:
            self.library.start(command, numRetries=UNTIL_READY_S, stdout=subprocess.DEVNULL)


def _library(job: Job) -> Any:
    if job.home is None:
        return importlib.import_module("libsumo")
    sys.path.insert(0, str(job.home / "tools"))
    os.environ["SUMO_HOME"] = str(job.home)  # else it asks the web for the schemas of its files
    return importlib.import_module("traci")


def _home(job: Job) -> Path:
    if job.home is not None:
        return job.home
    return Path(cast("str", importlib.import_module("sumo").SUMO_HOME))


def _options(job: Job, trips: Path) -> list[str]:
    options = [
        *("-n", str(job.net), "-r", str(job.routes)),
        *("-b", str(job.begin_s), "-e", str(job.end_s), "--seed", str(job.seed)),
        *("--time-to-teleport", "-1", "--tripinfo-output", str(trips)),
        *("--tripinfo-output.write-unfinished", "--no-step-log", "--no-warnings"),
    ]
    if job.home is None:
        options.append("--tripinfo-output.write-undeparted")
    if job.additional:
        options += ["-a", ",".join(str(path) for path in job.additional)]
    if job.scale != 1.0:
        options += ["--scale", str(job.scale)]
    return options


class Run:
    """One run and everything it has seen."""

    def __init__(self, job: Job, net: Net, library: Any) -> None:
        self.job = job
        self.library = library
        self.gates = {one.junction_id: Gate(one) for one in net.network.junctions}
        self.records: dict[str, list[str]] = {name: [] for name in self.gates}
        self.decision_s: list[float] = []
        self.drivers: dict[str, LampDriver] = {}
        self.eyes: Eyes | None = None
        if job.controller is not None:
            self.eyes = Eyes(net, library, knows_movements=job.knows_movements)
            self.drivers = {one.junction_id: LampDriver(one) for one in net.network.junctions}
            job.controller.begin(net.network)
            self._take_over()

    def _take_over(self) -> None:
        """Begin in the stage the programme shows, or in the first."""
        for name, driver in self.drivers.items():
            shown = self.library.trafficlight.getRedYellowGreenState(name)
            stages = [stage_state(driver.junction, k) for k in range(len(driver.junction.stages))]
            driver.stage = stages.index(shown) if shown in stages else 0

    def second(self, at_s: int) -> None:
        """Decide, show, let a second pass, look at what was shown."""
        if self.eyes is not None:
            self._decide(self.eyes, at_s)
        self.library.simulationStep()
        for name, gate in self.gates.items():
            state = self.library.trafficlight.getRedYellowGreenState(name)
            gate.see(at_s, state)
            if self.job.keeps_states:
                self.records[name].append(state)

    def _decide(self, eyes: Eyes, at_s: int) -> None:
        controller = self.job.controller
        assert controller is not None  # noqa: S101 - eyes come with a controller
        eyes.look()
        for name, driver in self.drivers.items():
            sight = eyes.sight(name, at_s, driver)
            wanted = self._timed(controller, name, sight, is_sample=at_s % TIMED_EVERY_S == 0)
            driver.want(wanted)
            self.library.trafficlight.setRedYellowGreenState(name, driver.next_second())

    def _timed(self, controller: Controller, name: str, sight: Sight, *, is_sample: bool) -> int:
        """Ask; of a sample of the seconds, note the processor time: to ask for it costs more."""
        if not is_sample:
            return controller.decide(name, sight)
        begin = time.thread_time()
        wanted = controller.decide(name, sight)
        self.decision_s.append(time.thread_time() - begin)
        return wanted

    def result(self, trips: Path) -> Result:
        """Return the result once the simulator has closed its files."""
        job = self.job
        seen = tripinfo.trips(trips)
        if job.home is not None:
            wanted = tripinfo.scheduled(job.routes, job.begin_s, job.end_s)
            seen = tripinfo.with_never_inserted(seen, wanted, job.end_s)
        delays = [trip.delay_s for trip in seen]
        arrived = [trip for trip in seen if trip.arrived]
        return Result(
            delay_s=tripinfo.mean_of(delays),
            p95_s=float(np.percentile(delays, 95)) if delays else 0.0,
            duration_s=tripinfo.mean_of([trip.duration_s for trip in arrived]),
            waiting_s=tripinfo.mean_of([trip.waiting_s for trip in arrived]),
            scheduled=len(seen),
            arrived=len(arrived),
            never_inserted=sum(not trip.inserted for trip in seen),
            faults=tuple(fault for gate in self.gates.values() for fault in gate.faults),
            decision_s=tuple(sorted(self.decision_s)),
            states={name: tuple(states) for name, states in self.records.items() if states},
        )


def main(folder: Path) -> None:
    """Read the job, run it, leave the result."""
    job = cast("Job", pickle.loads((folder / "job").read_bytes()))  # noqa: S301 - our parent's
    net = read_net(job.net, job.rules)
    trips = folder / "tripinfo.xml"
    stage = Stage(job, trips)
    run = Run(job, net, stage.library)
    for at_s in range(job.begin_s, job.end_s):
        run.second(at_s)
    stage.library.close()
    (folder / "part").write_bytes(pickle.dumps(run.result(trips)))
    (folder / "part").replace(folder / "result")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
