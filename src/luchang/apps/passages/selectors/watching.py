"""Questions about watches and alarms."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from django.db.models import Count, F, Q, QuerySet
from django.urls import reverse

from luchang.apps.passages.models import AlarmReceipt, Camera, VehicleWatch, WatchAlarm
from luchang.apps.passages.policies import PROPOSE_WATCH, RECEIVE_ALARM, SEE_CAMERAS, SEE_WATCHES
from luchang.apps.passages.states import (
    ACTING,
    RECEIPT,
    WATCH,
    Finding,
    ReceiptStatus,
)
from luchang.core.common.personal import mask_plate
from luchang.core.passages.watching import Watch
from luchang.kernel.clock import local
from luchang.kernel.identity.actors import Actor, within
from luchang.kernel.identity.choosing import reached
from luchang.kernel.identity.models import Organisation
from luchang.kernel.records.holders import ancestors
from luchang.kernel.ui.search import Hit

SHOWN_ALARMS = 200
ON_DESK = 60
"""Open alarms drawn at once; more are a matter for the list."""

MOST_CAMERAS = 500
"""Cameras offered in a form; with more a site chooses by their list."""


def watches(actor: Actor) -> QuerySet[VehicleWatch]:
    rows = VehicleWatch.objects.select_related("organisation", "approving")
    return within(rows, actor, SEE_WATCHES)


def own_watches(actor: Actor) -> QuerySet[VehicleWatch]:
    """Those an import may find again: open, of organisations one proposes for."""
    rows = VehicleWatch.objects.select_related("organisation").filter(status__in=WATCH.open)
    return within(rows, actor, PROPOSE_WATCH)


def receipts(actor: Actor) -> QuerySet[AlarmReceipt]:
    rows = AlarmReceipt.objects.select_related(
        "alarm__watch", "alarm__camera", "organisation", "waiting_at"
    )
    return within(rows, actor, RECEIVE_ALARM)


def alarms_of(watch: VehicleWatch) -> Sequence[WatchAlarm]:
    """The latest alarms of a watch the reader sees."""
    rows = WatchAlarm.objects.filter(watch=watch).select_related("camera")
    return list(rows.prefetch_related("receipts__organisation")[:SHOWN_ALARMS])


def waiting_receipts(actor: Actor) -> int:
    """For the menu."""
    rows = within(AlarmReceipt.objects.all(), actor, RECEIVE_ALARM)
    return rows.filter(status=ReceiptStatus.WAITING).count()


def open_receipts(actor: Actor) -> Sequence[AlarmReceipt]:
    """What the alarm desk shows: not yet received first, the newest of each first."""
    rows = receipts(actor).filter(status__in=RECEIPT.open)
    waiting = rows.filter(status=ReceiptStatus.WAITING).order_by("-raised_at", "-pk")
    signed = rows.filter(status=ReceiptStatus.SIGNED).order_by("-raised_at", "-pk")
    first = list(waiting[:ON_DESK])
    return [*first, *signed[: ON_DESK - len(first)]]


@dataclass(frozen=True)
class Tally:
    """What became of today's alarms; each number is that of the list filtered alike."""

    raised: int
    waiting: int
    found: int
    missed: int
    mistaken: int
    signed_in_s: float | None
    """Median from the alarm to its receipt [s]; None where none was received."""


def tally(actor: Actor, *, at: datetime) -> Tally:
    midnight = local(at).replace(hour=0, minute=0, second=0, microsecond=0)
    rows = within(AlarmReceipt.objects.all(), actor, RECEIVE_ALARM)
    rows = rows.filter(raised_at__gte=midnight, raised_at__lt=midnight + timedelta(days=1))
    counted = rows.aggregate(
        raised=Count("pk"),
        waiting=Count("pk", filter=Q(status=ReceiptStatus.WAITING)),
        found=Count("pk", filter=Q(finding=Finding.FOUND)),
        missed=Count("pk", filter=Q(finding=Finding.MISSED)),
        mistaken=Count("pk", filter=Q(finding=Finding.MISTAKEN)),
    )
    signed = rows.filter(signed_at__isnull=False)
    waits = [
        each.total_seconds()
        for each in signed.values_list(F("signed_at") - F("raised_at"), flat=True)
    ]
    return Tally(**counted, signed_in_s=median(waits) if waits else None)


def receivers_for(actor: Actor) -> QuerySet[Organisation]:
    """Who may be told: the organisations one proposes for, and those above one's own."""
    below = reached(actor, PROPOSE_WATCH)
    own = Organisation.objects.filter(pk=actor.organisation_id or 0).first()
    above = [each.pk for each in ancestors(own)] if own is not None else []
    rows = Organisation.objects.open()
    return rows.filter(Q(pk__in=above) | Q(pk__in=below.values("pk"))).order_by("path")


def offered_cameras(actor: Actor) -> QuerySet[Camera]:
    rows = Camera.objects.select_related("organisation").exclude(status="RETIRED")
    return within(rows, actor, SEE_CAMERAS).order_by("organisation__path", "name")


def entries(*, at: datetime, only: Iterable[int] | None = None) -> list[Watch]:
    """Watches that act or will, as the matching knows them; all, or those of some keys."""
    rows = VehicleWatch.objects.filter(status__in=ACTING, ends_at__gt=at)
    if only is not None:
        rows = rows.filter(pk__in=list(only))
    cameras = _cameras_of(rows)
    return [_entry(row, cameras.get(row.pk, frozenset())) for row in rows.iterator(10_000)]


def changed_since(moment: datetime) -> list[int]:
    """Keys of watches that changed after a moment."""
    rows = VehicleWatch.objects.filter(changed_at__gt=moment)
    return list(rows.values_list("pk", flat=True))


def find_watches(actor: Actor, text: str, most: int) -> list[Hit]:
    """For the search box: by plate, number or case."""
    return [
        Hit(
            title=f"{each.number} {mask_plate(each.plate)}",
            address=reverse("passages.watch", args=[each.pk]),
            note=each.get_category_display(),
            icon="eye",
        )
        for each in watches(actor).filter(search__found=text)[:most]
    ]


def _cameras_of(rows: QuerySet[VehicleWatch]) -> Mapping[int, frozenset[int]]:
    through = VehicleWatch.cameras.through.objects.filter(vehiclewatch__in=rows.values("pk"))
    found: dict[int, set[int]] = {}
    for key, number in through.values_list("vehiclewatch_id", "camera__number"):
        found.setdefault(key, set()).add(number)
    return {key: frozenset(numbers) for key, numbers in found.items()}


def _entry(row: VehicleWatch, cameras: frozenset[int]) -> Watch:
    return Watch(
        number=row.pk,
        plate=row.plate,
        plate_type=row.plate_type,
        from_ms=round(row.starts_at.timestamp() * 1000),
        until_ms=round(row.holds_until.timestamp() * 1000),
        cameras=cameras,
        plate_colour=row.plate_colour,
        body_colour=row.body_colour,
        kind=row.kind,
    )
