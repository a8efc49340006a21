"""Enterprises from workbooks."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from luchang.apps.subjects import selectors, services
from luchang.apps.subjects.models import Enterprise
from luchang.apps.subjects.policies import MANAGE
from luchang.apps.subjects.services import Refused
from luchang.apps.subjects.states import (
    EnterpriseKind,
)
from luchang.apps.subjects.views.imports.cells import (
    NOTE,
    PLACE,
    CheckedParser,
    differing,
    personal_column,
    told_of,
)
from luchang.core.common.identifiers import (
    check_credit_code,
    check_phone,
)
from luchang.core.common.personal import Kind
from luchang.kernel.identity.actors import Actor
from luchang.kernel.lists.imports.parsers import (
    CodeParser,
    TextParser,
)
from luchang.kernel.lists.imports.specs import ImportColumn, ImportSpec, Values

OF_ENTERPRISE = (
    "name", "short_name", "kind", "address", "responsible_person", "responsible_phone", "note",
)  # fmt: skip
PERSONS = ("responsible_person", "responsible_phone")


def register_enterprise(values: Values, by: Actor, at: datetime) -> None:
    """An enterprise the file brings."""
    told = told_of(values, None, *PERSONS)
    told["kind"] = EnterpriseKind(told["kind"])
    services.register_enterprise(**told, by=by, at=at)


def change_enterprise(row: Enterprise, values: Values, by: Actor, at: datetime) -> None:
    """What the file says otherwise, each by the service it belongs to."""
    told = told_of(values, row, *PERSONS)
    if facts := differing(row, told, *OF_ENTERPRISE):
        services.correct_enterprise(enterprise_id=row.pk, **facts, by=by, at=at)
    if row.organisation != told["organisation"]:
        services.hand_over_enterprise(
            enterprise_id=row.pk, organisation=told["organisation"], by=by, at=at
        )


ENTERPRISES = ImportSpec[Enterprise](
    code="subjects.enterprises",
    title=_("重点企业"),
    permission=MANAGE,
    key=("credit_code",),
    rows=selectors.coded_enterprises,
    create=register_enterprise,
    change=change_enterprise,
    refusals=(Refused,),
    order=("credit_code",),
    columns=(
        ImportColumn(
            "credit_code",
            _("统一社会信用代码"),
            CheckedParser(check_credit_code, _("18位，末位为校验位")),
            width=24,
        ),
        ImportColumn("name", _("企业名称"), TextParser(120), width=30),
        ImportColumn("short_name", _("简称"), TextParser(40), is_required=False, blank_keeps=True),
        ImportColumn("kind", _("企业类别"), CodeParser(EnterpriseKind)),
        PLACE,
        personal_column("responsible_person", _("负责人"), Kind.NAME, _("姓名")),
        personal_column(
            "responsible_phone", _("负责人电话"), Kind.PHONE, _("手机或带区号的座机"), check_phone
        ),
        ImportColumn(
            "address", _("地址"), TextParser(200), is_required=False, blank_keeps=True, width=30
        ),
        NOTE,
    ),
)
