"""More time: asked for by the receiver, decided by who handed it over."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from luchang.apps.risk.models import Extension, Hazard
from luchang.apps.risk.policies import HAND_OVER, RECTIFY
from luchang.apps.risk.services.hazard_refusals import HazardRefused
from luchang.apps.risk.services.life import RECTIFYING, locked
from luchang.apps.risk.states.hazards import ExtensionStatus, HazardStatus
from luchang.kernel.identity.actors import Actor
from luchang.kernel.records.following import Following, Wait, follow, postpone

REQUEST = Following(
    address=lambda row: reverse("risk.hazard", args=[row.hazard_id]),
    waits={
        ExtensionStatus.ASKED: Wait(
            "risk.extend", _("整改延期待审批：%(record)s"), HAND_OVER, clock="risk.extend"
        )
    },
)


@transaction.atomic
def ask_for_time(
    *, hazard_id: int, until: datetime, reason: str, by: Actor, at: datetime
) -> Extension:
    """The receiver asks; the clock runs on meanwhile.

    Raises:
        Unreached.
        HazardRefused: `extension_asked`, `not_later`, or it is not being rectified.
    """
    row = locked(hazard_id, by, RECTIFY, place="receiver")
    if row.status != HazardStatus.SIGNED or row.due_at is None:
        raise HazardRefused("closed")
    if _asked(row) is not None:
        raise HazardRefused("extension_asked")
    if until <= row.due_at or until <= at:
        raise HazardRefused("not_later")
    made = Extension(
        hazard=row, was_due_at=row.due_at, asked_until=until, reason=reason.strip(),
        asked_at=at, asked_by_name=by.name,
    )  # fmt: skip
    made.ask(by=by, at=at)
    follow(made, REQUEST, by=by, at=at)
    return made


@transaction.atomic
def grant_time(*, hazard_id: int, answer: str, by: Actor, at: datetime) -> Hazard:
    """The later due time holds; clock and to-do move with it.

    Raises:
        Unreached.
        HazardRefused: nobody asks, or the time asked for has passed meanwhile.
    """
    row = locked(hazard_id, by, HAND_OVER)
    asked = _to_decide(row)
    if row.due_at is None or asked.asked_until <= max(row.due_at, at):
        raise HazardRefused("not_later")
    asked.decide(ExtensionStatus.GRANTED, by=by, at=at, answer=answer)
    follow(asked, REQUEST, by=by, at=at)
    row.give_time(asked.asked_until)
    postpone(row, RECTIFYING, until=asked.asked_until, by=by, at=at)
    return row


@transaction.atomic
def decline_time(*, hazard_id: int, answer: str, by: Actor, at: datetime) -> Hazard:
    """The due time stays."""
    row = locked(hazard_id, by, HAND_OVER)
    asked = _to_decide(row)
    asked.decide(ExtensionStatus.DECLINED, by=by, at=at, answer=answer)
    follow(asked, REQUEST, by=by, at=at)
    return row


def give_up_request(row: Hazard, *, by: Actor, at: datetime) -> None:
    """Nothing is left to decide: the hazard has moved on."""
    asked = _asked(row)
    if asked is not None:
        asked.decide(ExtensionStatus.WITHDRAWN, by=by, at=at)
        follow(asked, REQUEST, by=by, at=at, is_met=False)


def _asked(row: Hazard) -> Extension | None:
    found = Extension.objects.select_for_update().filter(hazard=row)
    return found.filter(status=ExtensionStatus.ASKED).first()


def _to_decide(row: Hazard) -> Extension:
    asked = _asked(row)
    if asked is None:
        raise HazardRefused("no_extension")
    return asked
