"""A study from what was reported to the counts its plan is computed from."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from luchang.apps.signals.models import CountSet, Study
from luchang.apps.signals.policies import MANAGE, REPORT
from luchang.apps.signals.services import planning
from luchang.apps.signals.services.junctions import locked as locked_junction
from luchang.apps.signals.services.life import LIVES, locked, moved
from luchang.apps.signals.services.refusals import Refused
from luchang.apps.signals.states import Days, StudySource, StudyStatus
from luchang.kernel.clock import local
from luchang.kernel.identity.actors import Actor, fetch
from luchang.kernel.records.following import follow
from luchang.kernel.records.numbering import next_number


@transaction.atomic
def open_study(  # noqa: PLR0913 - each is named at the call
    *,
    junction_id: int,
    origin: StudySource,
    description: str,
    reference: str,
    days: Days,
    begins_min: int,
    ends_min: int,
    by: Actor,
    at: datetime,
) -> Study:
    """Ask for a junction to be timed better at some hours.

    Raises:
        Unreached.
        Refused: one is open for these hours already, or malformed.
    """
    junction = locked_junction(junction_id, by, REPORT)
    overlapping = Study.objects.open().filter(
        junction=junction, days=days, begins_min__lt=ends_min, ends_min__gt=begins_min
    )
    if (known := overlapping.first()) is not None:
        raise Refused("open_already", junction=junction.name, hours=known.hours, study=known)
    year = local(at).year
    row = Study(
        number=f"PS{year}{next_number(f'signal-study-{year}'):05d}",
        junction=junction,
        organisation=junction.organisation,
        origin=origin,
        description=description.strip(),
        reference=reference.strip(),
        days=days,
        begins_min=begins_min,
        ends_min=ends_min,
        reported_at=at,
    )
    try:
        row.open(by=by, at=at)
    except ValidationError as wrong:
        raise Refused("malformed", why="; ".join(wrong.messages)) from wrong
    follow(row, LIVES[Study], by=by, at=at)
    return row


@transaction.atomic
def use_counts(*, of: Study, count_set_id: int, by: Actor, at: datetime) -> Study:
    """Take the counts a plan is to be computed from.

    Raises:
        Unreached.
        Refused: of another junction, or not enough of them good at these hours.
    """
    row = locked(of, by, MANAGE)
    rows = CountSet.objects.select_related("layout", "junction")
    counts = fetch(rows, by, MANAGE, pk=count_set_id)
    if counts.junction_id != row.junction_id:
        raise Refused("other_junction", theirs=counts.junction.name, ours=row.junction.name)
    planning.demand_of(counts, begins_min=row.begins_min, ends_min=row.ends_min)
    row.count_set = counts
    moved(row, StudyStatus.COUNTED, by=by, at=at, reason=str(counts))
    return row
