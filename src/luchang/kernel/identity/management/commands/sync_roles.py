from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from luchang.kernel import clock
from luchang.kernel.identity import services
from luchang.kernel.identity.actors import SYSTEM


class Command(BaseCommand):
    help = "Make the shipped roles say what this version of the product says."

    def handle(self, *_args: Any, verbosity: int, **_options: Any) -> None:
        synced = services.sync_roles(definitions=settings.SHIPPED_ROLES, by=SYSTEM, at=clock.now())
        for title, codes in (("made", synced.created), ("changed", synced.changed)):
            if codes and verbosity:
                self.stdout.write(f"{title}: {', '.join(codes)}")
        if synced.unknown:
            self.stderr.write(f"left out, no app declares them: {', '.join(synced.unknown)}")
