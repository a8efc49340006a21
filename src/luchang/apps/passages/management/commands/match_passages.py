"""Matching as a process of its own, where the intake's should do nothing else."""

import signal
from typing import Any

from django.core.management.base import BaseCommand

from luchang.apps.passages.selectors import the_store
from luchang.apps.passages.services.matching import Matcher
from luchang.kernel import clock


class Command(BaseCommand):
    help = "Hold every passage against the watches until told to stop"

    def handle(self, *_args: Any, **_options: Any) -> None:
        matcher = Matcher(the_store().folder, now=clock.now)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda _number, _frame: matcher.stop())
        matcher.run()
