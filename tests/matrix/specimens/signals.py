"""Junctions, counts, studies and works, as their routes take them."""

from datetime import UTC, datetime
from itertools import count

from luchang.apps.passages.models import TurnCount
from luchang.apps.signals.models import ControllerStatus, Junction, Study
from luchang.apps.signals.policies import MANAGE, REPORT
from luchang.apps.signals.states import StudyStatus, WorkStatus
from luchang.apps.signals.views.ledgers import COUNT_SET_LEDGER, JUNCTION_LEDGER, WORK_LEDGER
from luchang.apps.signals.views.studies import STUDY_LEDGER
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.models import Organisation
from tests.factories import counts, signals
from tests.factories.workbooks import workbook
from tests.matrix.ledgers import of_ledger, opened
from tests.matrix.lists import of_list
from tests.matrix.protocol import Made, Make, Place, Specimen, once, own_of

S = StudyStatus
_number = count(1)


@once
def _crossing(at: Organisation) -> Made:
    made = signals.junction(at=at)
    return Made(ids={"pk": made.pk}, mark=made.code)


def _pk(made: Made) -> int:
    return int(str(made.ids["pk"]))


def _junction_of(made: Made) -> Junction:
    return Junction.objects.select_related("layout", "organisation").get(pk=_pk(made))


@once
def _planned(at: Organisation) -> Made:
    plan = signals.present_plan(_junction_of(_crossing(at)))
    return Made(ids={"pk": plan.junction_id, "plan": plan.pk}, mark=plan.junction.name)


@once
def _counted(at: Organisation) -> Made:
    made = signals.counted(_junction_of(_crossing(at)))
    return Made(ids={"pk": made.pk}, mark=made.junction.name)


def _row(at: Organisation) -> Made:
    return Made(mark=_counted(at).mark, sought=_crossing(at).mark)


def _until(status: StudyStatus) -> Make:
    @once
    def made(at: Organisation) -> Made:
        study = signals.study(signals.junction(at=at), until=status)
        return Made(ids={"pk": study.pk}, mark=study.number, form={"reason": "重新研究"})

    return made


_open, _computed, _proven, _approved = map(_until, (S.OPEN, S.COMPUTED, S.PROVEN, S.APPROVED))
_scheduled, _in_force, _compared = map(_until, (S.SCHEDULED, S.IN_FORCE, S.COMPARED))
_ready = _until(S.COUNTED)


@once
def _work(at: Organisation) -> Made:
    made = signals.work(_junction_of(_crossing(at)))
    return Made(ids={"pk": made.pk}, mark=made.number)


@once
def _built(at: Organisation) -> Made:
    made = signals.work(_junction_of(_crossing(at)), until=WorkStatus.BUILT)
    return Made(ids={"pk": made.pk}, form={"reason": "与图纸不符"})


@once
def _seen(at: Organisation) -> Made:
    junction = _junction_of(_crossing(at))
    now = datetime.now(UTC)
    ControllerStatus.objects.create(
        junction=junction, mode="21", stage=1, reported_at=now, received_at=now
    )
    return Made(mark=junction.code)


def _registered(at: Organisation) -> Made:
    form = {"code": f"N{next(_number):06d}", "name": "新路口", "grade": "11"}
    return Made(form={**form, "longitude": 113.1, "latitude": 27.8, "organisation": at.pk})


def _reported(at: Organisation) -> Made:
    made = signals.junction(at=at)
    form = {"origin": "PATROL", "days": "DAILY", "begins": "17:00", "ends": "18:00"}
    return Made(form={**form, "junction": made.pk, "description": "晚高峰排队"})


def _turned(at: Organisation) -> Made:
    junction = signals.junction(at=at)
    way = counts.movement(counts.junction(at=at, code=junction.code))
    TurnCount.objects.create(
        movement=way, begins_at=counts.AT, vehicles=6, fives=[1, 2, 3], quality="MEASURED"
    )
    form = {"interval_min": 15, "begins": "09:00", "ends": "11:00", "day": "2026-03-02"}
    return Made(form={**form, "junction": junction.pk})


def _work_planned(at: Organisation) -> Made:
    form = {"kind": "LANES", "description": "增加左转车道"}
    return Made(form={**form, "junction": _crossing(at).ids["pk"]})


def _used(at: Organisation) -> Made:
    """A study of the visitors' own is given counts of `at`: only its junction's own will do."""
    own = own_of(at)
    study = Study.objects.select_related("junction").get(pk=_pk(_open(own)))
    junction = study.junction if at == own else _junction_of(_crossing(at))
    found = junction.count_sets.first() or signals.counted(junction)
    return Made(ids={"pk": study.pk}, form={"count_set": found.pk})


def _chosen(at: Organisation) -> Made:
    """A study of the visitors' own is given a candidate of `at`."""
    study = Study.objects.get(pk=_pk(_computed(at)))
    form = {"candidate": signals.candidate(study).pk}
    return Made(ids=_computed(own_of(at)).ids, form=form)


def _ended(at: Organisation) -> Made:
    """A junction of the visitors' own ends a plan of `at`."""
    ids = {"pk": _planned(own_of(at)).ids["pk"]}
    return Made(ids=ids, form={"plan": _planned(at).ids["plan"]})


def _is_own(actor: Actor, at: Organisation) -> bool:
    return at == own_of(at) and actor.covers(MANAGE, organisation_id=at.pk, path=at.path)


def _given(route: str, make: Make) -> Specimen:
    """A form that takes what belongs to its own record and nothing else."""
    return Specimen(
        route, make, Place.BODY, "POST", beside="own", permission=MANAGE, reached=_is_own,
        where=("own", "child", "sibling", "other", "city"),
    )  # fmt: skip


def _exported(at: Organisation) -> Made:
    return Made(ids={**_approved(at).ids, "channel": "UTDF_FILE"})


def _sheet(at: Organisation) -> Made:
    code = _crossing(at).mark
    titles = ["路口编号", "日期", "间隔（分钟）", "数据来源", "时段", "流向", "车辆数"]
    line = [code, "2026-02-01", 15, "人工调查表", "07:00", "东直行", 100]
    return Made(files={"file": ("流量.xlsx", workbook(titles, line))})


def _sought(make: Make) -> Specimen:
    def asked(at: Organisation) -> Made:
        made = make(at)
        return Made(query={"q": made.mark}, mark=f'/signals/{made.ids["pk"]}"')

    return Specimen("search", asked, Place.LIST, permission=JUNCTION_LEDGER.permission)


SPECIMENS = [
    *of_ledger(JUNCTION_LEDGER, _crossing),
    *of_ledger(COUNT_SET_LEDGER, _counted),
    *of_ledger(
        STUDY_LEDGER,
        _open,
        deeds={
            "compute": _ready,
            "count-anew": _ready,
            "choose": _computed,
            "prove": _computed,
            "compute-anew": _computed,
            "approve": _proven,
            "send-back": _proven,
            "reject": _proven,
            "schedule": _approved,
            "send": _approved,
            "unschedule": _scheduled,
            "begin": _scheduled,
            "compare": _in_force,
            "accept": _compared,
            "measure-more": _compared,
            "roll-back": _compared,
        },
    ),
    *of_ledger(WORK_LEDGER, _work, deeds={"accept": _built, "send-back": _built}),
    *of_list("signals.plans", _planned),
    *of_list("signals.counts", _row),
    opened(JUNCTION_LEDGER, "register", _registered),
    opened(STUDY_LEDGER, "report", _reported),
    opened(WORK_LEDGER, "plan", _work_planned),
    opened(COUNT_SET_LEDGER, "take-passages", _turned),
    _given("signals.study.use-counts", _used),
    _given("signals.study.choose", _chosen),
    _given("signals.junction.end-plan", _ended),
    Specimen("signals.counts.import", _sheet, Place.IMPORT, "POST"),
    Specimen("signals.export", _exported, method="POST", seen_by=REPORT),
    Specimen("signals.live", _seen, Place.LIST),
    _sought(_crossing),
]  # fmt: skip
