"""`luchang simulate-camera`: a camera that stands nowhere, for trying and for load."""

import time
from argparse import ArgumentParser
from datetime import timedelta
from itertools import islice
from typing import Any

import httpx
from django.core.management.base import BaseCommand, CommandError

from luchang.kernel import clock

KEEPALIVE_S = 60.0


class Command(BaseCommand):
    help = (
        "SIMULATED: act as one camera of GA/T 1400 and send invented vehicles to an intake. "
        "Every one says so, and has a plate nobody has."
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("device", help="the 20 digits under which it is registered")
        parser.add_argument("--secret", required=True)
        parser.add_argument("--to", default="http://127.0.0.1:8400")
        parser.add_argument("--every", type=float, default=4.0, help="seconds between vehicles")
        parser.add_argument("--lanes", type=int, default=1)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--replay", type=int, default=0, help="send so many at once, and end")

    def handle(
        self, *_args: Any, device: str, secret: str, to: str, replay: int, **options: Any
    ) -> None:
        from luchang.gateways.simulated.cameras import (  # noqa: PLC0415 - only to simulate
            NotTaken,
            SimulatedCamera,
            traffic,
        )

        every_s: float = options["every"]
        begins = clock.now() - timedelta(seconds=every_s * replay)
        vehicles = traffic(
            device, lanes=options["lanes"], begins=begins, seed=options["seed"], every_s=every_s
        )
        self.stdout.write(f"模拟设备 {device}：以下车辆均为虚构 (simulated, invented vehicles)")
        with httpx.Client(base_url=to, trust_env=False) as client:
            camera = SimulatedCamera(device, secret, client)
            answer = camera.register()
            if not camera.is_registered:
                raise CommandError(f"{to}: {answer.status_code} {answer.text[:200]}")
            while batch := list(islice(vehicles, min(replay, 100) if replay else 1)):
                try:
                    camera.send(batch)
                except NotTaken as why:
                    self.stderr.write(f"not taken: {why}")
                replay -= len(batch)
                if options["replay"] and replay <= 0:
                    break
                if not options["replay"]:
                    time.sleep(every_s)
