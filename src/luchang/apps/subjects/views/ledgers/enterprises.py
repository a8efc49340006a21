"""What may be done with an enterprise."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from luchang.apps.places import selectors as places
from luchang.apps.subjects import forms, selectors, services
from luchang.apps.subjects.models import (
    Enterprise,
)
from luchang.apps.subjects.policies import MANAGE, REVEAL, SEE
from luchang.apps.subjects.states import (
    EnterpriseKind,
    EnterpriseStatus,
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
    place_of,
    written,
)
from luchang.apps.subjects.views.lists import ENTERPRISES
from luchang.core.common.personal import Kind
from luchang.kernel.identity.actors import Actor
from luchang.kernel.ledgers.forms import ReasonForm
from luchang.kernel.ledgers.specs import Deed, Ledger, Opening, Part, Said, calling
from luchang.kernel.lists.columns import Coded, Column, Personal


def _register_enterprise(said: Said, by: Actor, at: datetime) -> Enterprise:
    told = {**said, "kind": EnterpriseKind(said["kind"])}
    return services.register_enterprise(**told, by=by, at=at)


def _correct_enterprise(row: Enterprise, said: Said, by: Actor, at: datetime) -> None:
    told = written(said, "responsible_person", "responsible_phone")
    services.correct_enterprise(enterprise_id=row.pk, **told, by=by, at=at)


IN_BUSINESS = (EnterpriseStatus.ACTIVE,)

ENTERPRISE_LEDGER = Ledger[Enterprise](
    model=Enterprise,
    listed=ENTERPRISES,
    name="subjects.enterprise",
    rows=selectors.enterprises,
    states="enterprise",
    facts=(
        Column("name", _("企业名称"), width=40),
        Column("credit_code", _("统一社会信用代码")),
        Column("kind", _("企业类别"), format=Coded(EnterpriseKind)),
        Column("risk_grade", _("风险等级"), "risk_grade.label"),
        OWNER,
        Column("responsible_person", _("负责人"), format=Personal(Kind.NAME, reveal=REVEAL)),
        Column("responsible_phone", _("负责人电话"), format=Personal(Kind.PHONE, reveal=REVEAL)),
        Column("address", _("地址"), width=40),
        NUMBER,
        REGISTERED,
        merged("subjects.enterprise"),
        NOTE,
    ),
    parts=(
        Part(template="subjects/_vehicles.html", values=parts.vehicles_of, order=10),
        Part(template="subjects/_drivers.html", values=parts.drivers_of_enterprise, order=20),
        Part(template="subjects/_sources.html", values=parts.sources_of, order=30),
    ),
    map=place_of,
    ground=places.base_map,
    notice=notice_of,
    openings=(
        Opening(
            key="register",
            title=_("登记企业"),
            permission=MANAGE,
            form=forms.NewEnterpriseForm,
            act=_register_enterprise,
            done=_("已登记"),
        ),
    ),
    deeds=(
        Deed(
            key="correct",
            title=_("更正"),
            permission=MANAGE,
            form=forms.EnterpriseForm,
            initial=as_it_is(
                "credit_code",
                "name",
                "short_name",
                "kind",
                "risk_grade",
                "address",
                "longitude",
                "latitude",
                "note",
            ),
            act=_correct_enterprise,
            done=_("已更正"),
            states=IN_BUSINESS,
        ),
        Deed(
            key="hand-over",
            title=_("移交监管单位"),
            permission=MANAGE,
            form=forms.HandOverForm,
            act=calling(services.hand_over_enterprise, "enterprise_id"),
            done=_("已移交"),
            states=IN_BUSINESS,
            icon="transfer",
        ),
        Deed(
            key="close",
            title=_("登记停业"),
            permission=MANAGE,
            form=ReasonForm,
            act=calling(services.close_enterprise, "enterprise_id"),
            done=_("已登记停业"),
            states=IN_BUSINESS,
            icon="circle-x",
            kind="danger",
        ),
        Deed(
            key="reopen",
            title=_("恢复营业"),
            permission=MANAGE,
            form=ReasonForm,
            act=calling(services.reopen_enterprise, "enterprise_id"),
            done=_("已恢复"),
            states=(EnterpriseStatus.CLOSED,),
            icon="arrow-back-up",
        ),
        merging(SubjectKind.ENTERPRISE, (EnterpriseStatus.ACTIVE, EnterpriseStatus.CLOSED)),
    ),
    refusals=(services.Refused,),
    attach=MANAGE,
    attach_manage=MANAGE,
    attach_states=IN_BUSINESS,
    remark=SEE,
)
