"""`luchang simulate-camera`: a camera that stands nowhere, for trying and for load."""

import time
from argparse import ArgumentParser
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
from django.core.management.base import BaseCommand, CommandError

from luchang.kernel import clock

if TYPE_CHECKING:
    from luchang.gateways.simulated.cameras import SimulatedCamera

AT_ONCE = 100


class Command(BaseCommand):
    help = (
        "SIMULATED: act as one camera of GA/T 1400 and send invented vehicles to an intake. "
        "Every one says so, and has a plate nobody has. With --replay, send recorded passages."
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("device", help="the 20 digits under which it is registered")
        parser.add_argument("--secret", required=True)
        parser.add_argument("--to", default="http://127.0.0.1:8400")
        parser.add_argument("--every", type=float, default=4.0, help="seconds between vehicles")
        parser.add_argument("--lanes", type=int, default=1)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--at-once", type=int, default=0, help="send so many, and end")
        parser.add_argument("--replay", type=Path, help="send a sheet of take-passages, and end")
        parser.add_argument("--faster", type=float, default=1.0, help="than it was recorded")
        parser.add_argument(
            "--as-now",
            action="store_true",
            help="replay with the times of sending, and with plates nobody has",
        )

    def handle(self, *_args: Any, device: str, secret: str, to: str, **options: Any) -> None:
        from luchang.gateways.simulated.cameras import (  # noqa: PLC0415 - only to simulate
            SimulatedCamera,
        )

        if options["faster"] <= 0:
            raise CommandError("--faster: a factor above 0")
        with httpx.Client(base_url=to, trust_env=False) as client:
            camera = SimulatedCamera(device, secret, client)
            answer = camera.register()
            if not camera.is_registered:
                raise CommandError(f"{to}: {answer.status_code} {answer.text[:200]}")
            if options["replay"] is not None:
                self._replay(camera, options["replay"], options)
            else:
                self._invent(camera, options)

    def _replay(self, camera: "SimulatedCamera", path: Path, options: dict[str, Any]) -> None:
        from luchang.gateways.gat1400.files import FileRefused  # noqa: PLC0415 - as above
        from luchang.gateways.simulated.replaying import Replay, recorded  # noqa: PLC0415

        self.stdout.write(f"{camera.device_id}：回放过车记录 (replaying recorded passages) {path}")
        try:
            done = Replay(camera, options["faster"], options["as_now"]).run(recorded(path))
        except (FileRefused, OSError) as refused:
            raise CommandError(f"{path}: {refused}") from refused
        self.stdout.write(f"taken {done.taken}, refused {done.refused}")

    def _invent(self, camera: "SimulatedCamera", options: dict[str, Any]) -> None:
        from luchang.gateways.simulated.cameras import NotTaken, traffic  # noqa: PLC0415 - as above

        every_s: float = options["every"]
        left = count = options["at_once"]
        vehicles = traffic(
            camera.device_id,
            lanes=options["lanes"],
            begins=clock.now() - timedelta(seconds=every_s * count),
            seed=options["seed"],
            every_s=every_s,
        )
        self.stdout.write(
            f"模拟设备 {camera.device_id}：以下车辆均为虚构 (simulated, invented vehicles)"
        )
        while batch := list(islice(vehicles, min(left, AT_ONCE) if count else 1)):
            try:
                camera.send(batch)
            except NotTaken as why:
                self.stderr.write(f"not taken: {why}")
            left -= len(batch)
            if not count:
                time.sleep(every_s)
