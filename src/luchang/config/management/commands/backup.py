from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from luchang.config import backup
from luchang.config.home import database_url
from luchang.kernel import clock


class Command(BaseCommand):
    help = (
        "Save database, files and passages into a folder; "
        "with --prove, restore them aside and compare."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--prove", action="store_true", help="restore into a scratch database")
        parser.add_argument(
            "--without-passages", action="store_true", help="leave out the store of passages"
        )
        parser.add_argument(
            "--pictures", action="store_true", help="save the pictures of passages as well"
        )
        parser.add_argument("--keep", type=int, default=0, help="delete older ones beyond so many")

    def handle(self, *_args: Any, folder: Path, prove: bool, keep: int, **options: Any) -> None:
        places = backup.Places(
            files=Path(settings.MEDIA_ROOT),
            passages=None if options["without_passages"] else Path(settings.PASSAGE_STORE),
            pictures=Path(settings.PASSAGE_PICTURES) if options["pictures"] else None,
        )
        url = database_url(settings.HOME)
        try:
            tools = backup.tools_for(url, settings.HOME)
            made = backup.make(url=url, places=places, into=folder, at=clock.now(), tools=tools)
            self.stdout.write(f"saved {made}")
            if prove:
                manifest = backup.prove(backup=made, url=url, scratch=made / "proof", tools=tools)
                self.stdout.write(
                    f"proven: {sum(manifest.rows.values())} rows in {len(manifest.rows)} tables "
                    f"and {len(manifest.files)} files came back as they were saved, "
                    f"and so did {len(manifest.passages)} files of the store of passages "
                    f"and {len(manifest.pictures)} pictures"
                )
        except backup.BackupRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        if keep:
            for old in backup.thin_out(folder, keep=keep):
                self.stdout.write(f"deleted {old}")
