"""The invented key subjects of January to August 2021.

What was reported comes out exactly; how it is split is ours: 160 vehicles into tractors and
coaches, 133 licences into cancelled and recalled ones, and how many were due for the two rates of
100 %, which the report does not say.
"""

from datetime import datetime

from django.db import transaction

from luchang.apps.subjects.management.half_year.story import (
    ELIMINATED,
    LICENCES,
    MODELS,
    RECTIFIED,
    Storyteller,
)
from luchang.apps.subjects.models import (
    DEMO,
    Enterprise,
)
from luchang.apps.subjects.services import load_first_rules
from luchang.kernel.audit import services as audit
from luchang.kernel.audit.states import Action
from luchang.kernel.demo import (
    LAST,
    Contribution,
    Intended,
    NothingToBuildOn,
    Season,
    Walks,
    register,
    take_away,
)
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.models import Organisation
from luchang.kernel.identity.states import OrganisationKind


@transaction.atomic
def load(season: Season, *, by: Actor, at: datetime) -> int:
    """Enterprises and all that was done with sources, vehicles and licences; how many records.

    Raises:
        NothingToBuildOn: there is no demo city.
    """
    owners = list(
        Organisation.objects.filter(kind=OrganisationKind.BRIGADE, closed_at=None).order_by("path")
    )
    if not owners:
        raise NothingToBuildOn
    load_first_rules()
    story = Storyteller(season, Walks(*MODELS, by=by), owners)
    story.tell()
    rows = story.walks.write()
    detail = {"source": DEMO, "scale": season.scale, "seed": season.seed, "rows": rows}
    audit.record(
        by=by,
        action=Action.CREATE,
        subject="subjects.enterprise",
        at=at,
        purpose="演示数据",
        detail=detail,
    )
    return rows


@transaction.atomic
def remove() -> int:
    """Take the invented subjects away again, and nothing else; how many records."""
    return take_away(*reversed(MODELS), source=DEMO)


SUBJECTS = Contribution(
    code="subjects",
    load=load,
    is_loaded=lambda: Enterprise.objects.filter(source=DEMO).exists(),
    remove=remove,
    intended=(
        Intended("F043", "subjects.rectified_sources", RECTIFIED, last=LAST),
        Intended("F045", "subjects.eliminated_risk_vehicles", ELIMINATED, last=LAST),
        Intended("F046", "subjects.licences_withdrawn", LICENCES, last=LAST),
        Intended("F047", "subjects.inspection_rate", 100.0, last=LAST, scales=False),
        Intended("F048", "subjects.scrapping_rate", 100.0, last=LAST, scales=False),
    ),
)
register(SUBJECTS)
