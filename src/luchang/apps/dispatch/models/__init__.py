"""The rows of 122, one aggregate a module."""

from luchang.apps.dispatch.models.actions import Action
from luchang.apps.dispatch.models.advice import Advice
from luchang.apps.dispatch.models.calls import Call
from luchang.apps.dispatch.models.dispatches import Dispatch
from luchang.apps.dispatch.models.escalations import Escalation
from luchang.apps.dispatch.models.feedbacks import Feedback
from luchang.apps.dispatch.models.incidents import Incident
from luchang.apps.dispatch.models.rules import ServiceLevel

__all__ = [
    "Action",
    "Advice",
    "Call",
    "Dispatch",
    "Escalation",
    "Feedback",
    "Incident",
    "ServiceLevel",
]
