"""Fills January to August 2021 with invented records, and takes them away again."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import IntegrityError

from luchang.kernel import clock
from luchang.kernel.demo import NothingToBuildOn, Season, contributions
from luchang.kernel.identity.actors import SYSTEM


class Command(BaseCommand):
    help = (
        "Fill January to August 2021 with invented records of the demo city, from a seed, so that "
        "the indicators give what was reported for the half-year; what is there is left alone."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--scale", type=float, default=1.0, help="1.0: as much as reported")
        parser.add_argument("--seed", type=int, default=2021)
        parser.add_argument("--remove", action="store_true", help="take all of it away again")

    def handle(self, *_args: Any, scale: float, seed: int, remove: bool, **_options: Any) -> None:
        if remove:
            self._remove()
            return
        if not 0 < scale <= 1:
            raise CommandError("--scale lies above 0 and not above 1")
        season = Season(scale, seed)
        for each in contributions():
            if each.is_loaded():
                self.stdout.write(f"{each.code}: is there already; --remove takes it away")
                continue
            try:
                rows = each.load(season, by=SYSTEM, at=clock.now())
            except NothingToBuildOn as missing:
                raise CommandError("there is no city: build the demo city first") from missing
            self.stdout.write(f"{each.code}: {rows} records")

    def _remove(self) -> None:
        for each in reversed(contributions()):
            try:
                self.stdout.write(f"{each.code}: {each.remove()} records removed")
            except IntegrityError as held:
                raise CommandError(
                    f"{each.code}: somebody has hung records of his own on them: {held}"
                ) from held
