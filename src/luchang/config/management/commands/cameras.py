"""`luchang cameras`: the intake of passages by GA/T 1400, a process of its own."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Take passages from cameras by GA/T 1400; beside the web server, on a port of its own."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8400)

    def handle(self, *_args: Any, host: str, port: int, **_options: Any) -> None:
        from luchang.gateways.gat1400 import running  # noqa: PLC0415 - loads the kernels

        running.run(host=host, port=port)
