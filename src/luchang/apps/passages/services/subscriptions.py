"""Subscriptions to passages: asked for by a registered system, approved and ended by officers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from luchang.apps.passages.models import Camera, Delivery, Subscription
from luchang.apps.passages.models.subscriptions import LONGEST_ADDRESS
from luchang.apps.passages.policies import SHARE
from luchang.apps.passages.selectors.subscriptions import OPEN, cameras_named
from luchang.apps.passages.services.refusals import SubscriptionRefused
from luchang.apps.passages.states import SubscriptionStatus
from luchang.kernel.audit import services as audit
from luchang.kernel.audit.states import Action
from luchang.kernel.clock import local
from luchang.kernel.identity.actors import Actor, Forbidden, fetch
from luchang.kernel.records.following import Following, Wait, follow
from luchang.kernel.records.numbering import next_number

if TYPE_CHECKING:
    from django.db.models import QuerySet

SUBJECT = "passages.subscription"
MOTOR_VEHICLES = "13"
"""SubscribeDetail that is delivered."""

MOST_OPEN = 20
"""Subscriptions one subscriber may have at a time."""

AGAIN_S = (5, 15, 60, 300)
"""Before a receiver that failed is tried again."""

GIVEN_UP = timedelta(days=3)
"""A receiver failing for so long is told no more: what waits for it fills the disk."""

LIFE = Following(
    address=lambda row: reverse("passages.subscription", args=[row.pk]),
    waits={
        SubscriptionStatus.ASKED: Wait(
            "passages.approve_subscription", _("过车订阅待审批：%(record)s"), SHARE
        ),
    },
)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a subscriber asks for."""

    code: str
    detail: str
    resources: Sequence[str]
    address: str
    begins_at: datetime
    ends_at: datetime
    title: str = ""
    applicant: str = ""
    reason: str = ""
    interval_s: int = 0


@transaction.atomic
def ask_subscription(
    *, subscriber_id: int, wanted: Wanted, by: Actor, at: datetime
) -> Subscription:
    """Note what a registered system asks for; it is told of nothing before an officer approves.

    Asked again in the same words it is the same subscription; in others it takes the place of the
    one before and waits for approval anew.

    Raises:
        Forbidden: anybody but the intake.
        SubscriptionRefused: what is asked for is not delivered, not known, or malformed.
    """
    _check_intake(by)
    subscriber = Camera.objects.select_for_update().get(pk=subscriber_id)
    cameras = _cameras(wanted, at=at)
    before = _open_rows(subscriber_id).filter(code=wanted.code).first()
    if before is not None:
        if _is_same(before, wanted):
            return before
        _over(before, SubscriptionStatus.CANCELLED, by=by, at=at, reason="订阅内容已变更")
    elif _open_rows(subscriber_id).count() >= MOST_OPEN:
        raise SubscriptionRefused("too_many_subscriptions", most=MOST_OPEN)
    year = local(at).year
    row = Subscription(
        number=f"DY{year}{next_number(f'passage-subscription-{year}'):05d}",
        subscriber=subscriber,
        organisation_id=subscriber.organisation_id,
        code=wanted.code,
        title=wanted.title,
        detail=wanted.detail,
        resources=",".join(wanted.resources),
        applicant=wanted.applicant,
        reason=wanted.reason,
        address=wanted.address,
        interval_s=wanted.interval_s,
        begins_at=wanted.begins_at,
        ends_at=wanted.ends_at,
        asked_at=at,
    )
    try:
        row.ask(by=by, at=at)
    except ValidationError as wrong:
        raise SubscriptionRefused("malformed", why="; ".join(wrong.messages)) from wrong
    row.cameras.set(cameras)
    _moved(row, Action.CREATE, by=by, at=at)
    return row


@transaction.atomic
def cancel_subscription(*, subscriber_id: int, code: str, by: Actor, at: datetime) -> Subscription:
    """End it at the subscriber's own word.

    Raises:
        Forbidden: anybody but the intake.
        SubscriptionRefused: `not_subscribed`.
    """
    _check_intake(by)
    row = _open_rows(subscriber_id).select_for_update().filter(code=code).first()
    if row is None:
        raise SubscriptionRefused("not_subscribed", code=code)
    return _over(row, SubscriptionStatus.CANCELLED, by=by, at=at, reason="订阅方退订")


@transaction.atomic
def approve_subscription(*, subscription_id: int, by: Actor, at: datetime) -> Subscription:
    """Let passages of its cameras that arrive from now on go to its address.

    Raises:
        Unreached.
        SubscriptionRefused: `subscription_over`, or a camera `beyond_reach`.
        IllegalTransition: it is decided already.
    """
    row = _locked(subscription_id, by)
    if row.ends_at <= at:
        raise SubscriptionRefused("subscription_over")
    for camera in row.cameras.select_related("organisation"):
        place = camera.organisation
        if not by.covers(SHARE, organisation_id=place.pk, path=place.path):
            raise SubscriptionRefused("beyond_reach", camera=camera.name)
    row.decide(SubscriptionStatus.ACTIVE, by=by, at=at)
    Delivery.objects.create(subscription=row)
    return _moved(row, Action.MOVE, by=by, at=at)


@transaction.atomic
def deny_subscription(
    *, subscription_id: int, reason: str, by: Actor, at: datetime
) -> Subscription:
    """Let nothing go out."""
    row = _locked(subscription_id, by)
    row.decide(SubscriptionStatus.DENIED, by=by, at=at, reason=reason)
    return _moved(row, Action.MOVE, by=by, at=at)


@transaction.atomic
def end_subscription(
    *, subscription_id: int, reason: str, by: Actor, at: datetime
) -> Subscription:
    """Let nothing more go out; the subscriber is not asked."""
    return _over(
        _locked(subscription_id, by), SubscriptionStatus.ENDED, by=by, at=at, reason=reason
    )


@transaction.atomic
def set_receiver(
    *, subscription_id: int, name: str, secret: str, by: Actor, at: datetime
) -> Subscription:
    """Keep what lets us in at a receiver that asks for Digest; an empty secret takes it away.

    Raises:
        Unreached.
        SubscriptionRefused: `subscription_over`.
    """
    row = _locked(subscription_id, by)
    if row.status not in OPEN:
        raise SubscriptionRefused("subscription_over")
    row.let_in_as(name.strip() if secret else "", secret)
    audit.record(
        by=by,
        action=Action.CHANGE,
        subject=SUBJECT,
        subject_id=row.pk,
        at=at,
        detail={"changed": "receiver secret", "receiver_name": row.receiver_name},
    )
    return row


def lapse_subscriptions(*, by: Actor, at: datetime) -> int:
    """End those whose time is over; how many."""
    _check_intake(by)
    with transaction.atomic():
        rows = Subscription.objects.select_for_update().filter(status__in=OPEN, ends_at__lte=at)
        for row in (found := list(rows)):
            _over(row, SubscriptionStatus.EXPIRED, by=by, at=at)
    return len(found)


# Telling


def note_place(*, subscription_id: int, log: str, position: int, by: Actor) -> None:
    """Keep how far the log was read where nothing in it was for the subscriber."""
    _check_intake(by)
    Delivery.objects.filter(pk=subscription_id).update(log=log, position=position)


@transaction.atomic
def note_told(
    *, subscription_id: int, log: str, position: int, passages: int, by: Actor, at: datetime
) -> None:
    """The receiver has taken them; the next notification waits as long as it asked for."""
    _check_intake(by)
    row = (
        Delivery.objects.select_for_update().select_related("subscription").get(pk=subscription_id)
    )
    row.log, row.position, row.sent_at = log, position, at
    row.passages += passages
    row.failures, row.failing_since, row.last_error = 0, None, ""
    row.next_at = at + timedelta(seconds=row.subscription.interval_s)
    row.save()


@transaction.atomic
def note_failure(*, subscription_id: int, error: str, by: Actor, at: datetime) -> None:
    """The receiver has not taken them: again later, and after days no more."""
    _check_intake(by)
    row = Delivery.objects.select_for_update().get(pk=subscription_id)
    wait_s = AGAIN_S[min(row.failures, len(AGAIN_S) - 1)]
    row.failures += 1
    row.failing_since = row.failing_since or at
    row.next_at, row.last_error = at + timedelta(seconds=wait_s), error[:200]
    row.save()
    if at - row.failing_since > GIVEN_UP:
        told = Subscription.objects.select_for_update().get(pk=subscription_id)
        if told.status == SubscriptionStatus.ACTIVE:
            _over(told, SubscriptionStatus.ENDED, by=by, at=at, reason="接收地址连续三天失败")


def _cameras(wanted: Wanted, *, at: datetime) -> list[Camera]:
    if not wanted.code:
        raise SubscriptionRefused("malformed", why="SubscribeID")
    if wanted.detail != MOTOR_VEHICLES:
        raise SubscriptionRefused("not_delivered", detail=wanted.detail)
    if wanted.ends_at <= max(wanted.begins_at, at):
        raise SubscriptionRefused("subscription_over")
    if not _is_address(wanted.address):
        raise SubscriptionRefused("malformed", why="ReceiveAddr")
    named = cameras_named(wanted.resources)
    unknown = [name for name, cameras in named.items() if not cameras]
    if unknown or not named:
        raise SubscriptionRefused("unknown_resource", resource=",".join(unknown))
    return list({each.pk: each for cameras in named.values() for each in cameras}.values())


def _is_address(text: str) -> bool:
    """Whether it is a plain HTTP address; a name and a secret in it would be shown in lists."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return False
    is_plain = parts.username is None and parts.password is None and port != 0
    return (
        len(text) <= LONGEST_ADDRESS
        and text.isprintable()
        and " " not in text
        and parts.scheme in {"http", "https"}
        and bool(parts.hostname)
        and is_plain
    )


def _is_same(row: Subscription, wanted: Wanted) -> bool:
    said = (row.detail, row.resources, row.address, row.interval_s, row.begins_at, row.ends_at)
    return said == (
        wanted.detail,
        ",".join(wanted.resources),
        wanted.address,
        wanted.interval_s,
        wanted.begins_at,
        wanted.ends_at,
    )


def _open_rows(subscriber_id: int) -> "QuerySet[Subscription]":
    return Subscription.objects.filter(subscriber=subscriber_id, status__in=OPEN)


def _check_intake(by: Actor) -> None:
    if not by.is_system:
        raise Forbidden(f"{by.name} is not the intake")


def _locked(subscription_id: int, by: Actor) -> Subscription:
    rows = Subscription.objects.select_for_update(of=("self",)).select_related("organisation")
    return fetch(rows, by, SHARE, pk=subscription_id)


def _over(
    row: Subscription,
    status: SubscriptionStatus,
    *,
    by: Actor,
    at: datetime,
    reason: str = "",
) -> Subscription:
    row.end(status, by=by, at=at, reason=reason)
    return _moved(row, Action.MOVE, by=by, at=at)


def _moved(row: Subscription, action: Action, *, by: Actor, at: datetime) -> Subscription:
    """Audited with where the passages go: personal data leaves the house."""
    detail = {
        "subscriber": row.subscriber.device_id,
        "code": row.code,
        "address": row.address,
        "resources": row.resources,
        "ends_at": row.ends_at.isoformat(),
        "status": row.status,
    }
    audit.record(by=by, action=action, subject=SUBJECT, subject_id=row.pk, at=at, detail=detail)
    follow(row, LIFE, by=by, at=at)
    return row
