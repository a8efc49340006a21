"""What may be done with a key driver."""

from datetime import datetime

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from luchang.apps.subjects import forms, selectors, services
from luchang.apps.subjects.models import (
    KeyDriver,
)
from luchang.apps.subjects.policies import DECIDE, MANAGE, REVEAL, SEE
from luchang.apps.subjects.states import (
    DriverStatus,
    SubjectKind,
)
from luchang.apps.subjects.views import parts
from luchang.apps.subjects.views.ledgers.facts import (
    NOTE,
    NUMBER,
    OWNER,
    REGISTERED,
    as_it_is,
    merged,
    merging,
    notice_of,
    written,
)
from luchang.apps.subjects.views.lists import DRIVERS
from luchang.core.common.personal import Kind
from luchang.kernel.identity.actors import Actor
from luchang.kernel.ledgers.forms import ReasonForm
from luchang.kernel.ledgers.specs import Deed, Ledger, Opening, Part, Said, calling
from luchang.kernel.lists.columns import Column, Day, Number, Personal


def _register_driver(said: Said, by: Actor, at: datetime) -> KeyDriver:
    return services.register_driver(**said, by=by, at=at)


def _correct_driver(row: KeyDriver, said: Said, by: Actor, at: datetime) -> None:
    told = written(said, "identity_number", "name", "phone")
    services.correct_driver(driver_id=row.pk, **told, by=by, at=at)


def _reverse(row: KeyDriver, said: Said, by: Actor, at: datetime) -> None:
    del row
    told = {name: value for name, value in said.items() if name != "act"}
    services.reverse_act(act_id=said["act"].pk, **told, by=by, at=at)


def _end_relation(row: KeyDriver, said: Said, by: Actor, at: datetime) -> None:
    del row
    services.end_relation(relation_id=said["relation"].pk, ends_on=said["ends_on"], by=by, at=at)


DRIVING = (DriverStatus.ACTIVE,)
KNOWN = (DriverStatus.ACTIVE, DriverStatus.LEFT)

DRIVER_LEDGER = Ledger[KeyDriver](
    model=KeyDriver,
    listed=DRIVERS,
    name="subjects.driver",
    rows=selectors.drivers,
    states="key_driver",
    heading=lambda row: _now("驾驶人 %(number)s") % {"number": row.archive_number},
    facts=(
        Column("archive_number", _("档案编号")),
        Column("name", _("姓名"), format=Personal(Kind.NAME, reveal=REVEAL)),
        Column(
            "identity_number", _("身份证明号码"), format=Personal(Kind.RESIDENT_ID, reveal=REVEAL)
        ),
        Column("phone", _("联系电话"), format=Personal(Kind.PHONE, reveal=REVEAL)),
        Column("licence_classes", _("准驾车型"), "classes"),
        Column("points", _("本周期记分"), format=Number(unit=_("分"))),
        OWNER,
        Column("licence_due_on", _("驾驶证有效期止"), format=Day()),
        Column("review_due_on", _("审验有效期止"), format=Day()),
        NUMBER,
        REGISTERED,
        merged("subjects.driver"),
        NOTE,
    ),
    parts=(
        Part(template="subjects/_acts.html", values=parts.acts_of, order=5),
        Part(template="subjects/_duties.html", values=parts.duties_of, order=10),
        Part(template="subjects/_driving.html", values=parts.driving_of, order=20),
    ),
    notice=notice_of,
    reads_are_told=True,
    openings=(
        Opening(
            key="register",
            title=_("登记驾驶人"),
            permission=MANAGE,
            form=forms.NewDriverForm,
            act=_register_driver,
            done=_("已登记"),
        ),
    ),
    deeds=(
        Deed(
            key="met",
            title=_("登记换证审验"),
            permission=MANAGE,
            form=forms.MetForm,
            initial=forms.today,
            act=calling(services.meet_driver_duty, "driver_id"),
            done=_("已登记办理"),
            states=DRIVING,
            icon="clipboard-check",
            kind="primary",
        ),
        Deed(
            key="due",
            title=_("设定到期日"),
            permission=MANAGE,
            form=forms.DriverDueForm,
            act=calling(services.set_driver_day, "driver_id"),
            done=_("已设定"),
            states=DRIVING,
            icon="calendar-due",
        ),
        Deed(
            key="relate",
            title=_("建立驾驶关系"),
            permission=MANAGE,
            form=forms.RelationForm,
            initial=lambda row, at: {"starts_on": forms.today(row, at)["starts_on"]},
            act=calling(services.relate, "driver_id"),
            done=_("已建立"),
            states=DRIVING,
            icon="link",
        ),
        Deed(
            key="end-relation",
            title=_("终止驾驶关系"),
            permission=MANAGE,
            form=forms.RelationEndForm,
            initial=forms.today,
            act=_end_relation,
            done=_("已终止"),
            states=KNOWN,
            icon="unlink",
        ),
        Deed(
            key="decide",
            title=_("注销或收回驾驶证"),
            permission=DECIDE,
            form=forms.DecisionForm,
            initial=forms.today,
            act=calling(services.decide_licence, "driver_id"),
            done=_("已登记决定"),
            states=KNOWN,
            icon="id-off",
            kind="danger",
            note=_("注销和收回是两种不同的处理，请按文书选择。"),
        ),
        Deed(
            key="reverse",
            title=_("撤销原决定"),
            permission=DECIDE,
            form=forms.ReversalForm,
            initial=forms.today,
            act=_reverse,
            done=_("已登记撤销"),
            states=KNOWN,
            icon="arrow-back-up",
            note=_("原决定保留，另立一项撤销决定。"),
        ),
        Deed(
            key="correct",
            title=_("更正"),
            permission=MANAGE,
            form=forms.DriverForm,
            initial=as_it_is("archive_number", "licence_classes", "points", "note"),
            act=_correct_driver,
            done=_("已更正"),
            states=DRIVING,
        ),
        Deed(
            key="hand-over",
            title=_("移交监管单位"),
            permission=MANAGE,
            form=forms.HandOverForm,
            act=calling(services.hand_over_driver, "driver_id"),
            done=_("已移交"),
            states=DRIVING,
            icon="transfer",
        ),
        Deed(
            key="let-go",
            title=_("退出重点管理"),
            permission=MANAGE,
            form=ReasonForm,
            act=calling(services.let_go, "driver_id"),
            done=_("已退出"),
            states=DRIVING,
            icon="logout",
        ),
        Deed(
            key="take-up",
            title=_("重新纳入管理"),
            permission=MANAGE,
            form=ReasonForm,
            act=calling(services.take_up_again, "driver_id"),
            done=_("已重新纳入，请设定到期日"),
            states=(DriverStatus.LEFT,),
            icon="arrow-back-up",
        ),
        merging(SubjectKind.DRIVER, KNOWN),
    ),
    refusals=(services.Refused,),
    attach=MANAGE,
    attach_manage=MANAGE,
    attach_states=KNOWN,
    remark=SEE,
)
