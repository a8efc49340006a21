"""122 for programs: taking calls, sending units, answering, and what the map draws."""

from ninja import Router

from luchang.apps.dispatch.api import calls, leading, sending, watching
from luchang.apps.dispatch.services import refusals as refused

router = Router()
for part in (calls, watching, sending, leading):
    router.add_router("", part.router)

refusals: dict[type[Exception], tuple[str, int]] = {
    refused.BadFacts: ("bad_facts", 422),
    refused.UnitUnavailable: ("unit_unavailable", 409),
    refused.NotLocated: ("not_located", 409),
    refused.ReasonMissing: ("reason_missing", 422),
    refused.Refused: ("refused", 409),
}
"""What the services refuse, as the API says it."""
