"""The numbers by which other systems know our junctions."""

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction

from luchang.apps.signals.models import Junction, JunctionNumber
from luchang.apps.signals.services.junctions import locked
from luchang.apps.signals.services.refusals import Refused
from luchang.apps.signals.states import NumberedBy
from luchang.kernel.audit import services as audit
from luchang.kernel.audit.states import Action
from luchang.kernel.identity.actors import Actor


@transaction.atomic
def number_junction(
    *, junction_id: int, numbers: Mapping[NumberedBy, str], by: Actor, at: datetime
) -> Junction:
    """Write down its numbers; what is empty is taken away, a system not named stays.

    Raises:
        Unreached.
        Refused: another junction has that number in that system.
    """
    row = locked(junction_id, by)
    for system, said in numbers.items():
        number = said.strip()
        if not number:
            JunctionNumber.objects.filter(junction=row, system=system).delete()
            continue
        _keep(row, system, number)
    audit.record(
        by=by, action=Action.CHANGE, subject="signals.junction", subject_id=row.pk, at=at,
        detail={"numbers": {str(system): said for system, said in numbers.items()}},
    )  # fmt: skip
    return row


def _keep(row: Junction, system: NumberedBy, number: str) -> None:
    try:
        with transaction.atomic():
            JunctionNumber.objects.update_or_create(
                junction=row, system=system, defaults={"number": number}
            )
    except IntegrityError as taken:
        raise Refused("number_taken", system=system.label, number=number) from taken


def number_in(junction: Junction, system: NumberedBy) -> str:
    """The number by which a system knows a junction; empty where it has none on record."""
    return next((each.number for each in junction.numbers.all() if each.system == system), "")


def numbered(system: NumberedBy) -> dict[str, int]:
    """Junctions by their number in a system."""
    rows = JunctionNumber.objects.filter(system=system)
    return dict(rows.values_list("number", "junction_id"))
