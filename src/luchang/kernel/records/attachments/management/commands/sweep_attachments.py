"""`luchang sweep_attachments`: delete files without a row, name rows without a file."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from luchang.kernel import clock
from luchang.kernel.records.attachments import services


class Command(BaseCommand):
    help = "Delete attachment files no record names; fail when a named file is missing."

    def handle(self, *args: Any, **options: Any) -> None:
        del args, options
        swept, lost = services.sweep(at=clock.now())
        self.stdout.write(f"{swept} orphans deleted")
        if lost:
            raise CommandError(f"{len(lost)} files are missing: " + ", ".join(lost[:20]))
