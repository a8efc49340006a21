from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from luchang.config import backup


class Command(BaseCommand):
    help = "Bring a backup into an empty database and empty folders, and compare."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("backup", type=Path)
        parser.add_argument("--database", required=True, help="address of an empty database")
        parser.add_argument("--files", type=Path, default=None, help="an empty folder")
        parser.add_argument("--passages", type=Path, default=None, help="an empty folder")
        parser.add_argument("--pictures", type=Path, default=None, help="an empty folder")

    def handle(self, *_args: Any, database: str, files: Path | None, **options: Any) -> None:
        try:
            manifest = backup.restore(
                backup=options["backup"],
                url=database,
                places=backup.Places(
                    files=files or Path(settings.MEDIA_ROOT),
                    passages=options["passages"] or Path(settings.PASSAGE_STORE),
                    pictures=options["pictures"] or Path(settings.PASSAGE_PICTURES),
                ),
                tools=backup.tools_for(database, settings.HOME),
            )
        except backup.BackupRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(
            f"restored the state of {manifest.made_at}: {sum(manifest.rows.values())} rows, "
            f"{len(manifest.files)} files, {len(manifest.passages)} files of the store of "
            f"passages, {len(manifest.pictures)} pictures, all as they were saved"
        )
