"""What screens hear after a change; written in the transaction of the change."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime

from luchang.apps.dispatch.models import Dispatch, Incident
from luchang.apps.dispatch.policies import SEE
from luchang.apps.dispatch.selectors.cards import card_of, dispatch_card
from luchang.events.dispatch import OfIncident
from luchang.kernel.jobs import outbox
from luchang.kernel.live import services as live

INCIDENTS, DISPATCHES, UNITS, TASKS = "incidents", "dispatches", "units", "tasks"
"""Topics of the stream."""


def announce(event: OfIncident) -> None:
    """Publish through the outbox; what happens to one incident is delivered in order."""
    outbox.publish(event, line=f"incident {event.incident_id}")


def tell_incident(incident: Incident, *, kind: str, at: datetime) -> None:
    """Every board and map in reach draws the incident as it now is."""
    live.tell(
        topic=INCIDENTS,
        kind=kind,
        data=card_of(incident.pk),
        at=at,
        permission=SEE,
        organisation_id=incident.organisation_id,
        organisation_path=incident.organisation.path,
    )


def tell_dispatch(dispatch: Dispatch, *, kind: str, crew: Iterable[int], at: datetime) -> None:
    """The desk hears of the order and the crew's phones show or drop the task."""
    card = asdict(dispatch_card(dispatch))
    organisation = dispatch.organisation
    live.tell(
        topic=DISPATCHES,
        kind=kind,
        data=card,
        at=at,
        permission=SEE,
        organisation_id=organisation.pk,
        organisation_path=organisation.path,
    )
    if dispatch.unit_id is not None:
        live.tell(
            topic=UNITS,
            kind="busy" if dispatch.is_active else "free",
            data={
                "unit_id": dispatch.unit_id,
                "incident_id": dispatch.incident_id,
                "dispatch_id": dispatch.pk,
                "status": dispatch.status,
                "version": dispatch.version,
            },
            at=at,
            permission=SEE,
            organisation_id=organisation.pk,
            organisation_path=organisation.path,
        )
    for user_id in sorted(set(crew)):
        live.tell_user(user_id=user_id, topic=TASKS, kind=kind, data=card, at=at)
