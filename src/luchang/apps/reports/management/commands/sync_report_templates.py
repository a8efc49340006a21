"""Brings the report templates that come with the product to its text."""

from typing import Any

from django.core.management.base import BaseCommand

from luchang.apps.reports import services
from luchang.kernel import clock


class Command(BaseCommand):
    help = "Bring the shipped report templates to the product's text; changed ones stay."

    def handle(self, *_args: Any, **options: Any) -> None:
        changed = services.sync_shipped(at=clock.now())
        if options["verbosity"]:
            self.stdout.writelines(f"{code}\n" for code in changed)
