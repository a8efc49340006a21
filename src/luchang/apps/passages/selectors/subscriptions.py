"""Subscriptions: what officers see, what a subscriber may ask for, and what is to be told now."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet

from luchang.apps.passages.models import Camera, Erasure, Subscription
from luchang.apps.passages.models.erasures import GRANTED
from luchang.apps.passages.policies import SHARE
from luchang.apps.passages.states import CameraStatus, SubscriptionStatus
from luchang.kernel.identity.actors import Actor, within

OPEN = (SubscriptionStatus.ASKED, SubscriptionStatus.ACTIVE)


@dataclass(frozen=True, slots=True)
class Source:
    """A camera as the subscriber knows it."""

    device_id: str
    tollgate_id: str


@dataclass(frozen=True, slots=True)
class Telling:
    """A subscription that is told: what of, where to, and how far it has been.

    Attributes
    ----------
    since
        When it was approved; what arrived before is not told.
    log, position
        Place in the log of passages; empty where nothing was told yet.
    """

    pk: int
    code: str
    title: str
    address: str
    interval_s: int
    begins_at: datetime
    ends_at: datetime
    since: datetime
    next_at: datetime | None
    log: str
    position: int
    sources: Mapping[int, Source]
    """By the number the store knows the camera by."""
    receiver_name: str = ""
    receiver_secret: str = ""
    """What lets us in where the receiver asks for Digest; empty where it was given none."""


def subscriptions(actor: Actor) -> QuerySet[Subscription]:
    rows = Subscription.objects.select_related(
        "organisation", "subscriber", "decided_by", "delivery"
    )
    return within(rows, actor, SHARE)


def of_subscriber(subscriber_id: int) -> QuerySet[Subscription]:
    """What a registered system subscribes to or has subscribed to, the latest first."""
    return Subscription.objects.filter(subscriber=subscriber_id).order_by("-asked_at", "-pk")


def cameras_named(resources: Iterable[str]) -> dict[str, list[Camera]]:
    """The standing cameras that each 20 digits mean: one camera, or those of a checkpoint."""
    found: dict[str, list[Camera]] = {name: [] for name in resources}
    rows = Camera.objects.defer("search").exclude(status=CameraStatus.RETIRED)
    for row in rows.filter(Q(device_id__in=found) | Q(tollgate_id__in=found)).order_by("number"):
        for name in {row.device_id, row.tollgate_id} & set(found):
            found[name].append(row)
    return found


def tellings(*, at: datetime) -> list[Telling]:
    """Approved subscriptions that have begun; those whose subscriber is suspended wait."""
    rows = (
        Subscription.objects.filter(status=SubscriptionStatus.ACTIVE, begins_at__lte=at)
        .filter(subscriber__status=CameraStatus.IN_USE)
        .select_related("delivery")
        .prefetch_related("cameras")
        .order_by("pk")
    )
    return [_telling(row) for row in rows]


def is_told(subscription_id: int) -> bool:
    """Whether it may still be sent anything."""
    return Subscription.objects.filter(
        pk=subscription_id,
        status=SubscriptionStatus.ACTIVE,
        subscriber__status=CameraStatus.IN_USE,
    ).exists()


def is_any_active() -> bool:
    return Subscription.objects.filter(status=SubscriptionStatus.ACTIVE).exists()


def kept_places() -> list[tuple[str, int]]:
    """How far in the log each approved subscription has been told."""
    rows = Subscription.objects.filter(status=SubscriptionStatus.ACTIVE)
    return list(rows.values_list("delivery__log", "delivery__position"))


def erased_vehicles(days: Sequence[date]) -> dict[tuple[str, int], list[tuple[date, date]]]:
    """Vehicles whose passages of some of these days are erased, or are to be, and which days."""
    found: dict[tuple[str, int], list[tuple[date, date]]] = {}
    if days:
        rows = Erasure.objects.filter(
            status__in=GRANTED, first_day__lte=max(days), last_day__gte=min(days)
        )
        for row in rows:
            spans = found.setdefault((row.plate, row.plate_type), [])
            spans.append((row.first_day, row.last_day))
    return found


def _telling(row: Subscription) -> Telling:
    told = row.delivery
    return Telling(
        pk=row.pk,
        code=row.code,
        title=row.title,
        address=row.address,
        receiver_name=row.receiver_name,
        receiver_secret=row.receiver_secret,
        interval_s=row.interval_s,
        begins_at=row.begins_at,
        ends_at=row.ends_at,
        since=row.decided_at or row.asked_at,
        next_at=told.next_at,
        log=told.log,
        position=told.position,
        sources={
            each.number: Source(each.device_id, each.tollgate_id) for each in row.cameras.all()
        },
    )
