"""What may be done with a scheme, from the junctions named to the acceptance."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from luchang.apps.places import selectors as places
from luchang.apps.signals import selectors, services
from luchang.apps.signals.forms.schemes import (
    CorridorForm,
    DayForm,
    LengthsForm,
    PartsForm,
    SchemeCountsForm,
)
from luchang.apps.signals.models import Scheme
from luchang.apps.signals.policies import MANAGE, SEE
from luchang.apps.signals.ports import LinkRefused
from luchang.apps.signals.ports.simulator import SimulatorRefused
from luchang.apps.signals.states import STUDY_WAY, Days, SchemeKind, StudyStatus
from luchang.apps.signals.views import retiming
from luchang.apps.signals.views import scheme_parts as parts
from luchang.apps.signals.views.deeds import DEEDS
from luchang.apps.signals.views.scheme_lists import SCHEMES
from luchang.kernel.identity.actors import Actor
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
    names = ("description", "days", "begins_min", "ends_min", "day_no", "schedule_no")
    return services.open_day(
        junction_id=said["junction"].pk, **{name: said[name] for name in names}, by=by, at=at
    )


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
        Column("schedule_no", _("调度计划起始号"), format=Number()),
        Column("organisation", _("管理单位"), "organisation.short_name"),
        Column("opened_at", _("提出时间"), format=Moment()),
        Column("scheduled_for", _("计划执行时间"), format=Moment()),
        Column("description", _("说明"), width=40),
    ),
    parts=(
        Part(template="signals/_job.html", values=retiming.job, order=10),
        Part(template="signals/_comparison.html", values=retiming.comparison, order=20),
        Part(template="signals/_scheme_approved.html", values=parts.approved, order=25),
        Part(template="signals/_proof.html", values=retiming.proof, order=30),
        Part(template="signals/_scheme_diagrams.html", values=parts.diagrams, order=35),
        Part(template="signals/_candidates.html", values=retiming.candidates, order=40),
        Part(template="signals/_scheme_flows.html", values=parts.flows, order=45),
        Part(template="signals/_scheme_members.html", values=parts.members, order=50),
        Part(template="signals/_releases.html", values=retiming.releases, is_beside=True),
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
                of=row, count_sets=said["count_sets"], by=by, at=at
            ),
            done=_("已选用，可以计算方案"),
            states=(S.OPEN,),
            icon="chart-bar",
            kind="primary",
        ),
        Deed(
            key="lengths",
            title=_("更正路段长度"),
            permission=MANAGE,
            form=LengthsForm,
            act=lambda row, said, by, at: services.set_lengths(
                of=row, metres=said["metres"], by=by, at=at
            ),
            done=_("已更正，将按新的长度计算"),
            states=(S.OPEN, S.COUNTED),
            when=retiming.is_corridor,
            icon="route",
            note=_("单位为米，从停车线到停车线。路网没有的路段以直线距离代替，请改为实际长度。"),
        ),
        Deed(
            key="parts",
            title=_("划分时段"),
            permission=MANAGE,
            form=PartsForm,
            act=lambda row, said, by, at: services.set_parts(
                of=row, parts=said["parts"], by=by, at=at
            ),
            done=_("已划分，可以计算方案"),
            states=(S.COUNTED,),
            when=lambda row: row.kind == SchemeKind.DAY,
            icon="clock-hour-4",
            note=_("留空由系统按流量变化划分，最多6个时段；每个时段不短于30分钟。"),
        ),
        *DEEDS,
    ),
    refusals=(services.Refused, SimulatorRefused, LinkRefused),
    attach=MANAGE,
    attach_manage=MANAGE,
    attach_states=STUDY_WAY[:-1],
    remark=SEE,
)
