"""The only way into the audit log."""

from collections.abc import Mapping
from datetime import datetime

from luchang.kernel.audit.models import AuditEntry
from luchang.kernel.audit.states import Action
from luchang.kernel.identity.actors import Actor


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
    AuditEntry.objects.create(
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
