"""The words of work after the commit."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from luchang.kernel.states import TransitionTable


class DeliveryStatus(TextChoices):
    """How far one event has come with one of its handlers."""

    PENDING = "PENDING", _("待投递")
    DONE = "DONE", _("已投递")
    DEAD = "DEAD", _("投递失败")
    DROPPED = "DROPPED", _("已放弃")


D = DeliveryStatus
DELIVERIES = TransitionTable(
    start=D.PENDING,
    moves={
        D.PENDING: frozenset({D.DONE, D.DEAD}),
        D.DEAD: frozenset({D.PENDING, D.DROPPED}),
        D.DONE: frozenset(),
        D.DROPPED: frozenset(),
    },
)


class JobStatus(TextChoices):
    """The life of a long job."""

    WAITING = "WAITING", _("等待")
    RUNNING = "RUNNING", _("进行中")
    DONE = "DONE", _("已完成")
    FAILED = "FAILED", _("失败")
    CANCELLED = "CANCELLED", _("已取消")


J = JobStatus
JOBS = TransitionTable(
    start=J.WAITING,
    moves={
        J.WAITING: frozenset({J.RUNNING, J.CANCELLED, J.FAILED}),
        J.RUNNING: frozenset({J.DONE, J.FAILED, J.CANCELLED, J.WAITING}),
        J.FAILED: frozenset({J.WAITING}),
        J.DONE: frozenset(),
        J.CANCELLED: frozenset(),
    },
)
