"""Cameras that are out of order: one fault an episode, ended when they are well again."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from luchang.apps.facilities import services as facilities
from luchang.apps.facilities.states import FacilityKind, OrderStatus, WorkKind
from luchang.apps.passages.models import Camera, CameraLife, Episode
from luchang.apps.passages.states import Ailment, CameraStatus
from luchang.kernel.clock import local
from luchang.kernel.identity.actors import Actor, Forbidden

SKEW_S = 60.0
"""A clock further off than this is wrong: passages of two cameras would change places."""

FEWEST = 200
"""A share of fewer passages of a day says nothing."""

UNREAD_SHARE = 0.30
FAST_SHARE = 0.05


@dataclass(frozen=True)
class Finding:
    """What is wrong with a camera, in words for whoever mends it."""

    ailment: Ailment
    words: str


def findings(life: CameraLife, *, at: datetime) -> Iterator[Finding]:
    """What is wrong with a camera now; nothing of one that never signed in."""
    if life.heard_at is None:
        return
    silent_for = at - life.heard_at
    if silent_for > timedelta(minutes=settings.CAMERA_SILENT_MINUTES):
        minutes = round(silent_for.total_seconds() / 60)
        yield Finding(Ailment.SILENT, _("已%(minutes)d分钟没有联系") % {"minutes": minutes})
        return  # what was heard before says nothing about now
    if life.skew_s is not None and abs(life.skew_s) > SKEW_S:
        words = _("设备时钟比平台快%(s)d秒") if life.skew_s > 0 else _("设备时钟比平台慢%(s)d秒")
        yield Finding(Ailment.CLOCK, words % {"s": abs(round(life.skew_s))})
    if life.day != local(at).date() or life.passages < FEWEST:
        return
    unread, fast = life.unread / life.passages, life.fast / life.passages
    if unread > UNREAD_SHARE:
        words = _("今日%(share)d%%的过车未识别号牌")
        yield Finding(Ailment.UNREAD, words % {"share": round(unread * 100)})
    if fast > FAST_SHARE:
        words = _("今日%(share)d%%的过车车速不可能")
        yield Finding(Ailment.SPEED, words % {"share": round(fast * 100)})


def look_after_cameras(*, by: Actor, at: datetime) -> tuple[int, int]:
    """Begin and end episodes of every camera in use; how many of each.

    Raises:
        Forbidden: anybody but the platform itself.
    """
    if not by.is_system:
        raise Forbidden(f"{by.name} is not the platform")
    began = ended = 0
    for camera_id in Camera.objects.standing().values_list("pk", flat=True):
        new, old = _look_after(camera_id, by=by, at=at)
        began, ended = began + new, ended + old
    return began, ended


@transaction.atomic
def _look_after(camera_id: int, *, by: Actor, at: datetime) -> tuple[int, int]:
    rows = Camera.objects.select_for_update(of=("self",)).select_related("organisation")
    camera = rows.get(pk=camera_id)
    found = {}
    if camera.status == CameraStatus.IN_USE:
        found = {each.ailment: each for each in findings(camera.life, at=at)}
    open_ = {Ailment(each.ailment): each for each in camera.episodes.filter(ended_at__isnull=True)}
    for ailment in found.keys() - open_.keys():
        _begin(camera, found[ailment], by=by, at=at)
    ended = [episode for ailment, episode in open_.items() if ailment not in found]
    for episode in ended:
        episode.end(at=at)
        _close_order(episode, by=by, at=at)
    return len(found.keys() - open_.keys()), len(ended)


def _begin(camera: Camera, finding: Finding, *, by: Actor, at: datetime) -> None:
    """Report a fault of the facility the camera is, unless one is being mended already."""
    words = f"{finding.ailment.label}：{finding.words}"
    order_id = None
    try:
        with transaction.atomic():
            order_id = facilities.report(
                facility_id=_facility_of(camera, by=by, at=at),
                kind=WorkKind.REPAIR,
                quantity=1,
                description=words,
                is_urgent=False,
                by=by,
                at=at,
            ).pk
    except facilities.Refused:  # being mended, or taken away: the episode is told all the same
        order_id = None
    Episode.objects.create(
        camera=camera,
        ailment=finding.ailment,
        detail=finding.words,
        began_at=at,
        order_id=order_id,
    )


def _facility_of(camera: Camera, *, by: Actor, at: datetime) -> int:
    """The facility a camera stands for; entered with its first fault."""
    if camera.facility_id is None:
        made = facilities.register(
            kind=FacilityKind.CAMERA,
            name=camera.name,
            place=camera.junction or camera.link or camera.name,
            longitude=camera.longitude,
            latitude=camera.latitude,
            quantity=1,
            organisation=camera.organisation,
            is_standing=True,
            by=by,
            at=at,
        )
        camera.stand_for(made.pk)
        return made.pk
    return camera.facility_id


def _close_order(episode: Episode, *, by: Actor, at: datetime) -> None:
    """Take back a fault nobody has been sent to yet; what is under way ends with the work."""
    order = episode.order
    if order is not None and order.status == OrderStatus.REPORTED:
        others = Episode.objects.filter(order=order, ended_at__isnull=True)
        if not others.exists():
            facilities.cancel(order_id=order.pk, reason=_("设备已自行恢复"), by=by, at=at)
