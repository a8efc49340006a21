"""Which cameras there are, and which an actor reaches."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse

from luchang.apps.passages.models import Camera, CameraLife
from luchang.apps.passages.policies import MANAGE_CAMERA, SEE_CAMERAS
from luchang.apps.passages.states import Contact
from luchang.kernel.clock import local
from luchang.kernel.identity.actors import Actor, within
from luchang.kernel.ui.search import Hit


def cameras(actor: Actor, permission: str = SEE_CAMERAS) -> QuerySet[Camera]:
    """Cameras of the organisations a permission reaches, those taken away included."""
    return within(Camera.objects.select_related("organisation", "life"), actor, permission)


def managed_cameras(actor: Actor) -> QuerySet[Camera]:
    return cameras(actor, MANAGE_CAMERA)


def numbers_of(actor: Actor, permission: str) -> frozenset[int]:
    """The store's numbers of the cameras a permission reaches: what a question may look at."""
    reached = within(Camera.objects.all(), actor, permission)
    return frozenset(reached.values_list("number", flat=True))


def by_number(numbers: Iterable[int]) -> Mapping[int, Camera]:
    """Cameras by the store's number, for rows that were within reach."""
    found = Camera.objects.filter(number__in=set(numbers)).select_related("organisation")
    return {camera.number: camera for camera in found}


def find_cameras(actor: Actor, text: str, most: int) -> list[Hit]:
    """For the search box: by name, road or device number."""
    return [
        Hit(
            title=each.name,
            address=reverse("passages.camera", args=[each.pk]),
            note=each.device_id,
            icon="device-cctv",
        )
        for each in cameras(actor).filter(search__found=text)[:most]
    ]


def contact_of(life: CameraLife, *, at: datetime) -> Contact:
    """Whether a camera is heard of."""
    if life.heard_at is None:
        return Contact.NEVER
    silent = at - life.heard_at > timedelta(minutes=settings.CAMERA_SILENT_MINUTES)
    return Contact.SILENT if silent else Contact.ONLINE


def today_of(life: CameraLife, *, at: datetime) -> dict[str, int]:
    """Counts of the day; those of another day are over."""
    names = ("passages", "unread", "fast", "uncoloured", "refused")
    is_today = life.day == local(at).date()
    return {name: getattr(life, name) if is_today else 0 for name in names}
