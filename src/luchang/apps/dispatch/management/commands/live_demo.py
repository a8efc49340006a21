import random
import signal
import time
from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError, connection

from luchang.apps.dispatch.management.live_work import LiveWork
from luchang.apps.dispatch.services.rules import load_default_service_levels
from luchang.apps.places.selectors import NoRoadNetwork, active_network
from luchang.kernel import clock
from luchang.kernel.demo.live import going_on
from luchang.kernel.identity.actors import SYSTEM

STEP_S = 1.5
REST_S = 3.0


class Command(BaseCommand):
    help = "Show live work, marked as demo: invented calls, cars on real roads, crews that answer."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seed", type=int, default=20210701)
        parser.add_argument("--seconds", type=float, help="stop after so long")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            active_network()
        except NoRoadNetwork as missing:
            raise CommandError("there is no road network: build the demo city first") from missing
        signal.signal(signal.SIGTERM, _stop)
        begun = clock.now()
        load_default_service_levels(by=SYSTEM, valid_from=begun - timedelta(days=365), at=begun)
        dice = random.Random(options["seed"])  # noqa: S311 - a demo keeps no secrets
        work = LiveWork(dice=dice, next_call_at=begun)
        over = time.monotonic() + options["seconds"] if options["seconds"] else None
        while over is None or time.monotonic() < over:
            try:
                work.step(at=clock.now())
                for go_on in going_on():
                    go_on(clock.now())
            except (OperationalError, InterfaceError):  # the database is away: wait for it
                connection.close()
                time.sleep(REST_S)
            time.sleep(STEP_S)


def _stop(*_: object) -> None:
    raise SystemExit(0)
