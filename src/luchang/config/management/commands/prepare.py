from typing import Any

from django.core.management.base import BaseCommand

from luchang.config import preparation


class Command(BaseCommand):
    help = "Bring database and static files to the present version, before the servers start."

    def handle(self, *_args: Any, **_options: Any) -> None:
        preparation.prepare(
            demo=False,
            say=lambda chinese, english: self.stdout.write(f"{chinese} · {english}"),
        )
