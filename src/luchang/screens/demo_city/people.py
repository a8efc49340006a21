"""The demo city's officers, accounts, vehicles and units."""

import random
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from luchang.apps.force import services as force
from luchang.apps.force.models import Officer, Unit
from luchang.apps.force.states import OfficerKind, UnitKind, VehicleKind
from luchang.kernel.identity.actors import SYSTEM
from luchang.kernel.identity.models import Appointment, Organisation, Post, Role, User
from luchang.screens.demo_city.organisations import Squadron, Tree
from luchang.screens.demo_city.recipe import AccountRecipe, recipe

UNITS_PER_SQUADRON = 3
OFFICERS_PER_UNIT = 6
"""Three crews of two, so that a unit is manned around the clock."""


@dataclass(frozen=True)
class Account:
    """A demo account as it is shown once at the terminal."""

    username: str
    password: str
    title: str
    organisation: str


class Staff:
    """Numbers people and cars in the order they are made, so that a seed repeats itself."""

    def __init__(self, *, seed: int, at: datetime) -> None:
        self.dice = random.Random(seed)  # noqa: S311 - a demo city keeps no secrets
        self.at = at
        self.badges = 0
        self.plates = 0

    def officer(
        self,
        organisation: Organisation,
        kind: OfficerKind = OfficerKind.OFFICER,
        *,
        user: User | None = None,
    ) -> Officer:
        self.badges += 1
        return force.enrol_officer(
            badge=f"D{self.badges:05d}",
            name=user.name if user else recipe().name(self.dice),
            kind=kind,
            organisation=organisation,
            user_id=user.pk if user else None,
            by=SYSTEM,
            at=self.at - timedelta(days=self.dice.randint(200, 6_000)),
        )

    def vehicle(self, kind: VehicleKind, organisation: Organisation) -> None:
        self.plates += 1
        force.register_vehicle(
            plate=f"湘B·D{self.plates:04d}",
            kind=kind,
            organisation=organisation,
            seats=2 if kind == VehicleKind.MOTORCYCLE else 5,
            by=SYSTEM,
            at=self.at,
        )


def make_accounts(tree: Tree, *, at: datetime, dice: random.Random) -> list[Account]:
    """One account a role, each with a random password that nobody keeps."""
    return [_account(each, tree.place(each.at), at=at, dice=dice) for each in recipe().accounts]


def man_squadron(squadron: Squadron, staff: Staff) -> list[Unit]:
    """Units with homes in the squadron's townships, and the people and cars they need."""
    units = [_unit(squadron, number, staff) for number in range(UNITS_PER_SQUADRON)]
    for unit in units:
        for place in range(OFFICERS_PER_UNIT):
            kind = OfficerKind.AUXILIARY if place % 2 else OfficerKind.OFFICER
            _skilled(staff.officer(squadron.organisation, kind), unit, staff)
        staff.vehicle(_vehicle_kind(unit), squadron.organisation)
    return units


def patrol_officer(account: User, staff: Staff) -> Officer:
    """The officer behind the demo patrol's account."""
    officer = staff.officer(account.organisation, user=account)
    force.grant_qualification(
        officer_id=officer.pk, skill_code="accident", expires_at=None, by=SYSTEM, at=staff.at
    )
    return officer


def _account(
    wanted: AccountRecipe, organisation: Organisation, *, at: datetime, dice: random.Random
) -> Account:
    password = secrets.token_urlsafe(9)
    user = User.objects.create_user(
        username=wanted.username,
        password=password,
        name=recipe().name(dice),
        organisation=organisation,
        password_changed_at=at,
    )
    post = Post.objects.create(organisation=organisation, title=wanted.title, scope=wanted.scope)
    post.roles.add(Role.objects.get(code=wanted.role))
    Appointment.objects.create(user=user, post=post, starts_at=at)
    return Account(wanted.username, password, wanted.title, organisation.name)


def _unit(squadron: Squadron, number: int, staff: Staff) -> Unit:
    township = staff.dice.choice(squadron.townships)
    kind = (UnitKind.CAR_PATROL, UnitKind.MOTORCYCLE_PATROL, UnitKind.ACCIDENT_TEAM)[number]
    return force.form_unit(
        call_sign=f"{squadron.organisation.short_name}{number + 1:02d}",
        kind=kind,
        organisation=squadron.organisation,
        longitude=township.longitude + staff.dice.gauss(0, 0.004),
        latitude=township.latitude + staff.dice.gauss(0, 0.004),
        by=SYSTEM,
        at=staff.at,
    )


def _vehicle_kind(unit: Unit) -> VehicleKind:
    is_motorcycle = unit.kind == UnitKind.MOTORCYCLE_PATROL
    return VehicleKind.MOTORCYCLE if is_motorcycle else VehicleKind.CAR


def _skilled(officer: Officer, unit: Unit, staff: Staff) -> None:
    skills = {
        UnitKind.ACCIDENT_TEAM: ["accident"],
        UnitKind.MOTORCYCLE_PATROL: ["motorcycle"],
    }.get(UnitKind(unit.kind), [])
    if staff.dice.random() < 0.3:  # noqa: PLR2004 - about every third has had the course
        skills = [*skills, staff.dice.choice(["first_aid", "dangerous_goods"])]
    for code in skills:
        force.grant_qualification(
            officer_id=officer.pk,
            skill_code=code,
            expires_at=staff.at + timedelta(days=staff.dice.randint(60, 900)),
            by=SYSTEM,
            at=staff.at,
        )
