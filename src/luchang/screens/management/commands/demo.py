"""Builds the demo city."""

import random
from argparse import ArgumentParser
from datetime import datetime
from io import StringIO
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from luchang.apps.force import services as force
from luchang.apps.passages import selectors as passages
from luchang.apps.places import services as places
from luchang.kernel import clock
from luchang.kernel.identity.actors import SYSTEM
from luchang.kernel.identity.models import Organisation, User
from luchang.kernel.identity.selectors import actor_for
from luchang.screens.demo_city.areas import areas
from luchang.screens.demo_city.duty import keep_on_duty
from luchang.screens.demo_city.facilities import register_facilities
from luchang.screens.demo_city.organisations import found_tree
from luchang.screens.demo_city.passages import fill_store, register_cameras
from luchang.screens.demo_city.people import (
    Account,
    Staff,
    make_accounts,
    man_squadron,
    patrol_officer,
)
from luchang.screens.demo_city.questions import (
    Investigators,
    certify_sections,
    find_clones,
)
from luchang.screens.demo_city.recipe import recipe
from luchang.screens.demo_city.reports import schedule_reports
from luchang.screens.demo_city.risk import open_survey
from luchang.screens.demo_city.roads import count_roads
from luchang.screens.demo_city.signals import Staff as SignalStaff
from luchang.screens.demo_city.signals import time_junctions
from luchang.screens.demo_city.subjects import register_subjects
from luchang.screens.demo_city.watches import Watchers, watch_vehicles


class Command(BaseCommand):
    help = "Build a demo city of Zhuzhou's shape with invented people, from a seed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seed", type=int, default=20210701)
        parser.add_argument(
            "--scale", type=float, default=0.3, help="size of the city: 1.0 is all of it"
        )

    def handle(self, *_args: Any, seed: int, scale: float, **_options: Any) -> None:
        if not 0 < scale <= 1:
            raise CommandError("--scale lies above 0 and not above 1")
        if Organisation.objects.exists():
            raise CommandError("this database already holds organisations; use an empty one")
        call_command("load_codes", verbosity=0, stdout=StringIO())
        with transaction.atomic():
            accounts = self._build(seed, scale)
        fill_store(list(passages.cameras(SYSTEM)), seed=seed, at=clock.now())
        with transaction.atomic():
            watch_vehicles(self._watchers(clock.now()), at=clock.now())
            investigators = self._investigators(clock.now())
            find_clones(investigators, at=clock.now())
            certify_sections(list(passages.cameras(SYSTEM)), investigators, at=clock.now())
        self._show(accounts)

    def _build(self, seed: int, scale: float) -> list[Account]:
        at = clock.now()
        dice = random.Random(seed)  # noqa: S311 - a demo city keeps no secrets
        for skill in recipe().skills:
            force.name_skill(code=skill.code, name=skill.name, name_en=skill.name_en)
        places.build_demo_geography(seed=seed, scale=scale, by=SYSTEM, at=at)
        built = areas(scale)
        tree = found_tree(built)
        staff = Staff(seed=seed, at=at)
        accounts = make_accounts(tree, at=at, dice=dice)
        patrol_officer(User.objects.get(username="patrol"), staff)
        for squadron in tree.squadrons:
            man_squadron(squadron, staff)
        keep_on_duty(at=at)
        schedule_reports(tree, at=at)
        register_subjects(tree.brigades, seed=seed, at=at)
        open_survey(tree, built, at=at)
        register_facilities(built, tree.brigades, at=at)
        register_cameras(built, tree.brigades, at=at)
        time_junctions(built, tree.brigades, staff=self._signal_staff(at), at=at)
        count_roads(built, tree.brigades, at=at)
        return accounts

    def _signal_staff(self, at: datetime) -> SignalStaff:
        engineer, chief = (User.objects.get(username=name) for name in ("analyst", "leader"))
        return SignalStaff(actor_for(engineer, at=at), actor_for(chief, at=at))

    def _investigators(self, at: datetime) -> Investigators:
        staff = self._signal_staff(at)
        return Investigators(analyst=staff.engineer, chief=staff.chief)

    def _watchers(self, at: datetime) -> Watchers:
        names = ("squadron", "brigade", "leader")
        return Watchers(*(actor_for(User.objects.get(username=name), at=at) for name in names))

    def _show(self, accounts: list[Account]) -> None:
        self.stdout.write("")
        self.stdout.write("演示账号（口令仅显示这一次） · demo accounts (shown this once)")
        for account in accounts:
            self.stdout.write(
                f"  {account.username:<12}{account.password:<16}"
                f"{account.title} · {account.organisation}"
            )
        self.stdout.write("")
