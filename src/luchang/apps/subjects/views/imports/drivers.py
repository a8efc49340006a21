"""Key drivers from workbooks."""

import re
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from luchang.apps.subjects import selectors, services
from luchang.apps.subjects.forms import MOST_POINTS
from luchang.apps.subjects.models import KeyDriver
from luchang.apps.subjects.policies import MANAGE
from luchang.apps.subjects.services import Refused
from luchang.apps.subjects.states import (
    DutyKind,
)
from luchang.apps.subjects.views.imports.cells import (
    NOTE,
    PLACE,
    ClassesParser,
    day_column,
    differing,
    personal_column,
    told_of,
)
from luchang.core.common.identifiers import (
    check_phone,
    check_resident_id,
)
from luchang.core.common.personal import Kind
from luchang.kernel.identity.actors import Actor
from luchang.kernel.lists.imports.parsers import (
    NumberParser,
    TextParser,
)
from luchang.kernel.lists.imports.specs import ImportColumn, ImportSpec, Values

OF_DRIVER = ("identity_number", "name", "phone", "licence_classes", "points", "note")
DRIVER_DAYS = {
    "licence_due_on": DutyKind.LICENCE_RENEWAL,
    "review_due_on": DutyKind.LICENCE_REVIEW,
}
OF_PERSON = ("identity_number", "name", "phone")


def register_driver(values: Values, by: Actor, at: datetime) -> None:
    """A driver the file brings."""
    services.register_driver(**told_of(values, None, *OF_PERSON), by=by, at=at)


def change_driver(row: KeyDriver, values: Values, by: Actor, at: datetime) -> None:
    """What the file says otherwise, each by the service it belongs to."""
    told = told_of(values, row, *OF_PERSON)
    if facts := differing(row, told, *OF_DRIVER):
        services.correct_driver(driver_id=row.pk, **facts, by=by, at=at)
    for name, kind in DRIVER_DAYS.items():
        if name in told and getattr(row, name) != told[name]:
            services.set_driver_day(driver_id=row.pk, kind=kind, due_on=told[name], by=by, at=at)
    if row.organisation != told["organisation"]:
        services.hand_over_driver(
            driver_id=row.pk, organisation=told["organisation"], by=by, at=at
        )


DRIVERS = ImportSpec[KeyDriver](
    code="subjects.drivers",
    title=_("重点驾驶人"),
    permission=MANAGE,
    key=("archive_number",),
    rows=selectors.managed_drivers,
    create=register_driver,
    change=change_driver,
    refusals=(Refused,),
    order=("archive_number",),
    columns=(
        ImportColumn(
            "archive_number",
            _("档案编号"),
            TextParser(12, pattern=re.compile("[0-9]{12}").fullmatch, pattern_says=_("12位数字")),
        ),
        personal_column("name", _("姓名"), Kind.NAME, _("姓名")),
        personal_column(
            "identity_number",
            _("身份证明号码"),
            Kind.RESIDENT_ID,
            _("18位身份证明号码"),
            check_resident_id,
        ),
        personal_column("phone", _("联系电话"), Kind.PHONE, _("手机或带区号的座机"), check_phone),
        ImportColumn("licence_classes", _("准驾车型"), ClassesParser()),
        PLACE,
        ImportColumn(
            "points",
            _("本周期记分"),
            NumberParser(0, MOST_POINTS),
            is_required=False,
            empty=0,
            blank_keeps=True,
        ),
        day_column("licence_due_on", _("驾驶证有效期止")),
        day_column("review_due_on", _("审验有效期止")),
        NOTE,
    ),
)
