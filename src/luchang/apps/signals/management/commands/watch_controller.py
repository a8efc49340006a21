from argparse import ArgumentParser
from contextlib import closing
from dataclasses import asdict

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from luchang.apps.signals.ports import Controller, ControllerLink, LinkRefused, controller_link
from luchang.kernel import clock


class Command(BaseCommand):
    help = "Read a signal controller's state, then show what it reports. Sets nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("crossing", help="CrossID, or the junction's index (GB/T 20999)")
        parser.add_argument("--number", default="", help="number of the controller")
        parser.add_argument("--address", default="", help="host:port (GB/T 20999)")
        parser.add_argument("--plan", type=int, help="also read the plan of this number")
        parser.add_argument("--seconds", type=float, default=10.0, help="how long to listen")

    def handle(self, *args: object, **options: object) -> None:
        controller = Controller(
            junction_id="",
            number=str(options["number"]),
            crossing=str(options["crossing"]),
            address=str(options["address"]),
        )
        try:
            with closing(controller_link()) as link:
                self._show(link, controller, options)
        except LinkRefused as refused:
            raise CommandError(str(refused)) from refused

    def _show(
        self, link: ControllerLink, controller: Controller, options: dict[str, object]
    ) -> None:
        if link.is_fake:
            self.stdout.write(_("模拟信号机：没有连接任何真实设备"))
        for each in link.unconfirmed:
            self.stdout.write(_("待核对：%(what)s") % {"what": each})
        self._write("", asdict(link.read_state(controller, at=clock.now())))
        if isinstance(plan_no := options["plan"], int):
            self._write("", asdict(link.read_plan(controller, plan_no=plan_no)))
        seconds = options["seconds"]
        if isinstance(seconds, float) and seconds > 0:
            for push in link.subscribe([controller], for_s=seconds):
                self._write(type(push).__name__, asdict(push))

    def _write(self, name: str, fields: dict[str, object]) -> None:
        told = " ".join(f"{field}={value}" for field, value in fields.items())
        self.stdout.write(f"{name} {told}".strip())
