"""Hazards in every state, as many as asked for, by COPY."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from django.db import transaction

from luchang.apps.risk.models import Hazard, SupervisedListing
from luchang.apps.risk.states.hazards import HazardStatus
from luchang.kernel.demo import Walks
from luchang.kernel.demo.copying import Row
from luchang.kernel.identity.actors import SYSTEM
from luchang.kernel.identity.models import Organisation
from luchang.kernel.identity.states import OrganisationKind
from tests.factories import hazards as make
from tests.factories.identity import organisation

BRIGADES, COUNTIES, TOWNSHIPS, LISTS = 9, 10, 112, 5
START = datetime(2025, 6, 1, tzinfo=UTC)
DAYS = 330
H = HazardStatus
ROADS = ("长江路", "建设路", "神农大道", "炎帝大道", "芦淞路", "响石大道", "泰山路", "黄河路")
FAULTS = ("急弯无护栏", "标线缺失", "视距不良", "平交路口无标志", "临水临崖", "路面坑槽")


@dataclass(frozen=True)
class World:
    brigades: list[Organisation]
    counties: list[Organisation]
    townships: list[str]
    lists: list[int]
    versions: list[int]


@transaction.atomic
def fill(rows: int, *, seed: int) -> World:
    """Most are over, a tenth is under way, some of it late."""
    dice = Random(seed)
    city = organisation(kind=OrganisationKind.DETACHMENT)
    capital = make.government()
    surveys = [make.version(at=START) for _each in range(LISTS)]
    world = World(
        brigades=[organisation(parent=city) for _each in range(BRIGADES)],
        counties=[
            organisation(parent=capital, kind=OrganisationKind.GOVERNMENT)
            for _each in range(COUNTIES)
        ],
        townships=[f"430202{number:03d}" for number in range(TOWNSHIPS)],
        lists=[each.risk_list_id for each in surveys],
        versions=[each.pk for each in surveys],
    )
    walks = Walks(Hazard, SupervisedListing, by=SYSTEM)
    for number in range(rows):
        row, steps = _hazard(number, world, dice)
        key = walks.add(Hazard, row, steps)
        if dice.random() < 0.01:
            listing: Row = {
                "hazard_id": key, "organisation_id": row["organisation_id"], "grade": "1",
                "basis": "市安委办", "listed_at": row["found_at"],
            }  # fmt: skip
            walks.add(SupervisedListing, listing)
    walks.write()
    return world


def _hazard(number: int, world: World, dice: Random) -> tuple[Row, list[tuple[str, datetime]]]:
    found = START + timedelta(days=dice.uniform(0, DAYS))
    reached = dice.choices(range(1, 7), weights=(2, 3, 6, 3, 2, 84))[0]
    times = [found + timedelta(days=days) for days in (0, 2, 3, 20, 22, 24)]
    steps = [(state.value, at) for state, at in zip(make.WAY, times, strict=True)][:reached]
    at = dict(steps)
    is_handed = H.HANDED_OVER in at
    is_shown = H.SUBMITTED in at
    version = dice.randrange(LISTS)
    row: Row = {
        "number": f"BM{number:08d}",
        "version_id": world.versions[version],
        "first_version_id": world.versions[version],
        "category": dice.choice("1234567"),
        "severity": "2" if dice.random() < 0.1 else "1",
        "title": f"{dice.choice(ROADS)}{dice.choice(FAULTS)}",
        "description": "演示",
        "place": f"{dice.choice(ROADS)}{number % 997}号",
        "longitude": 113.1 + dice.gauss(0, 0.1),
        "latitude": 27.8 + dice.gauss(0, 0.1),
        "township": dice.choice(world.townships),
        "organisation_id": dice.choice(world.brigades).pk,
        "receiver_id": dice.choice(world.counties).pk if is_handed else None,
        "document_number": f"交办D{number:06d}号" if is_handed else "",
        "due_at": found + timedelta(days=32) if is_handed else None,
        "plan": "整改" if is_shown else "",
        "found_at": found,
        "handed_over_at": at.get(H.HANDED_OVER),
        "signed_at": at.get(H.SIGNED),
        "submitted_at": at.get(H.SUBMITTED),
        "accepted_at": at.get(H.ACCEPTED),
        "struck_off_at": at.get(H.STRUCK_OFF),
        "times_reopened": int(dice.random() < 0.02),
    }
    return row, steps
