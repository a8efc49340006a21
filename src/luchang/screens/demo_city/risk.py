"""The demo city's risk lists with a survey under way, and drafts of its assessments."""

from datetime import datetime

from luchang.apps.kpi import services as kpi
from luchang.apps.risk import services as risk
from luchang.kernel.clock import local
from luchang.kernel.identity.actors import SYSTEM
from luchang.screens.demo_city.organisations import Tree


def open_survey(tree: Tree, *, at: datetime) -> None:
    """Five unconfirmed lists, each in use; county governments may be judged by three drafts."""
    for each in risk.ship_lists(organisation=tree.detachment, by=SYSTEM, at=at):
        risk.open_version(
            list_id=each.pk, campaign="隐患排查（演示）", year=local(at).year, by=SYSTEM, at=at
        )
    government = tree.governments[0].parent if tree.governments else None
    if government is not None:
        kpi.ship_schemes(organisation_id=government.pk, by=SYSTEM, at=at)
