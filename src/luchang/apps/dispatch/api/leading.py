"""The course of an incident as the desk decides it: closed, merged, handed on."""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Status

from luchang.apps.dispatch import policies
from luchang.apps.dispatch.api.bodies import (
    FeedbackIn,
    FeedbackOut,
    IncidentOut,
    Key,
    MergeIn,
    Reason,
    TransferIn,
)
from luchang.apps.dispatch.models import Incident
from luchang.apps.dispatch.selectors import reached
from luchang.apps.dispatch.selectors.cards import card_of
from luchang.apps.dispatch.services import feedbacks, merging
from luchang.apps.dispatch.services import incidents as incident_services
from luchang.apps.dispatch.services.feedbacks import FeedbackFacts
from luchang.kernel import clock
from luchang.kernel.identity.api_access import needs
from luchang.kernel.identity.middleware import actor_of

router = Router()


@router.post(
    "/incidents/{int:incident_id}/feedback",
    auth=needs(policies.DISPATCH_UNITS),
    response={201: FeedbackOut},
)
def report_from_desk(
    request: HttpRequest, incident_id: int, body: FeedbackIn, key: Key
) -> Status[Any]:
    """The desk settled it itself."""
    by = actor_of(request)
    reached.incident(by, incident_id)
    made = feedbacks.report_from_desk(
        incident_id=incident_id,
        key=key,
        facts=FeedbackFacts(**body.model_dump()),
        by=by,
        at=clock.now(),
    )
    return Status(201, made)


@router.post(
    "/incidents/{int:incident_id}/close", auth=needs(policies.CLOSE), response=IncidentOut
)
def close(request: HttpRequest, incident_id: int) -> dict[str, object]:
    by = _reaching(request, incident_id)
    return _told(incident_services.close_incident(incident_id=incident_id, **by))


@router.post(
    "/incidents/{int:incident_id}/reopen", auth=needs(policies.CLOSE), response=IncidentOut
)
def reopen(request: HttpRequest, incident_id: int, body: Reason) -> dict[str, object]:
    by = _reaching(request, incident_id)
    return _told(
        incident_services.reopen_incident(incident_id=incident_id, reason=body.reason, **by)
    )


@router.post(
    "/incidents/{int:incident_id}/cancel", auth=needs(policies.CLOSE), response=IncidentOut
)
def cancel(request: HttpRequest, incident_id: int, body: Reason) -> dict[str, object]:
    by = _reaching(request, incident_id)
    return _told(
        incident_services.cancel_incident(incident_id=incident_id, reason=body.reason, **by)
    )


@router.post(
    "/incidents/{int:incident_id}/escalate", auth=needs(policies.TAKE_CALLS), response=IncidentOut
)
def escalate(request: HttpRequest, incident_id: int, body: Reason) -> dict[str, object]:
    by = _reaching(request, incident_id)
    return _told(
        incident_services.escalate_incident(incident_id=incident_id, reason=body.reason, **by)
    )


@router.post(
    "/incidents/{int:incident_id}/transfer",
    auth=needs(policies.DISPATCH_UNITS),
    response=IncidentOut,
)
def transfer(request: HttpRequest, incident_id: int, body: TransferIn) -> dict[str, object]:
    by = _reaching(request, incident_id)
    return _told(
        incident_services.transfer_incident(
            incident_id=incident_id,
            organisation_id=body.organisation_id,
            reason=body.reason,
            **by,
        )
    )


@router.post(
    "/incidents/{int:incident_id}/merge", auth=needs(policies.CLOSE), response=IncidentOut
)
def merge(request: HttpRequest, incident_id: int, body: MergeIn) -> dict[str, object]:
    """Make another incident part of this one."""
    by = _reaching(request, incident_id)
    reached.incident(by["by"], body.other_id)
    return _told(
        merging.merge(main_id=incident_id, other_id=body.other_id, reason=body.reason, **by)
    )


@router.post(
    "/incidents/{int:incident_id}/unmerge", auth=needs(policies.CLOSE), response=IncidentOut
)
def unmerge(request: HttpRequest, incident_id: int, body: Reason) -> dict[str, object]:
    """Take a merged incident out again."""
    by = _reaching(request, incident_id)
    return _told(merging.unmerge(other_id=incident_id, reason=body.reason, **by))


def _reaching(request: HttpRequest, incident_id: int) -> dict[str, Any]:
    by = actor_of(request)
    reached.incident(by, incident_id)
    return {"by": by, "at": clock.now()}


def _told(incident: Incident) -> dict[str, object]:
    return card_of(incident.pk)
