"""Where one level of congestion ends and the next begins: set for the days to come."""

from datetime import date, datetime

from django.db import transaction

from luchang.apps.passages.models import CongestionScale
from luchang.apps.passages.policies import MANAGE_CAMERA
from luchang.apps.passages.services.count_refusals import CountRefused
from luchang.kernel.audit import services as audit
from luchang.kernel.audit.states import Action
from luchang.kernel.clock import local
from luchang.kernel.identity.actors import Actor


@transaction.atomic
def set_scale(  # noqa: PLR0913 - each is named at the call
    *,
    valid_from: date,
    free_percent: float,
    smooth_percent: float,
    slight_percent: float,
    moderate_percent: float,
    article: str,
    is_confirmed: bool,
    by: Actor,
    at: datetime,
) -> CongestionScale:
    """Set the levels from a day on, today at the earliest: what was told before stays told.

    Raises:
        Forbidden.
        CountRefused: a day gone by or set already, percents that do not fall, or confirmed
            without saying by what.
    """
    by.check(MANAGE_CAMERA)
    if valid_from < local(at).date():
        raise CountRefused("scale_past", day=valid_from)
    if CongestionScale.objects.filter(valid_from=valid_from).exists():
        raise CountRefused("scale_taken", day=valid_from)
    if is_confirmed and not article.strip():
        raise CountRefused("scale_unfounded")
    row = CongestionScale(
        valid_from=valid_from,
        free_percent=free_percent,
        smooth_percent=smooth_percent,
        slight_percent=slight_percent,
        moderate_percent=moderate_percent,
        article=article.strip(),
        is_confirmed=is_confirmed,
        by_name=by.name[:80],
        at=at,
    )
    try:
        row.set()
    except ValueError as wrong:
        raise CountRefused("scale_not_falling") from wrong
    audit.record(
        by=by, action=Action.CREATE, subject="passages.congestionscale", subject_id=row.pk, at=at
    )
    return row
