"""The reports of the demo city that come by themselves."""

from datetime import datetime, time

from luchang.apps.reports import services
from luchang.apps.reports.selectors import templates
from luchang.kernel.identity.actors import SYSTEM
from luchang.screens.demo_city.organisations import Tree

HOURS = {
    "daily_122_bulletin": (0, time(7, 30)),
    "monthly_bulletin": (2, time(9, 0)),
    "half_year_report": (5, time(9, 0)),
}
"""Days after the period, and the hour."""


def schedule_reports(tree: Tree, *, at: datetime) -> None:
    """Bulletins and work report of the detachment, for its brigades and the command centre."""
    services.sync_shipped(at=at)
    for template in templates(SYSTEM).filter(code__in=HOURS):
        days_later, hour = HOURS[template.code]
        services.set_schedule(
            template=template,
            organisation=tree.detachment,
            days_later=days_later,
            at_time=hour,
            recipients=[tree.detachment, tree.place("A1"), *tree.brigades],
            approves_itself=False,
            by=SYSTEM,
            at=at,
        )
