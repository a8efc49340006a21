"""Which key group a vehicle belongs to, by rules that change with the years."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from luchang.apps.subjects import policies
from luchang.apps.subjects.models import Build, GroupRule, KeyVehicle
from luchang.apps.subjects.services import keeping
from luchang.apps.subjects.services.refusals import Refused
from luchang.apps.subjects.states import Deed
from luchang.kernel.clock import local
from luchang.kernel.identity.actors import Actor
from luchang.kernel.jobs.models import Job
from luchang.kernel.jobs.services import start_job

REGROUPING = "subjects.regroup"
ALWAYS = date(2000, 1, 1)
BASIS = "通行归类，未经核实"
FIRST_RULES: tuple[Mapping[str, Any], ...] = (
    {
        "code": "HIGHWAY_PASSENGER",
        "title": "公路客运",
        "title_en": "Highway passenger",
        "usages": ["B"],
        "is_two_and_one": True,
    },
    {
        "code": "TOURIST",
        "title": "旅游客运",
        "title_en": "Tourist coach",
        "usages": ["E"],
        "is_two_and_one": True,
    },
    {
        "code": "DANGEROUS_GOODS",
        "title": "危险品运输",
        "title_en": "Dangerous goods",
        "usages": ["R"],
        "is_two_and_one": True,
    },
    {
        "code": "SCHOOL_BUS",
        "title": "校车",
        "title_en": "School bus",
        "usages": ["O", "P", "Q", "S"],
    },
    {
        "code": "HEAVY_GOODS",
        "title": "重型货车",
        "title_en": "Heavy goods vehicle",
        "types": ["H1", "Q1"],
    },
    {
        "code": "LARGE_COACH",
        "title": "57座以上客车",
        "title_en": "Coach of 57 seats and more",
        "types": ["K1"],
        "least_seats": 57,
    },
    {
        "code": "MODIFIED_TRACTOR",
        "title": "变型拖拉机",
        "title_en": "Modified tractor",
        "types": ["T", "H5"],
    },
    {
        "code": "VAN",
        "title": "载客面包车",
        "title_en": "Van carrying passengers",
        "types": ["K3", "K4"],
        "least_seats": 7,
    },
)
"""The first version of each rule; which lists are in force differs by year and is unconfirmed."""


def load_first_rules() -> int:
    """Write the first version of each rule the table does not know; how many."""
    known = set(GroupRule.objects.values_list("code", flat=True))
    missing = [rule for rule in FIRST_RULES if rule["code"] not in known]
    for rule in missing:
        order = 10 * (FIRST_RULES.index(rule) + 1)
        GroupRule.first(**rule, order=order, basis=BASIS, valid_from=ALWAYS)
    return len(missing)


def rule_for(build: Build, *, on: date) -> GroupRule | None:
    """The first rule in force that day that the vehicle fits, or None."""
    rules = list(GroupRule.objects.valid(on=on))
    if not rules and load_first_rules():
        rules = list(GroupRule.objects.valid(on=on))
    return next((rule for rule in rules if rule.fits(build)), None)


@transaction.atomic
def revise_rule(  # noqa: PLR0913 - each is named at the call
    *,
    code: str,
    valid_from: date,
    basis: str,
    by: Actor,
    at: datetime,
    usages: list[str],
    types: list[str],
    least_seats: int | None = None,
    least_mass_kg: int | None = None,
) -> GroupRule:
    """A new version of a rule from a day on; vehicles keep theirs until they are regrouped.

    Raises:
        Forbidden: `by` does not manage the subjects of the whole city.
        Refused: the day lies before the version in force, or no basis was named.
    """
    policies.check_can_rule(by)
    if not basis.strip():
        raise Refused("reason_missing")
    load_first_rules()
    last = GroupRule.objects.select_for_update().filter(code=code).latest("valid_from")
    try:
        made = last.followed_by(
            valid_from=valid_from,
            basis=basis.strip(),
            is_confirmed=True,
            usages=usages,
            types=types,
            least_seats=least_seats,
            least_mass_kg=least_mass_kg,
        )
    except ValueError as early:
        raise Refused("rule_order") from early
    keeping.record(made, Deed.CORRECT, by=by, at=at, code=code, basis=basis.strip())
    return made


def order_regrouping(*, by: Actor, at: datetime) -> Job:
    """Have every vehicle judged anew, beside other work.

    Raises:
        Forbidden: `by` does not manage the subjects of the whole city.
    """
    policies.check_can_rule(by)
    return start_job(kind=REGROUPING, by=by, at=at, arguments={"user_id": by.user_id})


def _untold(done: int, of: int) -> None:
    """Nobody is watching."""


@transaction.atomic
def regroup_all(*, by: Actor, at: datetime, told: Callable[[int, int], None] = _untold) -> int:
    """Judge every vehicle on the register by the rules of today; how many changed.

    Raises:
        Forbidden: `by` does not manage the subjects of the whole city.
    """
    policies.check_can_rule(by)
    on, changed = local(at).date(), 0
    rules = list(GroupRule.objects.valid(on=on))
    rows = KeyVehicle.objects.filter(status="ACTIVE").select_for_update(of=("self",))
    whole = rows.count()
    for done, vehicle in enumerate(rows.iterator()):
        told(done, whole)
        rule = next((each for each in rules if each.fits(vehicle.build)), None)
        if vehicle.group_rule_id != (rule.pk if rule else None):
            vehicle.group_by(rule)
            keeping.record(vehicle, Deed.REGROUP, by=by, at=at, group=rule.code if rule else "")
            changed += 1
    return changed
