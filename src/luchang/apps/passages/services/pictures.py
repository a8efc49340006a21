"""Handing out pictures of passages: put on record first, since a picture shows the plate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from luchang.apps.passages import policies
from luchang.apps.passages.selectors import enquiries, pictures
from luchang.apps.passages.services.enquiries import SUBJECT
from luchang.apps.passages.states import EnquiryKind
from luchang.kernel.audit import services as audit
from luchang.kernel.audit.states import Action
from luchang.kernel.identity.actors import Forbidden
from luchang.kernel.records.moves import subject_of

if TYPE_CHECKING:
    from datetime import datetime

    from luchang.apps.passages.models import AlarmReceipt, Enquiry
    from luchang.apps.passages.selectors.pictures import Picture, Spotted
    from luchang.kernel.identity.actors import Actor


def picture_of_answer(
    *, enquiry: Enquiry, spotted: Spotted, by: Actor, at: datetime
) -> Picture | None:
    """Hand out the picture of a passage that one's own answer holds, while it may be seen.

    None where the answer holds no such passage, or its picture is not kept.

    Raises:
        Forbidden: `by` may ask this no more.
    """
    policies.check_can_ask(by, EnquiryKind(enquiry.kind))
    if not enquiries.is_shown(enquiry, by, at=at):
        return None
    found = pictures.read(pictures.reference_in(enquiry, spotted, by), at=at)
    if found is not None:
        audit.record(
            by=by,
            action=Action.REVEAL,
            subject=SUBJECT,
            subject_id=enquiry.pk,
            at=at,
            purpose=enquiry.reason,
            detail={
                "number": enquiry.number,
                "case_number": enquiry.case_number,
                "camera": spotted.camera,
                "at_ms": spotted.at_ms,
                "picture": spotted.name,
            },
        )
    return found


def picture_of_alarm(*, receipt: AlarmReceipt, by: Actor, at: datetime) -> Picture | None:
    """Hand out the picture of the passage that raised an alarm; None where none is kept.

    Raises:
        Forbidden: `by` does not receive alarms there.
    """
    place = receipt.organisation
    if not by.covers(policies.RECEIVE_ALARM, organisation_id=place.pk, path=place.path):
        raise Forbidden(f"{by.name} receives no alarms of {place}")
    alarm = receipt.alarm
    found = pictures.read(alarm.image, at=at)
    if found is not None:
        audit.record(
            by=by,
            action=Action.REVEAL,
            subject=subject_of(receipt),
            subject_id=receipt.pk,
            at=at,
            purpose=alarm.watch.reason,
            detail={"number": alarm.number, "picture": found.name},
        )
    return found
