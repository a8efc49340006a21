"""Enters the five default risk lists for an organisation; those that are there stay."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from luchang.apps.risk import services
from luchang.kernel import clock
from luchang.kernel.identity.actors import SYSTEM
from luchang.kernel.identity.models import Organisation


class Command(BaseCommand):
    help = "Enter the five default risk lists, unconfirmed, and open a version of each"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("organisation", help="code of the organisation that keeps them")
        parser.add_argument("--campaign", default="", help="open a version under this name")

    def handle(self, *_args: Any, **options: Any) -> None:
        at = clock.now()
        owner = Organisation.objects.filter(code=options["organisation"]).first()
        if owner is None:
            raise CommandError(f"no organisation {options['organisation']}")
        made = services.ship_lists(organisation=owner, by=SYSTEM, at=at)
        if options["campaign"]:
            for each in made:
                services.open_version(
                    list_id=each.pk,
                    campaign=options["campaign"],
                    year=clock.local(at).year,
                    by=SYSTEM,
                    at=at,
                )
        self.stdout.write(f"{len(made)} lists entered")
