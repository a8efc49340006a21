"""Records of passages: cameras; each part of the app adds a line of its own."""

from luchang.apps.passages.models.clones import (
    CloneComparison,
    CloneMove,
    CloneSuspect,
    LeftOutCamera,
)
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
from luchang.apps.passages.models.enquiries import Enquiry
from luchang.apps.passages.models.erasures import Erasure
from luchang.apps.passages.models.intake import Episode, IntakeRefusal
from luchang.apps.passages.models.sections import CertifiedSection
from luchang.apps.passages.models.subscriptions import Delivery, Subscription
from luchang.apps.passages.models.watch import (
    AlarmReceipt,
    MatchedPlace,
    VehicleWatch,
    WatchAlarm,
)

__all__ = [
    "AlarmReceipt",
    "Camera",
    "CameraLife",
    "CameraVolume",
    "CertifiedSection",
    "CloneComparison",
    "CloneMove",
    "CloneSuspect",
    "CongestionScale",
    "CountedHour",
    "CountedJunction",
    "Delivery",
    "Enquiry",
    "Episode",
    "Erasure",
    "IntakeRefusal",
    "LeftOutCamera",
    "Link",
    "LinkTime",
    "MatchedPlace",
    "Movement",
    "Subscription",
    "TurnCount",
    "VehicleWatch",
    "WatchAlarm",
]
