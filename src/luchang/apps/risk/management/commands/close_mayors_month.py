"""Puts what was long overdue at the end of a month on the mayor's list."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from luchang.apps.risk import services
from luchang.kernel import clock
from luchang.kernel.identity.actors import SYSTEM


class Command(BaseCommand):
    help = "Write the mayor's list of a month that is over; a second run adds nothing twice"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("month", nargs="?", help="such as 2026-03; the last one without it")

    def handle(self, *_args: Any, **options: Any) -> None:
        at = clock.now()
        try:
            asked = options["month"]
            month = date.fromisoformat(f"{asked}-01") if asked else services.month_before(at)
            new = services.close_month(month=month, by=SYSTEM, at=at)
        except ValueError as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{month:%Y-%m}: {new} new")
