"""Who outside wants to be told of passages, and how far he has been told."""

from datetime import datetime

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from luchang.apps.passages.models.devices import Camera
from luchang.apps.passages.states import SUBSCRIPTION, SubscriptionStatus
from luchang.core.common.personal import Kind
from luchang.kernel.crypto.fields import EncryptedTextField
from luchang.kernel.history import tracked
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.models import Organisation, User
from luchang.kernel.records.moves import Stateful, begin, move

LONGEST_ADDRESS = 512


@tracked(exclude=["receiver_secret"])
class Subscription(Stateful):
    """A registered system asks for the passages of some cameras; nothing goes out unapproved."""

    number = models.CharField(_("编号"), max_length=20, unique=True)
    subscriber = models.ForeignKey(
        Camera, on_delete=models.PROTECT, related_name="+", verbose_name=_("订阅方")
    )
    """The device or platform that signed in and asked."""
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("管理单位")
    )
    """The unit that answers for the subscriber, as it was when it asked."""
    code = models.CharField(_("订阅标识"), max_length=64)
    """SubscribeID, the subscriber's own."""
    title = models.CharField(_("订阅标题"), max_length=256, blank=True)
    detail = models.CharField(_("订阅类别"), max_length=64)
    """SubscribeDetail as it was sent; only 13, motor vehicles, is delivered."""
    resources = models.CharField(_("订阅资源"), max_length=2_000)
    """ResourceURI as it was sent; `cameras` is what it meant."""
    cameras = models.ManyToManyField(Camera, related_name="+", verbose_name=_("过车设备"))
    applicant = models.CharField(_("申请人"), max_length=200, blank=True)
    reason = models.CharField(_("订阅理由"), max_length=256, blank=True)
    address = models.CharField(_("接收地址"), max_length=LONGEST_ADDRESS)
    receiver_name = models.CharField(_("接收方用户名"), max_length=64, blank=True)
    """Under which the receiver lets us in where it asks for Digest; empty: our own number."""
    receiver_secret = EncryptedTextField(Kind.TEXT, blank=True, editable=False)
    interval_s = models.PositiveIntegerField(_("通知间隔（秒）"), default=0)
    begins_at = models.DateTimeField(_("开始时间"))
    ends_at = models.DateTimeField(_("结束时间"))
    asked_at = models.DateTimeField(_("订阅时间"))
    decided_by = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("审批人"),
    )
    decided_at = models.DateTimeField(_("审批时间"), null=True, blank=True)
    status = models.CharField(
        _("状态"), max_length=12, choices=SubscriptionStatus.choices, default=SUBSCRIPTION.start
    )

    class Meta:
        ordering = ["-asked_at", "-pk"]
        verbose_name = _("过车订阅")
        constraints = [
            UniqueConstraint(
                name="passage_subscription_open_once",
                fields=["subscriber", "code"],
                condition=Q(status__in=[SubscriptionStatus.ASKED, SubscriptionStatus.ACTIVE]),
            ),
            CheckConstraint(
                name="passage_subscription_takes_time", condition=Q(ends_at__gt=F("begins_at"))
            ),
            CheckConstraint(
                name="passage_subscription_sends_approved",
                condition=~Q(status=SubscriptionStatus.ACTIVE)
                | Q(decided_by__isnull=False, decided_at__isnull=False),
            ),
        ]
        triggers = [SUBSCRIPTION.guard()]

    def __str__(self) -> str:
        return self.number

    def ask(self, *, by: Actor, at: datetime) -> None:
        self.full_clean(validate_constraints=False)
        self.save()
        begin(self, by=by, at=at, reason=self.reason)

    def decide(
        self, status: SubscriptionStatus, *, by: Actor, at: datetime, reason: str = ""
    ) -> None:
        self.decided_by_id, self.decided_at = by.user_id, at
        move(self, SUBSCRIPTION, status, by=by, at=at, reason=reason)
        self.save(update_fields=["status", "decided_by", "decided_at"])

    def let_in_as(self, name: str, secret: str) -> None:
        self.receiver_name, self.receiver_secret = name, secret
        self.save(update_fields=["receiver_name", "receiver_secret"])

    def end(
        self, status: SubscriptionStatus, *, by: Actor, at: datetime, reason: str = ""
    ) -> None:
        move(self, SUBSCRIPTION, status, by=by, at=at, reason=reason)
        self.save(update_fields=["status"])


class Delivery(models.Model):
    """How far a subscription has been told; written with every notification, no history."""

    subscription = models.OneToOneField(
        Subscription, on_delete=models.CASCADE, primary_key=True, related_name="delivery"
    )
    log = models.CharField(max_length=64, blank=True)
    position = models.BigIntegerField(default=0)
    """Where in the log of passages it stands, by the log's own bytes."""
    passages = models.PositiveBigIntegerField(_("已通知过车"), default=0)
    sent_at = models.DateTimeField(_("最近通知"), null=True, blank=True)
    failures = models.PositiveIntegerField(_("连续失败次数"), default=0)
    failing_since = models.DateTimeField(_("失败开始时间"), null=True, blank=True)
    next_at = models.DateTimeField(_("下次通知"), null=True, blank=True)
    last_error = models.CharField(_("最近一次错误"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("订阅通知进度")

    def __str__(self) -> str:
        return str(self.subscription)
