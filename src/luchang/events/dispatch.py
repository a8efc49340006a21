"""What 122 tells the rest of the city."""

from dataclasses import dataclass

from luchang.kernel.bus import Event


@dataclass(frozen=True, kw_only=True)
class OfIncident(Event):
    """Something that happened to one incident."""

    incident_id: int


@dataclass(frozen=True, kw_only=True)
class IncidentRegistered(OfIncident):
    """A call opened an incident."""


@dataclass(frozen=True, kw_only=True)
class UnitSent(OfIncident):
    """A unit, person or vehicle was ordered to an incident."""

    dispatch_id: int


@dataclass(frozen=True, kw_only=True)
class DispatchEnded(OfIncident):
    """A dispatch was finished, cancelled or given back: its target is free."""

    dispatch_id: int


@dataclass(frozen=True, kw_only=True)
class IncidentClosed(OfIncident):
    """The desk ended an incident."""


@dataclass(frozen=True, kw_only=True)
class LimitExceeded(OfIncident):
    """A clock of an incident ran out and was brought to somebody."""

    escalation_id: int
