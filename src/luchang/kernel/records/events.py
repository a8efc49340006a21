"""What the record kit tells the apps through the outbox."""

from dataclasses import dataclass

from luchang.kernel.bus import Event


@dataclass(frozen=True, kw_only=True)
class DeadlineStepTaken(Event):
    """A clock has reached one of its points: warning, overdue or a level of escalation."""

    deadline_id: int
    subject: str
    subject_id: int
    code: str
    position: int
    kind: str
    """A `kinds.StepKind`."""
