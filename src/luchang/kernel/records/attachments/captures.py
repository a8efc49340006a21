"""What a camera wrote about a picture: when by its own clock, and where by its own receiver.

Both are the device's word. A page shows them beside the server's time, never instead of it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from luchang.kernel.records.attachments.models import Attachment

_DEGREES, _HALF_CIRCLE, _RIGHT_ANGLE = 3, 180.0, 90.0


@dataclass(frozen=True)
class Capture:
    """The device's word, as far as it gave one."""

    at: datetime | None
    """Without a zone: the clock of the device, whatever it was set to."""
    longitude: float | None
    latitude: float | None
    """WGS 84."""
    device: str

    def __bool__(self) -> bool:
        return bool(self.at or self.device or self.longitude is not None)


def capture_of(attachment: Attachment) -> Capture:
    """What stands in the metadata kept apart; broken values count as absent."""
    said = cast("Mapping[str, object]", json.loads(attachment.metadata or "{}"))
    latitude = _angle(said.get("GPSLatitude"), said.get("GPSLatitudeRef"), _RIGHT_ANGLE)
    longitude = _angle(said.get("GPSLongitude"), said.get("GPSLongitudeRef"), _HALF_CIRCLE)
    is_placed = latitude is not None and longitude is not None
    return Capture(
        at=_time(said.get("DateTimeOriginal") or said.get("DateTime")),
        longitude=longitude if is_placed else None,
        latitude=latitude if is_placed else None,
        device=str(said.get("Model") or "").strip(),
    )


def _time(said: object) -> datetime | None:
    try:
        return datetime.strptime(str(said), "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007 - has no zone
    except ValueError:
        return None


def _angle(said: object, half: object, largest: float) -> float | None:
    """Degrees, minutes and seconds with the letter of their half of the globe."""
    if not isinstance(said, Sequence) or isinstance(said, str) or len(said) != _DEGREES:
        return None
    try:
        degrees, minutes, seconds = (float(part) for part in said)
    except (TypeError, ValueError):
        return None
    angle = degrees + minutes / 60 + seconds / 3600
    if not 0 <= angle <= largest:
        return None
    return round(-angle if half in {"S", "W"} else angle, 6)
