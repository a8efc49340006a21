"""Invented hazards of January to August 2021, all of them over by then.

The report printed only that five lists were surveyed (F038); how many hazards stood on them it did
not say. 600 is ours, and so is how many were late or came back.
"""

import json
import tomllib
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from django.db import transaction

from luchang.apps.places import selectors as places
from luchang.apps.risk.models import Hazard, ListVersion, MayorsEntry, RiskList
from luchang.apps.risk.services.lists import SHIPPED
from luchang.apps.risk.states.hazards import HazardStatus, SubjectKind
from luchang.kernel.clock import SHANGHAI
from luchang.kernel.demo import (
    LAST,
    Contribution,
    Intended,
    NothingToBuildOn,
    Season,
    Walks,
    Written,
    register,
    take_away,
)
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.models import Organisation
from luchang.kernel.identity.states import OrganisationKind

SOURCE = "demo-2021"
SERIES = "D2021"
"""Numbers of invented records carry a D: none can meet a real one."""
CAMPAIGN = "2021年隐患清零行动（演示）"
TOTAL, LISTS = 600, 5
LATE_EVERY, LONG_LATE_EVERY, BACK_EVERY = 10, 20, 40
"""Every tenth is rectified late, every other of these by weeks; every fortieth comes back."""
FIRST_DAY, LAST_DAY = date(2021, 1, 8), LAST - timedelta(days=75)
LISTED_AFTER = timedelta(days=7)
H = HazardStatus
WHAT = {
    SubjectKind.PERSON: ("演示驾驶人逾期未审验", "7", "演示甲"),
    SubjectKind.VEHICLE: ("演示货车逾期未检验", "6", "湘B·D0001"),
    SubjectKind.ROAD: ("临水临崖路段防护缺失", "5", "演示县道"),
    SubjectKind.ENTERPRISE: ("演示运输企业动态监控不落实", "1", "演示运输公司"),
    SubjectKind.DUTY: ("马路市场尚未取缔", "4", "演示集镇整治"),
}


@transaction.atomic
def load(season: Season, *, by: Actor, at: datetime) -> int:
    """A survey by five lists and the way of each hazard on them; how many records."""
    del at
    owners = Organisation.objects.filter(kind=OrganisationKind.BRIGADE, closed_at=None)
    townships = [
        (area, town) for area in places.county_areas() for town in places.townships_of(area.code)
    ]
    if not owners.exists() or not townships:
        raise NothingToBuildOn
    walks = Walks(RiskList, ListVersion, Hazard, MayorsEntry, by=by)
    story = _Story(walks, list(owners.order_by("path")), townships)
    story.survey()
    for number in range(season.scaled(TOTAL)):
        story.tell(number, season.dice("hazard", number))
    return walks.write()


@dataclass
class _Times:
    """When one hazard came to each of its states."""

    found: datetime
    handed: datetime
    signed: datetime
    due: datetime
    submitted: datetime
    accepted: datetime
    struck_off: datetime

    @classmethod
    def drawn(cls, number: int, dice: Random) -> "_Times":
        day = FIRST_DAY + timedelta(days=dice.randint(0, (LAST_DAY - FIRST_DAY).days))
        found = datetime.combine(day, time(8), SHANGHAI) + timedelta(hours=dice.uniform(0, 9))
        handed = found + timedelta(hours=dice.uniform(4, 72))
        signed = handed + timedelta(hours=dice.uniform(4, 60))
        due = handed + timedelta(days=30)
        submitted = signed + timedelta(days=dice.uniform(6, 24))
        if number % LATE_EVERY == 0:
            days = dice.uniform(12, 25) if number % LONG_LATE_EVERY == 0 else dice.uniform(1, 6)
            submitted = due + timedelta(days=days)
        accepted = submitted + timedelta(hours=dice.uniform(6, 90))
        struck_off = accepted + timedelta(hours=dice.uniform(2, 60))
        return cls(found, handed, signed, due, submitted, accepted, struck_off)

    def steps(self) -> list[tuple[str, datetime]]:
        return [
            (H.FOUND.value, self.found),
            (H.HANDED_OVER.value, self.handed),
            (H.SIGNED.value, self.signed),
            (H.SUBMITTED.value, self.submitted),
            (H.ACCEPTED.value, self.accepted),
            (H.STRUCK_OFF.value, self.struck_off),
        ]


class _Story:
    """Lists, their versions of 2021, and hazards one by one."""

    def __init__(
        self,
        walks: Walks,
        owners: list[Organisation],
        townships: list[tuple[places.Area, places.Area]],
    ) -> None:
        self.walks, self.owners, self.townships = walks, owners, townships
        self.versions: list[tuple[int, SubjectKind]] = []
        governments = Organisation.objects.filter(kind=OrganisationKind.GOVERNMENT)
        self.answers = list(governments.order_by("path")) or owners

    def survey(self) -> None:
        """The lists there are, or the default five, each with a version of its own."""
        known = [(each.pk, SubjectKind(each.subject)) for each in RiskList.objects.all()[:LISTS]]
        lists = known if len(known) == LISTS else self._lists()
        for key, subject in lists:
            version = {
                "risk_list_id": key,
                "campaign": CAMPAIGN,
                "year": 2021,
                "opened_at": datetime(2021, 1, 5, 9, tzinfo=SHANGHAI),
                "closed_at": datetime(2021, 8, 31, 18, tzinfo=SHANGHAI),
                "source": SOURCE,
            }
            self.versions.append((self.walks.add(ListVersion, version), subject))

    def _lists(self) -> list[tuple[int, SubjectKind]]:
        shipped = tomllib.loads(SHIPPED.read_text(encoding="utf-8"))["lists"]
        return [
            (
                self.walks.add(
                    RiskList,
                    {
                        "code": f"d_{each['code']}"[:12],
                        "name": each["name"],
                        "name_en": each["name_en"],
                        "subject": each["subject"],
                        "organisation_id": self.owners[0].pk,
                        "fields": Written("[]"),
                        "order": place,
                        "source": SOURCE,
                    },
                ),
                SubjectKind(each["subject"]),
            )
            for place, each in enumerate(shipped, start=1)
        ]

    def tell(self, number: int, dice: Random) -> None:
        area, town = dice.choice(self.townships)
        version, subject = self.versions[number % len(self.versions)]
        times, steps = _Times.drawn(number, dice), None
        is_back = number % BACK_EVERY == BACK_EVERY - 1
        if is_back:
            times, steps = _again(times)
        title, category, about = WHAT[subject]
        owner = _of(self.owners, area.code, dice)
        answers = _of(self.answers, area.code, dice)
        is_person = subject == SubjectKind.PERSON
        hazard = self.walks.add(
            Hazard,
            {
                "number": f"YH{SERIES}{number + 1:05d}",
                "version_id": version,
                "first_version_id": version,
                "category": category,
                "severity": "2" if dice.random() < 0.08 else "1",  # noqa: PLR2004 - invented
                "title": title,
                "description": f"{town.name}排查发现（演示）",
                "subject_text": "" if is_person else about,
                "subject_person": about if is_person else "",
                "place": f"{town.name}演示地点{number + 1}号",
                "longitude": round(town.longitude + dice.gauss(0, 0.01), 6),
                "latitude": round(town.latitude + dice.gauss(0, 0.01), 6),
                "township": town.code,
                "organisation_id": owner.pk,
                "receiver_id": answers.pk,
                "document_number": f"演示交办〔2021〕{number // 10 + 1}号",
                "due_at": times.due,
                "plan": "按交办要求整改（演示）",
                "measures": "责任到人（演示）",
                "result": "已整改（演示）",
                "values": Written(json.dumps({})),
                "found_at": times.found,
                "handed_over_at": times.handed,
                "signed_at": times.signed,
                "submitted_at": times.submitted,
                "accepted_at": times.accepted,
                "struck_off_at": times.struck_off,
                "times_reopened": int(is_back),
                "source": SOURCE,
            },
            steps or times.steps(),
        )
        self._tell_mayor(hazard, owner, answers, times)

    def _tell_mayor(
        self, hazard: int, owner: Organisation, answers: Organisation, times: _Times
    ) -> None:
        """For each month at whose end it was overdue by more than a week."""
        month = times.due.date().replace(day=1)
        while (ended := _month_after(month)) <= times.submitted:
            if times.due + LISTED_AFTER < ended:
                entry = {
                    "month": month,
                    "hazard_id": hazard,
                    "organisation_id": owner.pk,
                    "receiver_id": answers.pk,
                    "status": H.SIGNED.value,
                    "due_at": times.due,
                    "days_overdue": (ended - times.due).days,
                    "made_at": ended,
                    "source": SOURCE,
                }
                self.walks.add(MayorsEntry, entry)
            month = ended.date()


def _again(first: _Times) -> tuple[_Times, list[tuple[str, datetime]]]:
    """An accident two days after it was struck off; the second round takes a fortnight."""
    back = first.struck_off + timedelta(days=2)
    handed, signed = back + timedelta(hours=6), back + timedelta(hours=30)
    submitted = back + timedelta(days=10)
    times = _Times(
        found=first.found,
        handed=handed,
        signed=signed,
        due=handed + timedelta(days=14),
        submitted=submitted,
        accepted=submitted + timedelta(hours=20),
        struck_off=submitted + timedelta(hours=30),
    )
    steps = [*first.steps(), (H.REOPENED.value, back), *times.steps()[1:]]
    return times, steps


def _of(choices: list[Organisation], area: str, dice: Random) -> Organisation:
    near = [each for each in choices if each.division_code.startswith(area)]
    return dice.choice(near or choices)


def _month_after(month: date) -> datetime:
    following = (month + timedelta(days=32)).replace(day=1)
    return datetime.combine(following, time.min, SHANGHAI)


HAZARDS = Contribution(
    code="risk.hazards",
    load=load,
    is_loaded=lambda: Hazard.objects.filter(source=SOURCE).exists(),
    remove=transaction.atomic(
        lambda: take_away(MayorsEntry, Hazard, ListVersion, RiskList, source=SOURCE)
    ),
    intended=(Intended("F038", "risk.lists_surveyed", LISTS, last=LAST, scales=False),),
)
register(HAZARDS)
