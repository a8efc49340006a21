"""Requests to erase passages, and what the intake refused."""

from datetime import date

from django.db.models import QuerySet

from luchang.apps.passages.models import Episode, Erasure, IntakeRefusal
from luchang.apps.passages.policies import ERASE_VEHICLE, MANAGE_CAMERA, SEE_CAMERAS
from luchang.kernel.identity.actors import Actor, within


def erasures(actor: Actor) -> QuerySet[Erasure]:
    rows = Erasure.objects.select_related("organisation", "proposed_by", "decided_by")
    return within(rows, actor, ERASE_VEHICLE)


def refusals(actor: Actor) -> QuerySet[IntakeRefusal]:
    """What was refused of cameras in reach; of strangers only where everything is in reach."""
    rows = IntakeRefusal.objects.select_related("camera__organisation")
    return within(rows, actor, MANAGE_CAMERA, organisation="camera__organisation")


def episodes(actor: Actor) -> QuerySet[Episode]:
    rows = Episode.objects.select_related("camera__organisation")
    return within(rows, actor, SEE_CAMERAS, organisation="camera__organisation")


def refused_since(camera_id: int, day: date) -> QuerySet[IntakeRefusal]:
    """What was refused of one camera from a day on."""
    return IntakeRefusal.objects.filter(camera=camera_id, day__gte=day)
