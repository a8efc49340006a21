"""What the intake knows of the registered devices, read every few seconds."""

from dataclasses import dataclass

from luchang.apps.passages.models import Camera
from luchang.apps.passages.states import CameraStatus


@dataclass(frozen=True, slots=True)
class Sender:
    """A registered device.

    Attributes
    ----------
    digest
        MD5 of device, realm and secret; empty where it has none yet.
    dialect
        Whose codes its plate colours are.
    is_open
        Whether it may send: neither suspended nor taken away.
    """

    pk: int
    number: int
    device_id: str
    name: str
    tollgate_id: str
    lanes: int
    direction: int
    longitude: float
    latitude: float
    digest: str
    dialect: str
    is_open: bool


def senders() -> dict[str, Sender]:
    """Every registered device by its 20 digits, those taken away included."""
    return {
        each.device_id: Sender(
            pk=each.pk,
            number=each.number,
            device_id=each.device_id,
            name=each.name,
            tollgate_id=each.tollgate_id,
            lanes=each.lanes,
            direction=each.direction,
            longitude=each.longitude,
            latitude=each.latitude,
            digest=each.digest,
            dialect=each.dialect,
            is_open=each.status == CameraStatus.IN_USE,
        )
        for each in Camera.objects.defer("search")
    }
