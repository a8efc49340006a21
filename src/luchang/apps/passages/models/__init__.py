"""Records of passages: cameras; each part of the app adds a line of its own."""

from luchang.apps.passages.models.counts import (
    CameraVolume,
    CongestionScale,
    CountedHour,
    CountedJunction,
    Link,
    LinkTime,
    Movement,
    TurnCount,
)
from luchang.apps.passages.models.devices import Camera, CameraLife
from luchang.apps.passages.models.erasures import Erasure
from luchang.apps.passages.models.intake import Episode, IntakeRefusal

__all__ = [
    "Camera",
    "CameraLife",
    "CameraVolume",
    "CongestionScale",
    "CountedHour",
    "CountedJunction",
    "Episode",
    "Erasure",
    "IntakeRefusal",
    "Link",
    "LinkTime",
    "Movement",
    "TurnCount",
]
