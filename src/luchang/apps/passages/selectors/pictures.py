"""Pictures that came with passages: which are kept, and which belong to an answer.

Nothing of an address reaches the disk. An address names a passage; the store says under which
reference its picture lies, and only a reference of the intake's own form is opened.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from luchang.apps.passages.selectors import measuring, searching, tracks
from luchang.apps.passages.selectors.asking import EnquiryRefused, asked_in
from luchang.apps.passages.states import EnquiryKind
from luchang.core.passages.pictures import MEDIA_TYPES, day_of, kind_of, name_of
from luchang.kernel.clock import local

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from luchang.apps.passages.models import Enquiry
    from luchang.apps.passages.selectors.asking import Asked
    from luchang.core.passages.passage import Passage
    from luchang.kernel.identity.actors import Actor

LATEST_MS = 1 << 42
"""No camera's clock is beyond it: the year 2109 [ms since 1970 UTC]."""
SAME_MOMENT = 200
"""Passages of one camera and millisecond that are looked through."""
_MS = timedelta(milliseconds=1)


@dataclass(frozen=True)
class Spotted:
    """A passage as an address names it: the camera, the time, its picture's own name."""

    camera: int
    at_ms: int
    name: str


@dataclass(frozen=True)
class Picture:
    """What is handed out: bytes, and what they say they are."""

    content: bytes
    media_type: str
    name: str


def is_kept(reference: str, *, at: datetime) -> bool:
    """Whether a picture of ours is there and within its time."""
    place = _place_of(reference, at=at)
    return place is not None and place.is_file()


def read(reference: str, *, at: datetime) -> Picture | None:
    """Return the picture; None where none is kept, it is past its time, or no picture."""
    place = _place_of(reference, at=at)
    if place is None:
        return None
    try:
        content = place.read_bytes()
    except OSError:  # never came, or was cleared away a moment ago
        return None
    kind = kind_of(content)
    if kind is None:
        return None
    return Picture(content, MEDIA_TYPES[kind], f"{place.name}.{kind.lower()}")


def reference_in(enquiry: Enquiry, spotted: Spotted, actor: Actor) -> str:
    """Find the picture of a passage that an enquiry's answer holds; empty where it holds none."""
    asked = asked_in(enquiry)
    if not 0 <= spotted.at_ms < LATEST_MS:
        return ""
    try:
        if asked.kind == EnquiryKind.SECTIONS:
            image = _image_of_drive(asked, spotted, actor)
            return image if name_of(image) == spotted.name else ""
        found = [one.image for one in _passages_at(asked, spotted, actor)]
    except EnquiryRefused:  # he reaches no such camera any more
        return ""
    return next((image for image in found if name_of(image) == spotted.name), "")


def _passages_at(asked: Asked, spotted: Spotted, actor: Actor) -> Iterable[Passage]:
    from luchang.core.passages.passage import SHANGHAI_MS, instant  # noqa: PLC0415 - kernels take a second to load

    at = instant(spotted.at_ms + SHANGHAI_MS)
    if not asked.first <= at < asked.last:
        return ()
    if asked.cameras and spotted.camera not in asked.cameras:
        return ()
    moment = replace(asked, first=at, last=at + _MS, cameras=(spotted.camera,))
    if asked.kind == EnquiryKind.SEARCH:
        page = searching.page_after(moment, actor, None, size=SAME_MOMENT)
        return (row.passage for row in page.rows)
    if asked.kind == EnquiryKind.TRACK:
        found = tracks.passages_of(moment, actor)
        return (one.passage for one in found if one.passage.camera == spotted.camera)
    return ()


def _image_of_drive(asked: Asked, spotted: Spotted, actor: Actor) -> str:
    """The picture at an end of a drive that the answer holds."""
    from luchang.core.passages.passage import SHANGHAI_MS, instant  # noqa: PLC0415 - kernels take a second to load

    at = instant(spotted.at_ms + SHANGHAI_MS)
    near = replace(
        asked,
        first=max(asked.first, at),
        last=min(asked.last, at + measuring.LONGEST_DRIVE + _MS),
    )
    if near.last <= near.first:
        return ""
    ends = (
        end
        for drive in measuring.measured_of(near, actor).drives
        for end in (drive.entered, drive.left)
    )
    return next(
        (
            one.image
            for one in ends
            if (one.camera.number, one.at_ms) == (spotted.camera, spotted.at_ms)
        ),
        "",
    )


def _place_of(reference: str, *, at: datetime) -> Path | None:
    day = day_of(reference)
    if day is None or day < local(at).date() - timedelta(days=settings.PICTURE_DAYS):
        return None
    return Path(settings.PASSAGE_PICTURES) / reference
