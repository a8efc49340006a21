"""Taking a file off an incident; adding and fetching are the store's own routes."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from luchang.apps.dispatch import policies
from luchang.apps.dispatch.selectors.files import SUBJECT
from luchang.apps.dispatch.services import files
from luchang.apps.dispatch.services.refusals import Refused
from luchang.apps.dispatch.views.incidents import found
from luchang.kernel import clock
from luchang.kernel.identity.access import allow
from luchang.kernel.identity.middleware import actor_of
from luchang.kernel.records.attachments.selectors import NotFound, attachment_for


@require_POST
@allow(policies.SEE)
def withdraw(request: HttpRequest, incident_id: int, key: uuid.UUID) -> HttpResponse:
    """With a reason, which stays in the timeline."""
    actor = actor_of(request)
    row = found(actor, incident_id)
    try:
        attachment = attachment_for(key=key, by=actor)
    except NotFound as unknown:
        raise Http404 from unknown
    if (attachment.subject, attachment.subject_id) != (SUBJECT, row.pk):
        raise Http404
    reason = request.POST.get("reason", "").replace("\x00", "")
    try:
        files.withdraw_file(
            incident=row, attachment=attachment, reason=reason, by=actor, at=clock.now()
        )
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("dispatch.incident", incident_id)
