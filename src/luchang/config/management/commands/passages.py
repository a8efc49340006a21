"""`luchang passages verify PATH`: prove that a store of passages is whole."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from luchang.kernel.segments import verify


class Command(BaseCommand):
    help = "Look after a store of passages: verify PATH reads every file and says what is wrong."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["verify"])
        parser.add_argument("path", type=Path)

    def handle(self, *_args: Any, path: Path, **_options: Any) -> None:
        if not path.is_dir():
            raise CommandError(f"{path}: no such folder")
        faults = verify(path)
        for fault in faults:
            self.stdout.write(f"{fault.file}: {fault.what}")
        if faults:
            raise CommandError(f"{len(faults)} fault(s)")
        self.stdout.write("whole")
