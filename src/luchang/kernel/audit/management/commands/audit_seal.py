"""`luchang audit_seal`: close what is waiting, now."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from luchang.kernel import clock
from luchang.kernel.audit import sealing, services, sinks
from luchang.kernel.identity.actors import SYSTEM


class Command(BaseCommand):
    help = "Seal the audit entries that wait and write the chain's head outside the database."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--restored",
            metavar="REASON",
            help="the database was restored from a backup on purpose: say so in the outside file "
            "and go on from the last seal the database has",
        )

    def handle(self, *args: Any, restored: str | None = None, **options: Any) -> None:
        del args, options
        try:
            if restored:
                services.acknowledge_restore(by=SYSTEM, at=clock.now(), reason=restored)
            made = sealing.seal_all(at=clock.now())
            sinks.publish()
        except sinks.SinkFailed as failure:
            raise CommandError(str(failure)) from failure
        self.stdout.write(f"{sum(seal.count for seal in made)} entries in {len(made)} seals")
