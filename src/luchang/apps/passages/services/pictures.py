"""Handing out pictures of passages: put on record first, since a picture shows the plate.

Whoever looks is written across it with the time: a photograph of a screen, or a copy that is
passed on, says by whom and when. The picture on disk stays as it came.
"""

from __future__ import annotations

import io
import warnings
from dataclasses import replace
from typing import TYPE_CHECKING

from PIL import Image, UnidentifiedImageError

from luchang.apps.passages import policies
from luchang.apps.passages.selectors import enquiries, pictures
from luchang.apps.passages.services.enquiries import SUBJECT
from luchang.apps.passages.states import EnquiryKind
from luchang.kernel.audit import services as audit
from luchang.kernel.audit.states import Action
from luchang.kernel.clock import local
from luchang.kernel.identity.actors import Forbidden
from luchang.kernel.records.attachments.pictures import watermarked
from luchang.kernel.records.attachments.states import FileKind
from luchang.kernel.records.moves import subject_of

if TYPE_CHECKING:
    from datetime import datetime

    from luchang.apps.passages.models import AlarmReceipt, Enquiry
    from luchang.apps.passages.selectors.pictures import Picture, Spotted
    from luchang.kernel.identity.actors import Actor

MOST_PIXELS = 16_000_000
"""Larger pictures are shown reduced: four bytes a pixel, twice, are held while one is marked."""

UNDECODABLE = (
    UnidentifiedImageError,
    Image.DecompressionBombError,
    OSError,
    ValueError,
    SyntaxError,  # what Pillow says of a broken PNG
)


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
    found = marked(pictures.read(pictures.reference_in(enquiry, spotted, by), at=at), by, at)
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
    found = marked(pictures.read(alarm.image, at=at), by, at)
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


def marked(found: Picture | None, by: Actor, at: datetime) -> Picture | None:
    """The picture with its viewer and the time across it; None where it cannot be decoded."""
    if found is None:
        return None
    mark = f"{by.name} {by.user_id or ''} {local(at):%Y-%m-%d %H:%M:%S}"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # ours is lower
            content, kind = _to_show(found)
            shown = watermarked(content, kind, mark)
    except UNDECODABLE:
        return None
    stem = found.name.rpartition(".")[0]
    name = f"{stem}.{kind.value.rpartition('/')[2]}"
    return replace(found, content=shown, media_type=kind.value, name=name)


def _to_show(found: Picture) -> tuple[bytes, FileKind]:
    """As it came where it can be marked like that; a bitmap as PNG, a huge one reduced."""
    with Image.open(io.BytesIO(found.content), formats=["JPEG", "PNG", "BMP"]) as image:
        is_huge = image.width * image.height > MOST_PIXELS
        if not is_huge and image.format in {"JPEG", "PNG"}:
            return found.content, FileKind(found.media_type)
        share = (MOST_PIXELS / (image.width * image.height)) ** 0.5 if is_huge else 1.0
        size = (int(image.width * share), int(image.height * share))
        image.draft("RGB", size)
        image.thumbnail(size)
        out = io.BytesIO()
        image.convert("RGB").save(out, "JPEG" if is_huge else "PNG", quality=90)
    return out.getvalue(), FileKind.JPEG if is_huge else FileKind.PNG
