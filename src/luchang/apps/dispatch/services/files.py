"""Files that come to an incident or are taken off it."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from luchang.apps.dispatch import policies
from luchang.apps.dispatch.models import Incident
from luchang.apps.dispatch.services.incidents import locked
from luchang.apps.dispatch.services.refusals import ReasonMissing, Refused
from luchang.apps.dispatch.services.telling import tell_incident
from luchang.apps.dispatch.states import LIVE
from luchang.kernel.identity.actors import Actor, Forbidden
from luchang.kernel.records.attachments import services as attachments
from luchang.kernel.records.attachments import states as attachment_states
from luchang.kernel.records.attachments.models import Attachment


def files_changed(incident_id: int, at: datetime) -> None:
    """Refuse what comes while the incident is being closed; else let every open page know.

    Raises:
        attachments.states.Refused: the incident is over.
    """
    row = locked(incident_id)
    if row.status not in LIVE:
        raise attachment_states.Refused(attachment_states.Fault.CLOSED)
    row.touch()
    tell_incident(row, kind="files", at=at)


@transaction.atomic
def withdraw_file(
    *, incident: Incident, attachment: Attachment, reason: str, by: Actor, at: datetime
) -> None:
    """Take a file off an incident that still lasts; name, sender and reason stay in its history.

    Raises:
        Forbidden: it is neither his nor is he the desk.
        Refused: the incident is over.
        ReasonMissing: without a reason.
    """
    row = locked(incident.pk)
    if row.status not in LIVE:
        raise Refused(_("警情已办结，附件不能再变动。"))
    if not policies.can_withdraw_file(by, row, attachment.uploaded_by_id):
        raise Forbidden(f"{by.name} may not withdraw {attachment.key}")
    if not reason.strip():
        raise ReasonMissing(_("撤回附件须填写原因。"))
    attachments.remove(attachment=attachment, reason=reason.strip()[:200], by=by, at=at)
