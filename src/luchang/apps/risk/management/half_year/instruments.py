"""Invented interviews, exposures, notices and transfers of the first half of 2021.

The report printed 集中约谈企业30家, 曝光违法车辆300余台, 典型案例10起, 隐患客运企业21家. 余 says
only that a number is not below the printed one: 312 is ours. The notices and transfers were not
reported.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from django.db import transaction

from luchang.apps.risk.bridge.announcing import announcement
from luchang.apps.risk.models import (
    Commitment,
    Exposure,
    Interview,
    Interviewee,
    RectificationNotice,
    Transfer,
)
from luchang.apps.risk.states.instruments import (
    Channel,
    CommitmentStatus,
    Detail,
    ExposedKind,
    ExposureStatus,
    InterviewStatus,
    NoticeStatus,
    ServiceMethod,
    TargetKind,
    TransferStatus,
)
from luchang.kernel.clock import SHANGHAI
from luchang.kernel.demo import (
    HALF_ENDS,
    Contribution,
    Intended,
    NothingToBuildOn,
    Season,
    Walks,
    portions,
    register,
    take_away,
)
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.models import Organisation
from luchang.kernel.identity.states import OrganisationKind

SOURCE = "demo-2021"
SERIES = "D2021"
"""Numbers of invented records carry a D: none can meet a real one."""

INTERVIEWED, VEHICLES, CASES, ENTERPRISES = 30, 312, 10, 21
NOTICES, TRANSFERS = 24, 8
MEETINGS = (12, 10, 8)
"""Enterprises called together, meeting by meeting."""

LAW = "《中华人民共和国道路交通安全法》第一百零三条"
VEHICLE_FACTS = ("超限超载", "逾期未检验", "逾期未报废", "多次违法未处理", "超员载客")
CASE_FACTS = ("一辆货车超限超载上路行驶，驾驶人受到处罚。", "一名驾驶人疲劳驾驶客运车辆被查处。")
FIRST_DAY, LAST_DAY = date(2021, 1, 5), HALF_ENDS - timedelta(days=3)


@transaction.atomic
def load(season: Season, *, by: Actor, at: datetime) -> int:
    """Interviews with their promises, exposures, notices and transfers; how many records."""
    del at
    owners = list(
        Organisation.objects.filter(kind=OrganisationKind.BRIGADE, closed_at=None).order_by("path")
    )
    if not owners:
        raise NothingToBuildOn
    models = (Interview, Interviewee, Commitment, Exposure, RectificationNotice, Transfer)
    story = _Story(Walks(*models, by=by), owners, season)
    called = portions(season.scaled(INTERVIEWED), MEETINGS)
    for number, some in enumerate(filter(None, called), start=1):
        story.interview(number, some)
    for kind, total in (
        (ExposedKind.VEHICLE, VEHICLES),
        (ExposedKind.CASE, CASES),
        (ExposedKind.ENTERPRISE, ENTERPRISES),
    ):
        for number in range(1, season.scaled(total) + 1):
            story.exposure(kind, number)
    for number in range(1, season.scaled(NOTICES) + 1):
        story.notice(number)
    for number in range(1, season.scaled(TRANSFERS) + 1):
        story.transfer(number)
    return story.walks.write()


@dataclass
class _Story:
    """Records one after the other, each with chance of its own."""

    walks: Walks
    owners: list[Organisation]
    season: Season
    interviewed: int = 0
    exposed: int = 0

    def interview(self, number: int, some: int) -> None:
        """A collective interview: each enterprise promises one thing and keeps it."""
        dice, owner = self._chance("interview", number)
        planned = _morning(dice)
        held, visited = planned + timedelta(minutes=10), planned + timedelta(days=30)
        key = self.walks.add(
            Interview,
            {
                "number": f"YT{SERIES}{number:04d}",
                "title": "运输企业交通安全主体责任集中约谈（演示）",
                "reason": "车辆逾期未检验、驾驶人违法未处理较多（演示）",
                "organisation_id": owner.pk,
                "place": "大队会议室",
                "planned_at": planned,
                "held_at": held,
                "chaired_by": "演示主谈人",
                "minutes": "通报存在的问题，提出整改要求，各企业作出承诺。（演示）",
                "result": "承诺事项均已落实。（演示）",
                "source": SOURCE,
            },
            [
                (InterviewStatus.PLANNED.value, planned - timedelta(days=5)),
                (InterviewStatus.HELD.value, held + timedelta(hours=2)),
                (InterviewStatus.FOLLOWED_UP.value, visited),
                (InterviewStatus.CLOSED.value, visited + timedelta(days=1)),
            ],
        )
        for _each in range(some):
            self._promise(key, owner, held, visited)

    def exposure(self, kind: ExposedKind, number: int) -> None:
        """Public for ninety days, then over."""
        dice, owner = self._chance(kind.value, number)
        self.exposed += 1
        drafted = _morning(dice)
        approved = drafted + timedelta(hours=dice.uniform(3, 30))
        starts = approved.astimezone(SHANGHAI).date()
        row: dict[str, object] = {
            "number": f"BG{SERIES}{self.exposed:04d}",
            "kind": kind.value,
            **_exposed(kind, number, dice),
            "organisation_id": owner.pk,
            "legal_basis": LAW,
            "detail": (Detail.NAMED if kind == ExposedKind.ENTERPRISE else Detail.MASKED).value,
            "channel": dice.choice(Channel.values),
            "starts_on": starts,
            "ends_on": starts + timedelta(days=89),
            "author_name": "演示拟稿人",
            "drafted_at": drafted,
            "approved_by_name": "演示审批人",
            "published_at": approved,
            "ended_at": approved + timedelta(days=90),
            "source": SOURCE,
        }
        row["published_text"] = announcement(Exposure(**row, organisation=owner))
        self.walks.add(
            Exposure,
            row,
            [
                (ExposureStatus.DRAFT.value, drafted),
                (ExposureStatus.APPROVAL.value, drafted + timedelta(hours=1)),
                (ExposureStatus.PUBLISHED.value, approved),
                (ExposureStatus.ENDED.value, approved + timedelta(days=90)),
            ],
        )

    def notice(self, number: int) -> None:
        dice, owner = self._chance("notice", number)
        drafted = _morning(dice)
        served, checked = drafted + timedelta(hours=20), drafted + timedelta(days=14)
        self.walks.add(
            RectificationNotice,
            {
                "number": f"ZG{SERIES}{number:04d}",
                "target_kind": TargetKind.ENTERPRISE.value,
                "target_name": f"演示运输企业{number:02d}",
                "organisation_id": owner.pk,
                "problem": "重点车辆动态监控装置不在线。（演示）",
                "demands": "恢复在线\n建立每日抽查记录",
                "legal_basis": LAW,
                "due_at": drafted + timedelta(days=15),
                "drafted_at": drafted,
                "served_at": served,
                "served_how": ServiceMethod.IN_PERSON.value,
                "served_to": "演示签收人",
                "checked_at": checked,
                "checked_by_name": "演示复查人",
                "finding": "已按要求整改。（演示）",
                "source": SOURCE,
            },
            [
                (NoticeStatus.DRAFT.value, drafted),
                (NoticeStatus.SERVED.value, served),
                (NoticeStatus.COMPLIED.value, checked),
            ],
        )

    def transfer(self, number: int) -> None:
        dice, owner = self._chance("transfer", number)
        drafted = _morning(dice)
        received = drafted + timedelta(days=3)
        self.walks.add(
            Transfer,
            {
                "number": f"YS{SERIES}{number:04d}",
                "authority": "演示交通运输主管部门",
                "title": "涉嫌非法营运线索（演示）",
                "facts": "检查中发现一辆小型客车涉嫌非法营运。（演示）",
                "legal_basis": "《中华人民共和国道路运输条例》（演示）",
                "organisation_id": owner.pk,
                "drafted_at": drafted,
                "sent_at": drafted + timedelta(hours=6),
                "received_on": received.astimezone(SHANGHAI).date(),
                "received_by": "演示签收人",
                "result": "已立案调查。（演示）",
                "source": SOURCE,
            },
            [
                (TransferStatus.DRAFT.value, drafted),
                (TransferStatus.SENT.value, drafted + timedelta(hours=6)),
                (TransferStatus.RECEIVED.value, received),
                (TransferStatus.CLOSED.value, received + timedelta(days=20)),
            ],
        )

    def _promise(
        self, interview: int, owner: Organisation, held: datetime, visited: datetime
    ) -> None:
        self.interviewed += 1
        called = self.walks.add(
            Interviewee,
            {
                "interview_id": interview,
                "kind": TargetKind.ENTERPRISE.value,
                "name": f"演示运输企业{self.interviewed:02d}",
                "represented_by": "演示负责人",
                "source": SOURCE,
            },
        )
        self.walks.add(
            Commitment,
            {
                "interview_id": interview,
                "interviewee_id": called,
                "organisation_id": owner.pk,
                "text": "逾期未检验车辆全部检验或停运（演示）",
                "due_on": visited.astimezone(SHANGHAI).date(),
                "result": "已落实（演示）",
                "followed_up_at": visited,
                "followed_up_by_name": "演示回访人",
                "source": SOURCE,
            },
            [
                (CommitmentStatus.OPEN.value, held),
                (CommitmentStatus.KEPT.value, visited),
            ],
        )

    def _chance(self, *names: object) -> tuple[Random, Organisation]:
        dice = self.season.dice("risk", *names)
        return dice, dice.choice(self.owners)


def _exposed(kind: ExposedKind, number: int, dice: Random) -> dict[str, object]:
    """Whom, and for what."""
    if kind == ExposedKind.VEHICLE:
        plate = f"湘B·D{number:04d}"
        what = dice.choice(VEHICLE_FACTS)
        return {"target_name": plate, "facts": f"{plate}{what}。（演示）"}
    if kind == ExposedKind.CASE:
        return {"target_name": f"演示典型案例{number:02d}", "facts": dice.choice(CASE_FACTS)}
    return {
        "target_name": f"演示客运企业{number:02d}",
        "facts": "安全隐患突出，整改不力。（演示）",
    }


def _morning(dice: Random) -> datetime:
    """Some working hour of the half-year, with time left for what follows in it."""
    day = FIRST_DAY + timedelta(days=dice.randint(0, (LAST_DAY - FIRST_DAY).days))
    return datetime.combine(day, time(8, 30), SHANGHAI) + timedelta(minutes=dice.randint(0, 180))


def remove() -> int:
    """Take the invented records away and nothing else."""
    with transaction.atomic():
        models = (Commitment, Interviewee, Interview, Exposure, RectificationNotice, Transfer)
        return take_away(*models, source=SOURCE)


INSTRUMENTS = Contribution(
    code="risk.instruments",
    load=load,
    is_loaded=lambda: Exposure.objects.filter(source=SOURCE).exists(),
    remove=remove,
    intended=(
        Intended("F039", "risk.enterprises_interviewed", INTERVIEWED),
        Intended("F040", "risk.vehicles_exposed", VEHICLES),
        Intended("F041", "risk.cases_exposed", CASES),
        Intended("F042", "risk.enterprises_exposed", ENTERPRISES),
    ),
)
register(INSTRUMENTS)
