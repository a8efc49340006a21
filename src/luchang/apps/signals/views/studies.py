"""What may be done with a study, from the complaint to the acceptance."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from luchang.apps.places import selectors as places
from luchang.apps.signals import selectors, services
from luchang.apps.signals.forms.studies import (
    ChooseForm,
    CompareForm,
    MeasureForm,
    ScheduleForm,
    StudyForm,
    UseCountsForm,
)
from luchang.apps.signals.models import Study
from luchang.apps.signals.policies import APPROVE, MANAGE, REPORT, SEE, SEND, is_not_own_plan
from luchang.apps.signals.ports import LinkRefused
from luchang.apps.signals.ports.simulator import SimulatorRefused
from luchang.apps.signals.states import (
    STUDY_WAY,
    ControllerKind,
    Days,
    Side,
    StudySource,
    StudyStatus,
)
from luchang.apps.signals.views import parts
from luchang.apps.signals.views.lists import OWNER, STUDIES
from luchang.apps.signals.views.passages import MEASURE_PASSAGES
from luchang.kernel.clock import local
from luchang.kernel.identity.actors import Actor
from luchang.kernel.ledgers.forms import ReasonForm
from luchang.kernel.ledgers.specs import Deed, Ledger, Opening, Part, Said
from luchang.kernel.lists.columns import Coded, Column, Moment

S = StudyStatus


def _open(said: Said, by: Actor, at: datetime) -> Study:
    return services.open_study(
        junction_id=said["junction"].pk,
        origin=StudySource(said["origin"]),
        description=said["description"],
        reference=said["reference"],
        days=Days(said["days"]),
        begins_min=said["begins_min"],
        ends_min=said["ends_min"],
        by=by,
        at=at,
    )


def _use_counts(row: Study, said: Said, by: Actor, at: datetime) -> None:
    services.use_counts(study_id=row.pk, count_set_id=said["count_set"].pk, by=by, at=at)


def _choose(row: Study, said: Said, by: Actor, at: datetime) -> None:
    services.choose(study_id=row.pk, candidate_id=said["candidate"].pk, by=by, at=at)


def _measure(row: Study, said: Said, by: Actor, at: datetime) -> None:
    names = ("side", "measure", "values", "day", "note")
    services.measure(study_id=row.pk, **{name: said[name] for name in names}, by=by, at=at)


STUDY_LEDGER = Ledger[Study](
    model=Study,
    listed=STUDIES,
    name="signals.study",
    rows=selectors.studies,
    states="signal_study",
    steps=STUDY_WAY,
    facts=(
        Column("number", _("工单编号")),
        Column(
            "junction",
            _("路口"),
            link=lambda row: reverse("signals.junction", args=[row.junction_id]),
        ),
        Column("origin", _("问题来源"), format=Coded(StudySource)),
        Column("reference", _("来源编号")),
        Column("days", _("日期"), format=Coded(Days)),
        Column("hours", _("时段")),
        OWNER,
        Column("reported_at", _("提出时间"), format=Moment()),
        Column(
            "count_set",
            _("流量数据"),
            link=lambda row: (
                reverse("signals.count_set", args=[row.count_set_id]) if row.count_set_id else ""
            ),
        ),
        Column("scheduled_for", _("计划执行时间"), format=Moment()),
        Column("description", _("问题描述"), width=40),
    ),
    parts=(
        Part(template="signals/_job.html", values=parts.job, order=10),
        Part(template="signals/_comparison.html", values=parts.comparison, order=20),
        Part(template="signals/_proof.html", values=parts.proof, order=30),
        Part(template="signals/_candidates.html", values=parts.candidates, order=40),
        Part(template="signals/_releases.html", values=parts.releases, is_beside=True),
    ),
    map=lambda row, _by, _at: places.spot_map(
        row.junction.longitude, row.junction.latitude, name=row.junction.name
    ),
    openings=(
        Opening(
            key="report",
            title=_("提出配时工单"),
            permission=REPORT,
            form=StudyForm,
            act=_open,
            done=_("已提出，等待采集流量"),
            initial=lambda asked, _at: {"junction": asked.get("junction", "")},
        ),
    ),
    deeds=(
        Deed(
            key="use-counts",
            title=_("选用流量数据"),
            permission=MANAGE,
            form=UseCountsForm,
            act=_use_counts,
            done=_("已选用，可以计算方案"),
            states=(S.OPEN,),
            icon="chart-bar",
            kind="primary",
        ),
        Deed(
            key="compute",
            title=_("计算方案"),
            permission=MANAGE,
            act=lambda row, _said, by, at: services.order_candidates(
                study_id=row.pk, by=by, at=at
            ),
            done=_("已开始计算"),
            states=(S.COUNTED,),
            icon="calculator",
            kind="primary",
        ),
        Deed(
            key="choose",
            title=_("选定方案"),
            permission=MANAGE,
            form=ChooseForm,
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
            act=lambda row, _said, by, at: services.order_proof(study_id=row.pk, by=by, at=at),
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
            act=lambda row, _said, by, at: services.approve(study_id=row.pk, by=by, at=at),
            done=_("已审批"),
            states=(S.PROVEN,),
            may=is_not_own_plan,
            icon="circle-check",
            kind="primary",
            question=_("确认方案满足安全约束且仿真效果可以接受？通过后方案内容不得再改。"),
        ),
        Deed(
            key="send-back",
            title=_("退回另选"),
            permission=APPROVE,
            form=ReasonForm,
            act=lambda row, said, by, at: services.send_back(
                study_id=row.pk, **said, by=by, at=at
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
            act=lambda row, said, by, at: services.reject(study_id=row.pk, **said, by=by, at=at),
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
            act=lambda row, said, by, at: services.schedule(study_id=row.pk, **said, by=by, at=at),
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
            act=lambda row, said, by, at: services.unschedule(
                study_id=row.pk, **said, by=by, at=at
            ),
            done=_("已撤销"),
            states=(S.SCHEDULED,),
            icon="arrow-back-up",
        ),
        Deed(
            key="send",
            title=_("下发信号机"),
            permission=SEND,
            act=lambda row, _said, by, at: services.order_sending(study_id=row.pk, by=by, at=at),
            done=_("已开始下发"),
            states=(S.APPROVED, S.SCHEDULED, S.IN_FORCE),
            when=lambda row: row.junction.controller_kind != ControllerKind.NONE,
            icon="send",
            question=_("将已审批的方案写入信号机？写入后系统会回读核对。"),
        ),
        Deed(
            key="begin",
            title=_("开始执行"),
            permission=MANAGE,
            act=lambda row, _said, by, at: services.begin(study_id=row.pk, by=by, at=at),
            done=_("已记为执行，请在实施后采集评估数据"),
            states=(S.SCHEDULED,),
            icon="chart-line",
            kind="primary",
            question=_("确认信号机已经按本方案运行？"),
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
            states=(S.OPEN, S.COUNTED, S.COMPUTED, S.PROVEN, S.APPROVED, S.SCHEDULED, S.IN_FORCE),
            icon="chart-line",
        ),
        MEASURE_PASSAGES,
        Deed(
            key="compare",
            title=_("前后对比"),
            permission=MANAGE,
            form=CompareForm,
            act=lambda row, said, by, at: services.compare_sides(
                study_id=row.pk, **said, by=by, at=at
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
            act=lambda row, _said, by, at: services.accept(study_id=row.pk, by=by, at=at),
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
            act=lambda row, said, by, at: services.measure_more(
                study_id=row.pk, **said, by=by, at=at
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
            act=lambda row, said, by, at: services.roll_back(
                study_id=row.pk, **said, by=by, at=at
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
            act=lambda row, said, by, at: services.compute_anew(
                study_id=row.pk, **said, by=by, at=at
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
            act=lambda row, said, by, at: services.count_anew(
                study_id=row.pk, **said, by=by, at=at
            ),
            done=_("等待重新采集"),
            states=(S.COUNTED,),
            icon="refresh",
        ),
        Deed(
            key="cancel",
            title=_("取消工单"),
            permission=MANAGE,
            form=ReasonForm,
            act=lambda row, said, by, at: services.cancel(study_id=row.pk, **said, by=by, at=at),
            done=_("已取消"),
            states=(S.OPEN, S.COUNTED, S.COMPUTED, S.PROVEN, S.APPROVED),
            icon="circle-x",
            kind="danger",
        ),
    ),
    refusals=(services.Refused, SimulatorRefused, LinkRefused),
    attach=REPORT,
    attach_manage=MANAGE,
    attach_states=STUDY_WAY[:-1],
    remark=SEE,
)
