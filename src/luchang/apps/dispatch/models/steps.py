"""The steps that count as actions, and where each is dated."""

from django.db import models
from django.db.models import F

from luchang.apps.dispatch.states import ActionKind

STEPS: dict[ActionKind, tuple[int, str, str]] = {
    ActionKind.CALL: (0, "dispatch_call", "answered_at"),
    ActionKind.SEND: (1, "dispatch_dispatch", "sent_at"),
    ActionKind.SIGN: (2, "dispatch_dispatch", "signed_at"),
    ActionKind.ARRIVE: (3, "dispatch_dispatch", "arrived_at"),
    ActionKind.REPORT: (4, "dispatch_feedback", "at"),
    ActionKind.CLOSE: (5, "dispatch_incident", "closed_at"),
}
"""Place, table and column of each kind. The key of an action is eight times the record's and its
place, so that it says both."""
PLACES = 8


def step_index(kind: ActionKind) -> tuple[models.Index, models.Index]:
    """What the ledger of actions needs of a record's table: its order, and a row by its key."""
    place, _table, column = STEPS[kind]
    key, name = F("id") * PLACES + place, kind.value.lower()
    return (
        models.Index(F(column), key, name=f"action_{name}_order"),
        models.Index(key, name=f"action_{name}_key"),
    )
