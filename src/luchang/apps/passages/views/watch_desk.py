"""The alarm desk: what cameras saw of watched vehicles, live, received by one key."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from luchang.apps.passages.models import AlarmReceipt
from luchang.apps.passages.policies import RECEIVE_ALARM
from luchang.apps.passages.selectors import watching
from luchang.apps.passages.states import ReceiptStatus, WatchResponse
from luchang.apps.passages.views.watch_forms import PLATE_TYPES
from luchang.kernel import clock
from luchang.kernel.audit.services import record_reading
from luchang.kernel.identity.access import allow, passive
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.middleware import actor_of
from luchang.kernel.live.selectors import latest
from luchang.kernel.records.models import Deadline

SUBJECT = "passages.alarmreceipt"


@dataclass(frozen=True)
class Card:
    """One alarm on the desk."""

    row: AlarmReceipt
    plate_type: str
    tone: str
    due: datetime | None

    @property
    def is_waiting(self) -> bool:
        return self.row.status == ReceiptStatus.WAITING


@require_GET
@allow(RECEIVE_ALARM)
def desk(request: HttpRequest) -> HttpResponse:
    """Every alarm that waits to be received or answered; news come by themselves."""
    since = latest()
    values = _values(actor_of(request), at=clock.now())
    return render(request, "passages/alarm_desk.html", {"since": since, **values})


@require_GET
@allow(RECEIVE_ALARM)
@passive
def cards(request: HttpRequest) -> HttpResponse:
    """The cards anew, after news."""
    values = _values(actor_of(request), at=clock.now())
    return render(request, "passages/_alarm_cards.html", values)


def _values(actor: Actor, *, at: datetime) -> Mapping[str, object]:
    """Plates stand here in full, because vehicles are to be recognised: the look is on record."""
    rows = watching.open_receipts(actor)
    if rows:
        record_reading(by=actor, subject=SUBJECT, subject_ids=[row.pk for row in rows], at=at)
    dues = _dues(rows)
    types = dict(PLATE_TYPES)
    drawn = [
        Card(row, str(types.get(row.alarm.plate_type, "")), _tone(row), dues.get(row.pk))
        for row in rows
    ]
    return {"cards": drawn, "tally": watching.tally(actor, at=at)}


def _tone(row: AlarmReceipt) -> str:
    if row.status == ReceiptStatus.SIGNED:
        return "primary"
    return "danger" if row.alarm.watch.response == WatchResponse.STOP else "warning"


def _dues(rows: Sequence[AlarmReceipt]) -> Mapping[int, datetime]:
    keys = [row.pk for row in rows]
    running = Deadline.objects.running().filter(subject=SUBJECT, subject_id__in=keys)
    return dict(running.values_list("subject_id", "due_at"))
