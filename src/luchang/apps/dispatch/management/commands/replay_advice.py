from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from luchang.apps.dispatch.models import Advice
from luchang.apps.dispatch.services.advice import replay
from luchang.apps.dispatch.services.refusals import Refused


class Command(BaseCommand):
    help = "Compute a kept advice anew from its stored inputs and say whether it is the same."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("advice_id", type=int)

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            outcome = replay(advice_id=options["advice_id"])
        except Advice.DoesNotExist as missing:
            raise CommandError(f"there is no advice {options['advice_id']}") from missing
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        if not outcome.is_same:
            raise CommandError(f"advice {outcome.advice_id} differs: {outcome.problem}")
        self.stdout.write(f"advice {outcome.advice_id}: the same")
