"""Brings the texts of papers to what comes with the product."""

from typing import Any

from django.core.management.base import BaseCommand

from luchang.kernel import clock
from luchang.kernel.papers import services


class Command(BaseCommand):
    help = "Bring the shipped texts of papers to the product's; changed ones stay."

    def handle(self, *_args: Any, **options: Any) -> None:
        changed = services.load_shipped(at=clock.now())
        if options["verbosity"]:
            self.stdout.writelines(f"{code}\n" for code in changed)
