"""The only way into the audit log."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal

from django.db import transaction

from luchang.kernel.audit import sinks
from luchang.kernel.audit.models import AuditEntry, Seal
from luchang.kernel.audit.states import Action
from luchang.kernel.identity.actors import Actor
from luchang.kernel.together import write

KEYS_LIMIT = 200
"""Keys kept of one look at many rows; a page shows fewer."""


def record(
    *,
    by: Actor,
    action: Action,
    subject: str,
    subject_id: object = "",
    at: datetime,
    purpose: str = "",
    detail: Mapping[str, object] | None = None,
) -> None:
    """Write one entry in the caller's transaction: if it fails, the deed fails with it.

    `subject` is the kind of record as `<app>.<model>`; `detail` holds JSON values and never
    personal data in clear.
    """
    write(
        AuditEntry(
            at=at,
            actor_id=by.user_id,
            actor_name=by.name,
            organisation_path=by.organisation_path,
            action=action,
            subject=subject,
            subject_id=str(subject_id),
            purpose=purpose,
            detail=dict(detail or {}),
            address=by.address,
            request_id=by.request_id,
        )
    )


def record_reading(
    *, by: Actor, subject: str, subject_ids: Sequence[object], at: datetime, purpose: str = ""
) -> None:
    """One look at personal data: a record, or the rows of a page, in one entry.

    Call it before anything is shown; if the entry cannot be written, nothing may be.
    """
    keys = [str(each) for each in subject_ids]
    record(
        by=by,
        action=Action.READ,
        subject=subject,
        subject_id=keys[0] if len(keys) == 1 else "",
        at=at,
        purpose=purpose,
        detail={} if len(keys) == 1 else {"ids": keys[:KEYS_LIMIT], "count": len(keys)},
    )


def record_output(  # noqa: PLR0913 - each says something else, all by keyword
    *,
    by: Actor,
    action: Literal[Action.EXPORT, Action.PRINT],
    subject: str,
    count: int,
    at: datetime,
    purpose: str = "",
    filters: Mapping[str, object] | None = None,
    in_clear: bool = False,
) -> None:
    """An export or a print: how many rows, by which filters, masked or in clear."""
    record(
        by=by,
        action=action,
        subject=subject,
        at=at,
        purpose=purpose,
        detail={"count": count, "filters": dict(filters or {}), "in_clear": in_clear},
    )


def acknowledge_restore(*, by: Actor, at: datetime, reason: str) -> None:
    """Say that the database was put back to an earlier state on purpose.

    The heads outside that the database no longer has stop counting as a cut tail; that they once
    were, and why they are gone, stays in the outside file and in the log.
    """
    last = Seal.objects.order_by("-number").values_list("number", flat=True).first() or 0
    with transaction.atomic():
        record(
            by=by,
            action=Action.ADMINISTER,
            subject="audit.seal",
            subject_id=last,
            at=at,
            purpose=reason,
            detail={"restored_to_seal": last},
        )
        sinks.append_everywhere([sinks.restored_line(last, reason, at)])
