"""`luchang rotate_personal_data`: rewrite personal data under the first key of the ring."""

from typing import Any

from django.core.management.base import BaseCommand

from luchang.kernel import clock
from luchang.kernel.audit.rotation import rotate
from luchang.kernel.identity.actors import SYSTEM


class Command(BaseCommand):
    help = "Encrypt personal data anew under the newest key, so that older keys may go."

    def handle(self, *args: Any, **options: Any) -> None:
        del args, options
        self.stdout.write(f"{rotate(by=SYSTEM, at=clock.now())} values encrypted anew")
