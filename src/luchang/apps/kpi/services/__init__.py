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

__all__ = [
    "Refused",
    "begin_round",
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
    "ship_schemes",
]
