"""Key vehicles from workbooks."""

import re
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from luchang.apps.subjects import selectors, services
from luchang.apps.subjects.forms import MOST_MASS_KG, MOST_SEATS
from luchang.apps.subjects.models import KeyVehicle
from luchang.apps.subjects.policies import MANAGE
from luchang.apps.subjects.services import Refused
from luchang.apps.subjects.states import (
    DutyKind,
    PlateType,
    Usage,
)
from luchang.apps.subjects.views.imports.cells import (
    NOTE,
    PLACE,
    CheckedParser,
    EnterpriseParser,
    any_plate,
    day_column,
    differing,
    number_column,
)
from luchang.core.common.identifiers import (
    check_vin,
)
from luchang.kernel.identity.actors import Actor
from luchang.kernel.lists.imports.parsers import (
    CodeParser,
    TextParser,
)
from luchang.kernel.lists.imports.specs import ImportColumn, ImportSpec, Values

OF_VEHICLE = ("vin", "usage", "vehicle_type", "seats", "total_mass_kg", "enterprise", "note")
VEHICLE_DAYS = {
    "inspection_due_on": DutyKind.INSPECTION,
    "scrapping_due_on": DutyKind.SCRAPPING,
}


def register_vehicle(values: Values, by: Actor, at: datetime) -> None:
    """A vehicle the file brings."""
    told = dict(values)
    told["plate_type"], told["usage"] = PlateType(told["plate_type"]), Usage(told["usage"])
    services.register_vehicle(**told, by=by, at=at)


def change_vehicle(row: KeyVehicle, values: Values, by: Actor, at: datetime) -> None:
    """What the file says otherwise, each by the service it belongs to."""
    if facts := differing(row, values, *OF_VEHICLE):
        services.correct_vehicle(vehicle_id=row.pk, **facts, by=by, at=at)
    for name, kind in VEHICLE_DAYS.items():
        if name in values and getattr(row, name) != values[name]:
            services.set_vehicle_day(
                vehicle_id=row.pk, kind=kind, due_on=values[name], by=by, at=at
            )
    if row.organisation != values["organisation"]:
        services.hand_over_vehicle(
            vehicle_id=row.pk, organisation=values["organisation"], by=by, at=at
        )


VEHICLES = ImportSpec[KeyVehicle](
    code="subjects.vehicles",
    title=_("重点车辆"),
    permission=MANAGE,
    key=("plate", "plate_type"),
    rows=selectors.managed_vehicles,
    create=register_vehicle,
    change=change_vehicle,
    refusals=(Refused,),
    order=("plate", "plate_type"),
    columns=(
        ImportColumn(
            "plate",
            _("号牌号码"),
            CheckedParser(any_plate, _("如 湘B12345、湘BD12345、湘B1234挂，字母没有I和O")),
        ),
        ImportColumn("plate_type", _("号牌种类"), CodeParser(PlateType)),
        ImportColumn("usage", _("使用性质"), CodeParser(Usage)),
        ImportColumn(
            "vehicle_type",
            _("车辆类型"),
            TextParser(
                3,
                pattern=re.compile("[BDGHJKMNQTXZ][0-9][0-9A-Z]").fullmatch,
                pattern_says=_("一个字母和两位代码，如 K11"),
            ),
        ),
        PLACE,
        ImportColumn(
            "enterprise",
            _("所属企业"),
            EnterpriseParser(),
            is_required=False,
            empty=None,
            blank_keeps=True,
            width=30,
        ),
        number_column("seats", _("核定载客"), MOST_SEATS),
        number_column("total_mass_kg", _("总质量"), MOST_MASS_KG),
        ImportColumn(
            "vin",
            _("车辆识别代号"),
            CheckedParser(check_vin, _("17位，不含I、O、Q")),
            is_required=False,
            blank_keeps=True,
            width=22,
        ),
        day_column("inspection_due_on", _("检验有效期止")),
        day_column("scrapping_due_on", _("强制报废期止")),
        NOTE,
    ),
)
