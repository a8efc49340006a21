"""What changes the figures' own records: dashboards, kiosks, assessments."""

from luchang.apps.kpi.services.assessments import (
    begin_round,
    draft_scheme,
    drop_round,
    freeze_round,
    give_points,
    propose_round,
    put_in_force,
    reopen_round,
    retire_scheme,
)
from luchang.apps.kpi.services.dashboards import delete_dashboard, save_dashboard
from luchang.apps.kpi.services.kiosks import issue_kiosk, open_kiosk, revoke_kiosk
from luchang.apps.kpi.services.refusals import Refused
from luchang.apps.kpi.services.shipped import ship_schemes
from luchang.apps.kpi.services.targets import change_target, set_target, withdraw_target

__all__ = [
    "Refused",
    "begin_round",
    "change_target",
    "delete_dashboard",
    "draft_scheme",
    "drop_round",
    "freeze_round",
    "give_points",
    "issue_kiosk",
    "open_kiosk",
    "propose_round",
    "put_in_force",
    "reopen_round",
    "retire_scheme",
    "revoke_kiosk",
    "save_dashboard",
    "set_target",
    "ship_schemes",
    "withdraw_target",
]
