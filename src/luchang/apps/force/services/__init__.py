"""Changing the force; the only writers of its tables."""

from luchang.apps.force.services.fleet import (
    correct_vehicle,
    disband_unit,
    form_unit,
    register_vehicle,
    retire_vehicle,
    transfer_vehicle,
    written_plate,
)
from luchang.apps.force.services.people import (
    correct_officer,
    dismiss_officer,
    end_qualification,
    enrol_officer,
    grant_qualification,
    name_skill,
    transfer_officer,
)
from luchang.apps.force.services.positions import FixRefused, ReportedFix, report_positions
from luchang.apps.force.services.refusals import (
    NotOnDuty,
    OfficerRefused,
    Refused,
    ShiftRefused,
    UnitRefused,
    VehicleRefused,
)
from luchang.apps.force.services.shifts import (
    cancel_shift,
    plan_shift,
    set_readiness,
    sign_off,
    sign_on,
)

__all__ = [
    "FixRefused",
    "NotOnDuty",
    "OfficerRefused",
    "Refused",
    "ReportedFix",
    "ShiftRefused",
    "UnitRefused",
    "VehicleRefused",
    "cancel_shift",
    "correct_officer",
    "correct_vehicle",
    "disband_unit",
    "dismiss_officer",
    "end_qualification",
    "enrol_officer",
    "form_unit",
    "grant_qualification",
    "name_skill",
    "plan_shift",
    "register_vehicle",
    "report_positions",
    "retire_vehicle",
    "set_readiness",
    "sign_off",
    "sign_on",
    "transfer_officer",
    "transfer_vehicle",
    "written_plate",
]
