"""`luchang audit_archive FOLDER`: put away what is older than the retention."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from luchang.kernel import clock
from luchang.kernel.audit import retention
from luchang.kernel.identity.actors import SYSTEM

DEFAULT_DAYS = 366


class Command(BaseCommand):
    help = "Export sealed audit batches older than --days into FOLDER, then delete their entries."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--days", type=int, default=DEFAULT_DAYS, help="at least 184")

    def handle(self, *args: Any, folder: Path, days: int, **options: Any) -> None:
        del args, options
        now = clock.now()
        try:
            done = retention.archive(
                before=now - timedelta(days=days), into=folder, by=SYSTEM, at=now
            )
        except (retention.TooYoung, retention.NotSealedAsStored) as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{sum(seal.count for seal in done)} entries in {len(done)} files")
