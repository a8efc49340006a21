from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from luchang.config import backup


class Command(BaseCommand):
    help = "Bring a backup into an empty database and an empty folder, and compare."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("backup", type=Path)
        parser.add_argument("--database", required=True, help="address of an empty database")
        parser.add_argument("--files", type=Path, default=None, help="an empty folder")

    def handle(self, *_args: Any, database: str, files: Path | None, **options: Any) -> None:
        try:
            manifest = backup.restore(
                backup=options["backup"],
                url=database,
                files=files or Path(settings.MEDIA_ROOT),
                tools=backup.tools_for(database, settings.HOME),
            )
        except backup.BackupRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(
            f"restored the state of {manifest.made_at}: {sum(manifest.rows.values())} rows, "
            f"{len(manifest.files)} files, all as they were saved"
        )
