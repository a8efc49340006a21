"""`luchang take-passages FILE…`: passages from files, or from a folder again and again."""

import time
from argparse import ArgumentParser
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import close_old_connections

from luchang.kernel import clock

LOOK_S = 5.0
CALM_S = 2.0
"""A file that changed more recently than this is still being written."""


class Command(BaseCommand):
    help = (
        "Take passages from CSV files or bodies of GA/T 1400 (.json). With --folder, take what is "
        "put there, again and again: what was taken goes to `taken`, what was refused is told in "
        "a file of the same name with .refused.txt."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="*", type=Path)
        parser.add_argument("--folder", type=Path)
        parser.add_argument("--once", action="store_true", help="look into the folder once")

    def handle(
        self, *_args: Any, files: list[Path], folder: Path | None, once: bool, **_options: Any
    ) -> None:
        if not files and folder is None:
            raise CommandError("name files, or a folder with --folder")
        for path in files:
            if not path.is_file():
                raise CommandError(f"{path}: no such file")
            self.take(path)
        while folder is not None:
            for path in sorted([*folder.glob("*.csv"), *folder.glob("*.json")]):
                if time.time() - path.stat().st_mtime > CALM_S:
                    self.take(path)
                    (folder / "taken").mkdir(exist_ok=True)
                    path.replace(folder / "taken" / path.name)
            if once:
                return
            close_old_connections()
            time.sleep(LOOK_S)

    def take(self, path: Path) -> None:
        from luchang.apps.passages.selectors import the_store  # noqa: PLC0415 - loads the kernels
        from luchang.apps.passages.selectors.intake import senders  # noqa: PLC0415 - as above
        from luchang.apps.passages.services import tell_durable  # noqa: PLC0415 - as above
        from luchang.gateways.gat1400.files import FileRefused, take_file  # noqa: PLC0415

        store = the_store()

        def append(passages: Any) -> None:
            store.append(passages)
            tell_durable(passages)

        report = path.with_name(path.name + ".refused.txt")
        try:
            taken = take_file(
                path,
                senders=senders(),
                append=append,
                keep=timedelta(days=settings.PASSAGE_DAYS),
                at=clock.now(),
            )
        except FileRefused as refused:
            report.write_text(f"{refused}\n")
            self.stderr.write(f"{path.name}: {refused}")
            return
        if taken.refused:
            lines = (f"{number}: {why}\n" for number, why in taken.refused)
            report.write_text("".join(lines))
        self.stdout.write(f"{path.name}: {taken.rows} taken, {len(taken.refused)} refused")
