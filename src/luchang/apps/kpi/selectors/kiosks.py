"""Screens on walls: which there are, and on whose behalf they ask."""

import hashlib

from django.db.models import QuerySet

from luchang.apps.kpi.models import Kiosk
from luchang.apps.kpi.policies import MANAGE_KIOSKS
from luchang.kernel.identity.actors import Actor, Reach, within


def kiosks(actor: Actor) -> "QuerySet[Kiosk]":
    rows = Kiosk.objects.select_related("organisation", "issued_by")
    return within(rows, actor, MANAGE_KIOSKS)


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def actor_of_kiosk(kiosk: Kiosk) -> Actor:
    """Whoever looks at the wall: nobody in person, with the reach of one unit's branch."""
    reach = Reach(below=frozenset({kiosk.organisation.path}))
    return Actor(
        user_id=None,
        name=kiosk.name,
        organisation_id=kiosk.organisation_id,
        organisation_path=kiosk.organisation.path,
        reaches=dict.fromkeys(kiosk.permissions, reach),
    )
