"""Drafts the three assessments of the reported half-year for an organisation."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from luchang.apps.kpi import services
from luchang.kernel import clock
from luchang.kernel.identity.actors import SYSTEM
from luchang.kernel.identity.models import Organisation


class Command(BaseCommand):
    help = "Draft the three assessments by which the units below an organisation may be judged"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("organisation", help="its code; the units directly below are judged")

    def handle(self, *_args: Any, **options: Any) -> None:
        owner = Organisation.objects.filter(code=options["organisation"]).first()
        if owner is None:
            raise CommandError(f"no organisation {options['organisation']}")
        made = services.ship_schemes(organisation_id=owner.pk, by=SYSTEM, at=clock.now())
        self.stdout.write(f"{len(made)} drafts")
