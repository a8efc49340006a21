"""What may be done with a study, from the complaint to the acceptance."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from luchang.apps.places import selectors as places
from luchang.apps.signals import selectors, services
from luchang.apps.signals.forms.studies import StudyForm, UseCountsForm
from luchang.apps.signals.models import Study
from luchang.apps.signals.policies import MANAGE, REPORT, SEE
from luchang.apps.signals.ports import LinkRefused
from luchang.apps.signals.ports.simulator import SimulatorRefused
from luchang.apps.signals.states import STUDY_WAY, Days, StudySource, StudyStatus
from luchang.apps.signals.views import retiming
from luchang.apps.signals.views.deeds import DEEDS
from luchang.apps.signals.views.lists import OWNER, STUDIES
from luchang.kernel.identity.actors import Actor
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
    services.use_counts(of=row, count_set_id=said["count_set"].pk, by=by, at=at)


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
        Part(template="signals/_job.html", values=retiming.job, order=10),
        Part(template="signals/_comparison.html", values=retiming.comparison, order=20),
        Part(template="signals/_proof.html", values=retiming.proof, order=30),
        Part(template="signals/_candidates.html", values=retiming.candidates, order=40),
        Part(template="signals/_releases.html", values=retiming.releases, is_beside=True),
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
        *DEEDS,
    ),
    refusals=(services.Refused, SimulatorRefused, LinkRefused),
    attach=REPORT,
    attach_manage=MANAGE,
    attach_states=STUDY_WAY[:-1],
    remark=SEE,
)
