"""Which known incidents a new report may be about; the operator decides."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from luchang.apps.dispatch.models import Incident
from luchang.apps.dispatch.selectors.records import incidents
from luchang.core.dispatch.duplicates import (
    Match,
    MatchParameters,
    MatchProblem,
    Report,
    find_matches,
)
from luchang.kernel.identity.actors import Actor

WINDOW = timedelta(seconds=MatchParameters().within_s)
COMPARED = 500
"""Incidents of half an hour looked at, newest first: a storm brings some three hundred."""
SHOWN = 5


@dataclass(frozen=True)
class Reported:
    """What the operator has typed so far."""

    longitude: float | None = None
    latitude: float | None = None
    category: str = ""
    plates: tuple[str, ...] = ()
    phone: str = ""
    text: str = ""


@dataclass(frozen=True)
class Duplicate:
    """A known incident that may be the one reported now, and what speaks for it."""

    incident: Incident
    match: Match


def duplicates_of(reported: Reported, *, actor: Actor, at: datetime) -> list[Duplicate]:
    """The best few, best first; only what the actor may see."""
    known = {
        each.pk: each
        for each in incidents(actor)
        .standing_alone()  # type: ignore[attr-defined]
        .filter(received_at__gt=at - WINDOW, received_at__lte=at)
        .prefetch_related("calls")[:COMPARED]
    }
    problem = MatchProblem(
        report=_typed(reported, at=at), earlier=tuple(_known(each) for each in known.values())
    )
    return [Duplicate(known[each.report_id], each) for each in find_matches(problem)[:SHOWN]]


def _typed(reported: Reported, *, at: datetime) -> Report:
    return Report(
        report_id=0,
        lon=reported.longitude,
        lat=reported.latitude,
        at_s=at.timestamp(),
        category=reported.category,
        plates=frozenset(reported.plates),
        phone=reported.phone,
        text=reported.text,
    )


def _known(incident: Incident) -> Report:
    phones = [call.caller_number for call in incident.calls.all() if call.caller_number]
    return Report(
        report_id=incident.pk,
        lon=incident.longitude,
        lat=incident.latitude,
        at_s=incident.received_at.timestamp(),
        category=incident.category,
        plates=frozenset(incident.plates),
        phone=phones[0] if phones else "",
        text=incident.description,
    )
