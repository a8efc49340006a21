"""The three assessments that come with the product, as drafts nobody has confirmed."""

import tomllib
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from django.db import transaction

from luchang.apps.kpi.models import Scheme
from luchang.apps.kpi.services.assessments import Wanted, draft_scheme
from luchang.kernel.identity.actors import Actor

SHIPPED = Path(__file__).parent / "schemes.toml"


@transaction.atomic
def ship_schemes(*, organisation_id: int, by: Actor, at: datetime) -> list[Scheme]:
    """Draft those the organisation does not have; what they weigh is decided there.

    Raises:
        Forbidden: `by` organises no assessments there.
    """
    known = set(
        Scheme.objects.filter(organisation=organisation_id).values_list("title", flat=True)
    )
    return [
        draft_scheme(
            title=each["title"],
            organisation_id=organisation_id,
            basis=each["basis"],
            items=[
                Wanted(**{**item, "weight": Decimal(item.get("weight", 0))})
                for item in each["items"]
            ],
            by=by,
            at=at,
        )
        for each in tomllib.loads(SHIPPED.read_text(encoding="utf-8"))["schemes"]
        if each["title"] not in known
    ]
