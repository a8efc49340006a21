"""What may be done with a junction, a day of counts, and a reorganisation."""

from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from luchang.apps.places import selectors as places
from luchang.apps.signals import selectors, services
from luchang.apps.signals.bridge.wording import in_words
from luchang.apps.signals.forms.junctions import (
    ControllerForm,
    EndPlanForm,
    JunctionForm,
    LanesForm,
    NetForm,
    NewJunctionForm,
    NumbersForm,
    PlanForm,
    StagesForm,
)
from luchang.apps.signals.forms.studies import ResultForm, WorkForm
from luchang.apps.signals.models import CountSet, Junction, Reorganisation
from luchang.apps.signals.policies import APPROVE, MANAGE, SEE, is_not_own_building
from luchang.apps.signals.ports import LinkRefused
from luchang.apps.signals.states import (
    ControllerKind,
    CountSource,
    Days,
    Grade,
    LayoutOrigin,
    PlanOrigin,
    WorkKind,
    WorkStatus,
)
from luchang.apps.signals.views import parts
from luchang.apps.signals.views.files_in import DETECTORS
from luchang.apps.signals.views.interventions import ASK, around
from luchang.apps.signals.views.lists import COUNT_SETS, JUNCTION, JUNCTIONS, OWNER, WORKS
from luchang.apps.signals.views.passages import TAKE_PASSAGES
from luchang.core.signals.layout import Layout, Rules, StageLayout
from luchang.core.signals.layout_stages import standard_stages
from luchang.kernel.identity.actors import Actor
from luchang.kernel.ledgers.forms import ReasonForm
from luchang.kernel.ledgers.specs import Deed, Ledger, Opening, Part, Said, calling
from luchang.kernel.lists.columns import Coded, Column, Day, Moment, Number

P = WorkStatus


def _register(said: Said, by: Actor, at: datetime) -> Junction:
    return services.register(**said, by=by, at=at)


def _lanes(row: Junction, said: Said, by: Actor, at: datetime) -> None:
    """New lanes; stages keep what is still there, or are proposed anew."""
    known = row.layout.layout if row.layout else None
    layout = Layout(
        said["approaches"],
        known.stages if known else (),
        known.rules if known else Rules(),
        known.free_right if known else False,
    )
    if said["propose"] or known is None:
        layout = in_words(standard_stages(layout))
    else:
        layout = replace(layout, stages=tuple(_kept(layout, each) for each in layout.stages))
    services.redraw(
        junction_id=row.pk, layout=layout, origin=LayoutOrigin.FORM, reason=said["reason"],
        by=by, at=at,
    )  # fmt: skip


def _kept(layout: Layout, stage: StageLayout) -> StageLayout:
    known = layout.lamp_of
    return StageLayout(
        stage.name,
        tuple(key for key in stage.protected if key in known),
        tuple(key for key in stage.yielding if key in known),
    )


def _stages(row: Junction, said: Said, by: Actor, at: datetime) -> None:
    if row.layout is None:
        raise services.Refused("no_layout", junction=row.name)
    rules = Rules(said["amber_s"], said["all_red_s"], said["min_green_s"], said["walking_mps"])
    layout = Layout(row.layout.layout.approaches, said["stages"], rules, said["free_right"])
    services.redraw(
        junction_id=row.pk, layout=layout, origin=LayoutOrigin.FORM, reason=said["reason"],
        by=by, at=at,
    )  # fmt: skip


def _plan(row: Junction, said: Said, by: Actor, at: datetime) -> None:
    services.put_in_force(
        junction_id=row.pk,
        name=said["name"],
        plan=said["plan"],
        days=Days(said["days"]),
        begins_min=said["begins_min"],
        ends_min=said["ends_min"],
        origin=PlanOrigin.FIELD,
        by=by,
        at=at,
    )


def _where(row: Junction) -> dict[str, object] | None:
    return places.spot_map(row.longitude, row.latitude, name=row.name)


JUNCTION_LEDGER = Ledger[Junction](
    model=Junction,
    listed=JUNCTIONS,
    name="signals.junction",
    rows=selectors.junctions,
    facts=(
        Column("code", _("路口编号")),
        Column("name", _("路口名称")),
        Column("grade", _("路口等级"), format=Coded(Grade)),
        OWNER,
        Column("controller_kind", _("信号机接入"), format=Coded(ControllerKind)),
        Column("controller_number", _("信号机编号")),
        Column("controller_address", _("信号机地址")),
    ),
    parts=(
        Part(template="signals/_sketch.html", values=parts.sketch, order=10),
        Part(template="signals/_running.html", values=parts.running, order=20),
        Part(template="signals/_records.html", values=parts.records, order=30),
        Part(template="signals/_versions.html", values=parts.versions, is_beside=True),
        Part(template="signals/_numbers.html", values=parts.numbers, is_beside=True, order=20),
        Part(template="signals/_around.html", values=around, is_beside=True, order=30),
    ),
    map=lambda row, _by, _at: _where(row),
    ground=places.base_map,
    openings=(
        Opening(
            key="register",
            title=_("登记路口"),
            permission=MANAGE,
            form=NewJunctionForm,
            act=_register,
            done=_("已登记，请接着编辑渠化与相位"),
        ),
    ),
    deeds=(
        Deed(
            key="lanes",
            title=_("编辑车道"),
            permission=MANAGE,
            form=LanesForm,
            act=_lanes,
            done=_("已形成新的渠化版本"),
            icon="arrows-exchange",
            kind="primary",
            note=_("保存后形成新版本；按旧版本计算、还没有执行的方案要重新计算。"),
        ),
        Deed(
            key="stages",
            title=_("编辑相位"),
            permission=MANAGE,
            form=StagesForm,
            act=_stages,
            done=_("已形成新的渠化版本"),
            when=lambda row: row.layout is not None,
            icon="traffic-lights",
            note=_("“放行”有路权，相互不得冲突；“让行放行”亮绿灯但须让行，如右转让行人。"),
        ),
        Deed(
            key="plan",
            title=_("登记现行配时"),
            permission=MANAGE,
            form=PlanForm,
            act=_plan,
            done=_("已登记"),
            when=lambda row: row.layout is not None,
            icon="clock-hour-4",
        ),
        Deed(
            key="import-net",
            title=_("导入SUMO路网"),
            permission=MANAGE,
            form=NetForm,
            act=lambda row, said, by, at: services.import_net(
                junction_id=row.pk, content=said["file"], signal=said["signal"], by=by, at=at
            ),
            done=_("已导入渠化、相位和现行配时"),
            icon="upload",
        ),
        Deed(
            key="from-roads",
            title=_("按路网生成"),
            permission=MANAGE,
            act=calling(services.draw_from_roads, "junction_id"),
            done=_("已按路网生成，车道为建议值，请核对"),
            icon="map",
            question=_("按路网的道路走向生成渠化？车道数为建议值，会形成新版本。"),
        ),
        Deed(
            key="end-plan",
            title=_("停用配时方案"),
            permission=MANAGE,
            form=EndPlanForm,
            act=lambda _row, said, by, at: services.end_plan(
                plan_id=said["plan"].pk, by=by, at=at
            ),
            done=_("已停用"),
            icon="circle-x",
        ),
        Deed(
            key="controller",
            title=_("登记信号机"),
            permission=MANAGE,
            form=ControllerForm,
            initial=lambda row, _at: {
                name: getattr(row, name)
                for name in (
                    "controller_kind",
                    "controller_number",
                    "controller_address",
                    "controller_index",
                )
            },
            act=calling(services.connect, "junction_id"),
            done=_("已登记"),
        ),
        Deed(
            key="numbers",
            title=_("登记外部编号"),
            permission=MANAGE,
            form=NumbersForm,
            act=lambda row, said, by, at: services.number_junction(
                junction_id=row.pk, numbers=said["numbers"], by=by, at=at
            ),
            done=_("已登记"),
        ),
        DETECTORS,
        ASK,
        Deed(
            key="correct",
            title=_("更正"),
            permission=MANAGE,
            form=JunctionForm,
            initial=lambda row, _at: {
                name: getattr(row, name) for name in ("name", "grade", "longitude", "latitude")
            },
            act=calling(services.correct, "junction_id"),
            done=_("已更正"),
        ),
    ),
    refusals=(services.Refused, LinkRefused),
    attach=MANAGE,
    attach_manage=MANAGE,
    remark=SEE,
)

COUNT_SET_LEDGER = Ledger[CountSet](
    model=CountSet,
    listed=COUNT_SETS,
    name="signals.count_set",
    rows=selectors.count_sets,
    facts=(
        JUNCTION,
        Column("day", _("日期"), format=Day()),
        Column("interval_min", _("间隔（分钟）"), format=Number()),
        Column("origin", _("数据来源"), format=Coded(CountSource)),
        OWNER,
        Column("by_name", _("录入人")),
        Column("at", _("录入时间"), format=Moment()),
        Column("note", _("说明")),
    ),
    parts=(Part(template="signals/_counts.html", values=parts.count_table),),
    openings=(TAKE_PASSAGES,),
    deeds=(
        Deed(
            key="estimate",
            title=_("估算缺失时段"),
            permission=MANAGE,
            act=calling(services.estimate_missing, "count_set_id"),
            done=_("已按前后时段估算，并作了标记"),
            icon="adjustments",
            question=_("缺失的时段将用前后时段的平均值填补，并标记为估算。"),
        ),
    ),
    refusals=(services.Refused,),
    attach=MANAGE,
    attach_manage=MANAGE,
    remark=SEE,
)

WORK_LEDGER = Ledger[Reorganisation](
    model=Reorganisation,
    listed=WORKS,
    name="signals.work",
    rows=selectors.works,
    states="signal_work",
    steps=(P.PLANNED, P.BUILT, P.ACCEPTED),
    facts=(
        Column("number", _("编号")),
        JUNCTION,
        Column("kind", _("改造类别"), format=Coded(WorkKind)),
        OWNER,
        Column("planned_at", _("立项时间"), format=Moment()),
        Column("built_at", _("完工时间"), format=Moment()),
        Column("description", _("改造内容"), width=40),
        Column("result", _("完成情况"), width=40),
    ),
    map=lambda row, _by, _at: _where(row.junction),
    openings=(
        Opening(
            key="plan",
            title=_("登记改造"),
            permission=MANAGE,
            form=WorkForm,
            act=lambda said, by, at: services.plan_work(
                junction_id=said["junction"].pk,
                kind=WorkKind(said["kind"]),
                description=said["description"],
                by=by,
                at=at,
            ),
            done=_("已登记，请上传改造前的图纸或照片"),
        ),
    ),
    deeds=(
        Deed(
            key="build",
            title=_("报完工"),
            permission=MANAGE,
            form=ResultForm,
            act=calling(services.build, "work_id"),
            done=_("已报完工，请上传完工后的图纸或照片，等待验收"),
            states=(P.PLANNED,),
            icon="flag-check",
            kind="primary",
        ),
        Deed(
            key="accept",
            title=_("验收"),
            permission=APPROVE,
            act=calling(services.accept_work, "work_id"),
            done=_("已验收"),
            states=(P.BUILT,),
            may=is_not_own_building,
            icon="circle-check",
            kind="primary",
            question=_("确认现场与图纸一致，予以验收？"),
        ),
        Deed(
            key="send-back",
            title=_("退回"),
            permission=APPROVE,
            form=ReasonForm,
            act=calling(services.send_work_back, "work_id"),
            done=_("已退回"),
            states=(P.BUILT,),
            icon="arrow-back-up",
        ),
        Deed(
            key="cancel",
            title=_("取消"),
            permission=MANAGE,
            form=ReasonForm,
            act=calling(services.cancel_work, "work_id"),
            done=_("已取消"),
            states=(P.PLANNED,),
            icon="circle-x",
            kind="danger",
        ),
    ),
    refusals=(services.Refused,),
    attach=MANAGE,
    attach_manage=MANAGE,
    attach_states=(P.PLANNED, P.BUILT),
    remark=SEE,
)
