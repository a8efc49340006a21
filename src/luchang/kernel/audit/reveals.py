"""Showing personal data in full: for a purpose, on record, and not for long.

    shown = reveal(
        incident, "caller_phone", permission=policies.REVEAL_CALLER,
        purpose=..., case_number=..., by=..., at=...
    )

Whether the record itself lies within the actor's reach is asked by the caller before, as for
every fetch; this module asks the permission to see it unmasked.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import models, transaction

from luchang.core.common.personal import Kind, mask
from luchang.kernel.audit.services import record
from luchang.kernel.audit.states import Action
from luchang.kernel.crypto.fields import EncryptedTextField
from luchang.kernel.identity.actors import Actor

SHOWN_FOR = timedelta(seconds=60)
SHORTEST_PURPOSE = 4
PURPOSE_LIMIT = 200


class NotPersonal(Exception):
    """The field is shown in full to everybody who sees the record."""


class PurposeMissing(Exception):
    """No purpose was given, or one too short to mean anything."""


@dataclass(frozen=True)
class Revealed:
    """A value in clear and until when a page may show it."""

    value: str
    until: datetime


@transaction.atomic
def reveal(
    row: models.Model,
    field: str,
    *,
    permission: str,
    purpose: str,
    by: Actor,
    at: datetime,
    case_number: str = "",
) -> Revealed:
    """The full value of one personal field of one record.

    The entry is written first; if it cannot be written, nothing is shown.

    Raises:
        Forbidden: `by` may not see this in full anywhere.
        PurposeMissing: no purpose that says anything.
        NotPersonal: the field holds no personal data.
    """
    by.check(permission)
    column = row._meta.get_field(field)  # noqa: SLF001 - Django's public name
    if not isinstance(column, EncryptedTextField):
        raise NotPersonal(f"{field} holds no personal data")
    record(
        by=by,
        action=Action.REVEAL,
        subject=row._meta.label_lower,  # noqa: SLF001 - Django's public name
        subject_id=row.pk,
        at=at,
        purpose=checked_purpose(purpose),
        detail={"field": field, "case_number": case_number.strip()[:64]},
    )
    return Revealed(value=getattr(row, field) or "", until=at + SHOWN_FOR)


def masked(row: models.Model, field: str) -> str:
    """The value as everybody may see it."""
    column = row._meta.get_field(field)  # noqa: SLF001 - Django's public name
    kind = column.kind if isinstance(column, EncryptedTextField) else Kind.TEXT
    return mask(kind, getattr(row, field) or "")


def checked_purpose(purpose: str) -> str:
    """A purpose as it is kept.

    Raises:
        PurposeMissing: shorter than four characters without its blanks.
    """
    kept = " ".join(purpose.replace("\0", "").split())[:PURPOSE_LIMIT]
    if len(kept) < SHORTEST_PURPOSE:
        raise PurposeMissing(purpose)
    return kept
