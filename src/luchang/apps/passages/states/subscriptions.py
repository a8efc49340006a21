"""Subscriptions of other platforms, from application to their end."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from luchang.kernel.states import TransitionTable


class SubscriptionStatus(TextChoices):
    ASKED = "ASKED", _("待审批")
    ACTIVE = "ACTIVE", _("通知中")
    DENIED = "DENIED", _("未批准")
    CANCELLED = "CANCELLED", _("已退订")
    ENDED = "ENDED", _("已终止")
    EXPIRED = "EXPIRED", _("已到期")


_OVER = frozenset({SubscriptionStatus.CANCELLED, SubscriptionStatus.EXPIRED})
SUBSCRIPTION = TransitionTable(
    start=SubscriptionStatus.ASKED,
    moves={
        SubscriptionStatus.ASKED: _OVER | {SubscriptionStatus.ACTIVE, SubscriptionStatus.DENIED},
        SubscriptionStatus.ACTIVE: _OVER | {SubscriptionStatus.ENDED},
        SubscriptionStatus.DENIED: frozenset(),
        SubscriptionStatus.CANCELLED: frozenset(),
        SubscriptionStatus.ENDED: frozenset(),
        SubscriptionStatus.EXPIRED: frozenset(),
    },
)
