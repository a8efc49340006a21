"""Alarms: raised by passages, received, answered, brought higher where nobody receives them."""

from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from luchang.apps.passages.models import AlarmReceipt, Camera, VehicleWatch, WatchAlarm
from luchang.apps.passages.policies import RECEIVE_ALARM
from luchang.apps.passages.selectors.subscriptions import erased_vehicles
from luchang.apps.passages.states import (
    ACTING,
    Finding,
    ReceiptStatus,
    WatchResponse,
)
from luchang.core.common.personal import mask_plate
from luchang.core.passages.passage import SHANGHAI_MS, Passage, instant
from luchang.kernel.clock import local
from luchang.kernel.identity.actors import SYSTEM, Actor, fetch
from luchang.kernel.identity.models import Organisation
from luchang.kernel.live import services as live
from luchang.kernel.records import deadlines
from luchang.kernel.records.following import Following, Wait, follow
from luchang.kernel.records.holders import holders_from, level_up
from luchang.kernel.records.numbering import next_number

TOPIC = "alarms"

RECEIPT_LIFE = Following(
    address=lambda row: reverse("passages.receipt", args=[row.pk]),
    waits={
        ReceiptStatus.WAITING: Wait(
            "passages.receive_alarm", _("布控预警待签收：%(record)s"), RECEIVE_ALARM,
            place="waiting_at", clock="passages.alarm_receipt",
        ),
        ReceiptStatus.SIGNED: Wait(
            "passages.answer_alarm", _("布控预警待反馈：%(record)s"), RECEIVE_ALARM,
            place="waiting_at", clock="passages.alarm_answer",
        ),
    },
)  # fmt: skip


@transaction.atomic
def raise_alarm(*, watch_id: int, passage: Passage, at: datetime) -> WatchAlarm | None:
    """An alarm for a passage that a watch means, and what each receiving organisation has to do.

    None where the watch acts no more, the vehicle is erased on that day, or the same vehicle was
    told of at the same camera a short while before: asked again after a crash, the same passage
    raises nothing twice.
    """
    watch = (
        VehicleWatch.objects.select_for_update(of=("self",))
        .select_related("organisation")
        .filter(pk=watch_id, status__in=ACTING)
        .first()
    )
    if watch is None or _is_erased(passage):
        return None
    alarm = _drafted(watch, passage, at=at)
    if _is_no_news(alarm):
        return None
    year = local(at).year
    alarm.number = f"YJ{year}{next_number(f'watch-alarm-{year}'):06d}"
    alarm.raise_it()
    for place in watch.receivers.order_by("path"):
        _open_receipt(alarm, place, at=at)
    return alarm


@transaction.atomic
def sign_alarm(*, receipt_id: int, by: Actor, at: datetime) -> AlarmReceipt:
    """Say that somebody has seen it and acts.

    Raises:
        Unreached.
        IllegalTransition: somebody received it before, or the watch is over.
    """
    row = _locked(receipt_id, by)
    row.sign(by=by, at=at)
    return _moved(row, "signed", by=by, at=at)


@transaction.atomic
def answer_alarm(
    *, receipt_id: int, finding: Finding, report: str, by: Actor, at: datetime
) -> AlarmReceipt:
    """Say what came of it; an alarm not yet received is received by that."""
    row = _locked(receipt_id, by)
    if row.status == ReceiptStatus.WAITING:
        row.sign(by=by, at=at)
    row.answer(finding, report.strip(), by=by, at=at)
    return _moved(row, "answered", by=by, at=at)


@transaction.atomic
def lift_receipt(*, receipt_id: int, at: datetime) -> bool:
    """Nobody received it in time: it waits one level higher from now on."""
    row = _locked(receipt_id, SYSTEM)
    if row.status != ReceiptStatus.WAITING:
        return False
    above = level_up(row.waiting_at, 1)
    if above.pk == row.waiting_at_id:
        return False
    row.lift_to(above)
    tell_receipt(row, kind="lifted", at=at)
    return True


def tell_receipt(row: AlarmReceipt, *, kind: str, at: datetime) -> None:
    """Every desk that may receive it hears of it; the plate in full stands on the page only."""
    live.tell(
        topic=TOPIC,
        kind=kind,
        data={
            "id": row.pk,
            "watch_id": row.alarm.watch_id,
            "status": row.status,
            "plate": mask_plate(row.alarm.plate),
            "camera": str(row.alarm.camera or ""),
            "response": row.alarm.watch.response,
            "is_late": row.alarm.is_late,
            "version": row.version,
        },
        at=at,
        permission=RECEIVE_ALARM,
        organisation_id=row.organisation.pk,
        organisation_path=row.organisation.path,
    )


def _drafted(watch: VehicleWatch, passage: Passage, *, at: datetime) -> WatchAlarm:
    camera = Camera.objects.filter(number=passage.camera).first()
    alarm = WatchAlarm.of(passage, watch=watch, camera=camera, raised_at=at)
    alarm.quiet_until = alarm.passed_at + _term("passages.alarm_quiet", at)
    alarm.is_late = at - alarm.passed_at > _term("passages.alarm_late", at)
    return alarm


def _term(code: str, at: datetime) -> timedelta:
    rule = deadlines.rule_for(code=code, on=local(at).date())
    return deadlines.due_at(rule=rule, start=at) - at


def _is_erased(passage: Passage) -> bool:
    """Whether the passage is of a vehicle that is, or is to be, erased on its day."""
    day = local(instant(passage.at_ms + SHANGHAI_MS)).date()
    spans = erased_vehicles([day]).get((passage.plate, passage.plate_type), ())
    return any(first <= day <= last for first, last in spans)


def _is_no_news(alarm: WatchAlarm) -> bool:
    return WatchAlarm.objects.filter(
        watch=alarm.watch,
        camera_number=alarm.camera_number,
        plate=alarm.plate,
        passed_at__lt=alarm.quiet_until,
        quiet_until__gt=alarm.passed_at,
    ).exists()


def _open_receipt(alarm: WatchAlarm, place: Organisation, *, at: datetime) -> None:
    """What is only to be noted is shown, and waits for nobody."""
    if alarm.watch.response == WatchResponse.OBSERVE:
        return
    waiting_at, _people = holders_from(
        permission=RECEIVE_ALARM, organisation=place, levels_up=0, at=at
    )
    row = AlarmReceipt(alarm=alarm, organisation=place, waiting_at=waiting_at, raised_at=at)
    row.open(by=SYSTEM, at=at)
    _moved(row, "raised", by=SYSTEM, at=at)


def _moved(row: AlarmReceipt, kind: str, *, by: Actor, at: datetime) -> AlarmReceipt:
    follow(row, RECEIPT_LIFE, by=by, at=at)
    tell_receipt(row, kind=kind, at=at)
    return row


def _locked(receipt_id: int, by: Actor) -> AlarmReceipt:
    rows = AlarmReceipt.objects.select_for_update(of=("self",)).select_related(
        "alarm__watch", "alarm__camera", "organisation", "waiting_at"
    )
    return fetch(rows, by, RECEIVE_ALARM, pk=receipt_id)
