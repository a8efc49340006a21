"""What may be done with a scheme, from the junctions named to the acceptance."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from luchang.apps.places import selectors as places
from luchang.apps.signals import selectors, services
from luchang.apps.signals.forms.schemes import (
    ChooseSchemeForm,
    CorridorForm,
    DayForm,
    PartsForm,
    SchemeCountsForm,
)
from luchang.apps.signals.forms.studies import CompareForm, MeasureForm, ScheduleForm
from luchang.apps.signals.models import Scheme
from luchang.apps.signals.policies import APPROVE, MANAGE, SEE, SEND, is_not_own_plan
from luchang.apps.signals.ports import LinkRefused
from luchang.apps.signals.ports.simulator import SimulatorRefused
from luchang.apps.signals.states import (
    STUDY_WAY,
    Days,
    SchemeKind,
    Side,
    StudyStatus,
)
from luchang.apps.signals.views import scheme_parts as parts
from luchang.apps.signals.views.scheme_lists import SCHEMES
from luchang.kernel.clock import local
from luchang.kernel.identity.actors import Actor
from luchang.kernel.ledgers.forms import ReasonForm
from luchang.kernel.ledgers.specs import Deed, Ledger, Opening, Part, Said
from luchang.kernel.lists.columns import Coded, Column, Moment, Number

S = StudyStatus


def _open_corridor(said: Said, by: Actor, at: datetime) -> Scheme:
    names = ("name", "description", "days", "begins_min", "ends_min", "speed_kmh")
    return services.open_corridor(
        junction_ids=[each.pk for each in said["junctions"]],
        **{name: said[name] for name in names},
        by=by,
        at=at,
    )


def _open_day(said: Said, by: Actor, at: datetime) -> Scheme:
    names = ("description", "days", "begins_min", "ends_min", "day_no")
    return services.open_day(
        junction_id=said["junction"].pk, **{name: said[name] for name in names}, by=by, at=at
    )


def _choose(row: Scheme, said: Said, by: Actor, at: datetime) -> None:
    services.choose_scheme(scheme_id=row.pk, candidate_id=said["candidate"].pk, by=by, at=at)


def _measure(row: Scheme, said: Said, by: Actor, at: datetime) -> None:
    names = ("side", "measure", "values", "day", "note")
    services.measure_scheme(scheme_id=row.pk, **{name: said[name] for name in names}, by=by, at=at)


def _map(row: Scheme, by: Actor, at: datetime) -> dict[str, object] | None:
    """All its junctions, with a line along the road."""
    del by, at
    found = [each.junction for each in row.members.select_related("junction")]
    if len(found) == 1:
        return places.spot_map(found[0].longitude, found[0].latitude, name=found[0].name)
    return selectors.map_of(found)


SCHEME_LEDGER = Ledger[Scheme](
    model=Scheme,
    listed=SCHEMES,
    name="signals.scheme",
    rows=selectors.schemes,
    states="signal_study",
    steps=STUDY_WAY,
    heading=lambda row: f"{row.number} {row.name}",
    facts=(
        Column("number", _("编号")),
        Column("kind", _("类别"), format=Coded(SchemeKind)),
        Column("name", _("名称")),
        Column("days", _("日期"), format=Coded(Days)),
        Column("hours", _("时段")),
        Column("speed_kmh", _("协调车速（公里/小时）"), format=Number(digits=0)),
        Column("day_no", _("日计划号"), format=Number()),
        Column("organisation", _("管理单位"), "organisation.short_name"),
        Column("opened_at", _("提出时间"), format=Moment()),
        Column("scheduled_for", _("计划执行时间"), format=Moment()),
        Column("description", _("说明"), width=40),
    ),
    parts=(
        Part(template="signals/_job.html", values=parts.job, order=10),
        Part(template="signals/_comparison.html", values=parts.comparison, order=20),
        Part(template="signals/_scheme_approved.html", values=parts.approved, order=25),
        Part(template="signals/_scheme_proof.html", values=parts.proof, order=30),
        Part(template="signals/_scheme_diagrams.html", values=parts.diagrams, order=35),
        Part(template="signals/_scheme_candidates.html", values=parts.candidates, order=40),
        Part(template="signals/_scheme_flows.html", values=parts.flows, order=45),
        Part(template="signals/_scheme_members.html", values=parts.members, order=50),
        Part(template="signals/_scheme_releases.html", values=parts.releases, is_beside=True),
    ),
    map=_map,
    openings=(
        Opening(
            key="corridor",
            title=_("新建干线协调"),
            permission=MANAGE,
            form=CorridorForm,
            act=_open_corridor,
            done=_("已提出，请选用各路口的流量"),
            initial=lambda asked, _at: {
                "junctions": [each for each in asked.get("junctions", "").split(",") if each]
            },
        ),
        Opening(
            key="day",
            title=_("新建多时段方案"),
            permission=MANAGE,
            form=DayForm,
            act=_open_day,
            done=_("已提出，请选用流量"),
            initial=lambda asked, _at: {"junction": asked.get("junction", "")},
        ),
    ),
    deeds=(
        Deed(
            key="use-counts",
            title=_("选用流量数据"),
            permission=MANAGE,
            form=SchemeCountsForm,
            act=lambda row, said, by, at: services.use_scheme_counts(
                scheme_id=row.pk, count_sets=said["count_sets"], by=by, at=at
            ),
            done=_("已选用，可以计算方案"),
            states=(S.OPEN,),
            icon="chart-bar",
            kind="primary",
        ),
        Deed(
            key="parts",
            title=_("划分时段"),
            permission=MANAGE,
            form=PartsForm,
            act=lambda row, said, by, at: services.set_parts(
                scheme_id=row.pk, parts=said["parts"], by=by, at=at
            ),
            done=_("已划分，可以计算方案"),
            states=(S.COUNTED,),
            when=lambda row: row.kind == SchemeKind.DAY,
            icon="clock-hour-4",
            note=_("留空由系统按流量变化划分，最多6个时段；每个时段不短于30分钟。"),
        ),
        Deed(
            key="compute",
            title=_("计算方案"),
            permission=MANAGE,
            act=lambda row, _said, by, at: services.order_scheme(scheme_id=row.pk, by=by, at=at),
            done=_("已开始计算"),
            states=(S.COUNTED,),
            icon="calculator",
            kind="primary",
        ),
        Deed(
            key="choose",
            title=_("选定方案"),
            permission=MANAGE,
            form=ChooseSchemeForm,
            act=_choose,
            done=_("已选定，可以仿真验证"),
            states=(S.COMPUTED,),
            icon="check",
            kind="primary",
        ),
        Deed(
            key="prove",
            title=_("仿真验证"),
            permission=MANAGE,
            act=lambda row, _said, by, at: services.order_scheme_proof(
                scheme_id=row.pk, by=by, at=at
            ),
            done=_("已开始仿真"),
            states=(S.COMPUTED,),
            when=lambda row: row.chosen_id is not None,
            icon="chart-line",
            kind="primary",
        ),
        Deed(
            key="approve",
            title=_("审批通过"),
            permission=APPROVE,
            act=lambda row, _said, by, at: services.approve_scheme(scheme_id=row.pk, by=by, at=at),
            done=_("已审批"),
            states=(S.PROVEN,),
            may=is_not_own_plan,
            icon="circle-check",
            kind="primary",
            question=_("确认全部方案满足安全约束且仿真效果可以接受？通过后内容不得再改。"),
        ),
        Deed(
            key="send-back",
            title=_("退回另选"),
            permission=APPROVE,
            form=ReasonForm,
            act=lambda row, said, by, at: services.send_scheme_back(
                scheme_id=row.pk, **said, by=by, at=at
            ),
            done=_("已退回"),
            states=(S.PROVEN, S.APPROVED),
            icon="arrow-back-up",
        ),
        Deed(
            key="reject",
            title=_("不予采用"),
            permission=APPROVE,
            form=ReasonForm,
            act=lambda row, said, by, at: services.reject_scheme(
                scheme_id=row.pk, **said, by=by, at=at
            ),
            done=_("已记为不予采用"),
            states=(S.PROVEN,),
            icon="circle-x",
            kind="danger",
        ),
        Deed(
            key="schedule",
            title=_("安排执行"),
            permission=MANAGE,
            form=ScheduleForm,
            act=lambda row, said, by, at: services.schedule_scheme(
                scheme_id=row.pk, **said, by=by, at=at
            ),
            done=_("已安排"),
            states=(S.APPROVED,),
            icon="calendar",
            kind="primary",
        ),
        Deed(
            key="unschedule",
            title=_("撤销安排"),
            permission=MANAGE,
            form=ReasonForm,
            act=lambda row, said, by, at: services.unschedule_scheme(
                scheme_id=row.pk, **said, by=by, at=at
            ),
            done=_("已撤销"),
            states=(S.SCHEDULED,),
            icon="arrow-back-up",
        ),
        Deed(
            key="send",
            title=_("下发信号机"),
            permission=SEND,
            act=lambda row, _said, by, at: services.order_scheme_sending(
                scheme_id=row.pk, by=by, at=at
            ),
            done=_("已开始下发"),
            states=(S.APPROVED, S.SCHEDULED, S.IN_FORCE),
            icon="send",
            question=_("将全部已审批的方案写入信号机？写入后系统会逐个回读核对。"),
        ),
        Deed(
            key="begin",
            title=_("开始执行"),
            permission=MANAGE,
            act=lambda row, _said, by, at: services.begin_scheme(scheme_id=row.pk, by=by, at=at),
            done=_("已记为执行，请在实施后采集评估数据"),
            states=(S.SCHEDULED,),
            icon="chart-line",
            kind="primary",
            question=_("确认各信号机已经按方案运行？"),
        ),
        Deed(
            key="measure",
            title=_("录入评估数据"),
            permission=MANAGE,
            form=MeasureForm,
            initial=lambda row, at: {
                "day": local(at).date(),
                "side": Side.AFTER if row.status == S.IN_FORCE else Side.BEFORE,
            },
            act=_measure,
            done=_("已录入"),
            states=STUDY_WAY[: STUDY_WAY.index(S.COMPARED)],
            icon="chart-line",
        ),
        Deed(
            key="compare",
            title=_("前后对比"),
            permission=MANAGE,
            form=CompareForm,
            act=lambda row, said, by, at: services.compare_scheme(
                scheme_id=row.pk, **said, by=by, at=at
            ),
            done=_("已对比，等待验收"),
            states=(S.IN_FORCE,),
            icon="scale",
            kind="primary",
        ),
        Deed(
            key="accept",
            title=_("验收"),
            permission=APPROVE,
            act=lambda row, _said, by, at: services.accept_scheme(scheme_id=row.pk, by=by, at=at),
            done=_("已验收"),
            states=(S.COMPARED,),
            may=is_not_own_plan,
            icon="circle-check",
            kind="primary",
            question=_("确认前后对比结果可以接受，予以验收？"),
        ),
        Deed(
            key="measure-more",
            title=_("补充评估"),
            permission=APPROVE,
            form=ReasonForm,
            act=lambda row, said, by, at: services.measure_scheme_more(
                scheme_id=row.pk, **said, by=by, at=at
            ),
            done=_("已退回补充"),
            states=(S.COMPARED,),
            icon="arrow-back-up",
        ),
        Deed(
            key="roll-back",
            title=_("恢复原方案"),
            permission=MANAGE,
            form=ReasonForm,
            act=lambda row, said, by, at: services.roll_scheme_back(
                scheme_id=row.pk, **said, by=by, at=at
            ),
            done=_("已恢复原方案"),
            states=(S.IN_FORCE, S.COMPARED),
            icon="circle-x",
            kind="danger",
        ),
        Deed(
            key="compute-anew",
            title=_("重新计算"),
            permission=MANAGE,
            form=ReasonForm,
            act=lambda row, said, by, at: services.compute_scheme_anew(
                scheme_id=row.pk, **said, by=by, at=at
            ),
            done=_("可以重新计算"),
            states=(S.COMPUTED,),
            icon="refresh",
        ),
        Deed(
            key="count-anew",
            title=_("重新采集流量"),
            permission=MANAGE,
            form=ReasonForm,
            act=lambda row, said, by, at: services.count_scheme_anew(
                scheme_id=row.pk, **said, by=by, at=at
            ),
            done=_("等待重新采集"),
            states=(S.COUNTED,),
            icon="refresh",
        ),
        Deed(
            key="cancel",
            title=_("取消"),
            permission=MANAGE,
            form=ReasonForm,
            act=lambda row, said, by, at: services.cancel_scheme(
                scheme_id=row.pk, **said, by=by, at=at
            ),
            done=_("已取消"),
            states=(S.OPEN, S.COUNTED, S.COMPUTED, S.PROVEN, S.APPROVED),
            icon="circle-x",
            kind="danger",
        ),
    ),
    refusals=(services.Refused, SimulatorRefused, LinkRefused),
    attach=MANAGE,
    attach_manage=MANAGE,
    attach_states=STUDY_WAY[:-1],
    remark=SEE,
)
