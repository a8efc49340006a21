"""Loads the code tables that the apps bring, and any further file named."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError

from luchang.kernel import clock
from luchang.kernel.identity.actors import SYSTEM
from luchang.kernel.records import codes


class Command(BaseCommand):
    help = "Load code tables from the apps' tables/*.csv and from the files named"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="*", type=Path)

    def handle(self, *_args: Any, **options: Any) -> None:
        for path in options["files"] or brought():
            try:
                loaded = codes.load(codes.read(path), by=SYSTEM, at=clock.now())
            except (OSError, codes.BadCodeFile) as refusal:
                raise CommandError(f"{path.name}: {refusal}") from refusal
            self.stdout.write(
                f"{path.name}: {loaded.new} new, {loaded.changed} changed, {loaded.same} same"
            )


def brought() -> list[Path]:
    """The files of all apps, in the order of the apps."""
    return [
        path
        for app in apps.get_app_configs()
        if app.name.startswith("luchang.")
        for path in sorted(Path(app.path).glob("tables/*.csv"))
    ]
