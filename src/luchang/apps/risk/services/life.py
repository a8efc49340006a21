"""What a hazard waits for in each state, and how its row is taken under lock."""

from collections.abc import Iterable
from datetime import datetime
from typing import IO

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from luchang.apps.risk.models import Hazard
from luchang.apps.risk.policies import ACCEPT, HAND_OVER, RECTIFY
from luchang.apps.risk.services.hazard_refusals import HazardRefused
from luchang.apps.risk.states.hazards import Evidence, HazardStatus
from luchang.kernel.audit import services as audit
from luchang.kernel.audit.states import Action
from luchang.kernel.identity.actors import Actor, fetch
from luchang.kernel.records.attachments import services as attachments
from luchang.kernel.records.attachments.states import Refused as FileRefused
from luchang.kernel.records.following import Following, Wait

SUBJECT = "risk.hazard"
Photo = tuple[IO[bytes], str]
"""A file and its name."""

TO_HAND_OVER = Wait(
    "risk.hand_over", _("隐患待交办：%(record)s"), HAND_OVER, clock="risk.hand_over"
)
RECTIFYING = Wait(
    "risk.rectify", _("隐患待整改：%(record)s"), RECTIFY,
    place="receiver", clock="risk.rectify", variant="grade", until="due_at",
)  # fmt: skip
LIFE = Following(
    address=lambda row: reverse("risk.hazard", args=[row.pk]),
    waits={
        HazardStatus.FOUND: TO_HAND_OVER,
        HazardStatus.RETURNED: TO_HAND_OVER,
        HazardStatus.REOPENED: TO_HAND_OVER,
        HazardStatus.HANDED_OVER: Wait(
            "risk.sign", _("隐患待签收：%(record)s"), RECTIFY, place="receiver", clock="risk.sign"
        ),
        HazardStatus.SIGNED: RECTIFYING,
        HazardStatus.SUBMITTED: Wait(
            "risk.accept", _("隐患待验收：%(record)s"), ACCEPT, clock="risk.accept"
        ),
        HazardStatus.ACCEPTED: Wait("risk.strike_off", _("隐患待销号：%(record)s"), ACCEPT),
    },
)


def locked(hazard_id: int, by: Actor, permission: str, *, place: str = "organisation") -> Hazard:
    """The hazard, if `by` holds the permission at the organisation of that attribute.

    Raises:
        Unreached.
    """
    rows = Hazard.objects.select_for_update(of=("self",))
    rows = rows.select_related("organisation", "receiver", "version__risk_list")
    return fetch(rows, by, permission, pk=hazard_id, organisation=place)


def keep_photos(
    row: Hazard, photos: Iterable[Photo], shows: Evidence, *, by: Actor, at: datetime
) -> int:
    """Hang pictures on the hazard that say what they show; how many.

    Raises:
        HazardRefused: `file` or `not_a_picture`.
    """
    kept = 0
    for file, name in photos:
        try:
            made = attachments.attach(
                subject=SUBJECT, subject_id=row.pk, file=file, name=name, title=shows.value,
                by=by, at=at,
            )  # fmt: skip
        except FileRefused as wrong:
            raise HazardRefused("file", name=name, why=wrong.fault.label) from wrong
        if not made.kind.is_picture:
            raise HazardRefused("not_a_picture")
        kept += 1
    return kept


def malformed(wrong: ValidationError) -> HazardRefused:
    return HazardRefused("malformed", why="；".join(wrong.messages))


def note(
    row: Hazard, *, by: Actor, at: datetime, action: Action = Action.CHANGE, **detail: object
) -> None:
    audit.record(by=by, action=action, subject=SUBJECT, subject_id=row.pk, at=at, detail=detail)
