"""The words of the record kit."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from luchang.kernel.states import TransitionTable


class DeadlineStatus(TextChoices):
    """What became of a clock."""

    RUNNING = "RUNNING", _("计时中")
    MET = "MET", _("按时")
    LATE = "LATE", _("超时办结")
    WITHDRAWN = "WITHDRAWN", _("撤销")


DEADLINES = TransitionTable(
    start=DeadlineStatus.RUNNING,
    moves={
        DeadlineStatus.RUNNING: frozenset(
            {DeadlineStatus.MET, DeadlineStatus.LATE, DeadlineStatus.WITHDRAWN}
        ),
        DeadlineStatus.MET: frozenset(),
        DeadlineStatus.LATE: frozenset(),
        DeadlineStatus.WITHDRAWN: frozenset(),
    },
)


class StepKind(TextChoices):
    """What a clock does at one of its points."""

    WARN = "WARN", _("预警")
    OVERDUE = "OVERDUE", _("超时")
    ESCALATE = "ESCALATE", _("升级")


class Colour(TextChoices):
    """How close a due time is."""

    NONE = "NONE", _("无时限")
    CALM = "CALM", _("正常")
    SOON = "SOON", _("临近")
    OVERDUE = "OVERDUE", _("超时")


class TodoStatus(TextChoices):
    """Where a to-do stands."""

    OPEN = "OPEN", _("待办")
    DONE = "DONE", _("已办")
    WITHDRAWN = "WITHDRAWN", _("撤回")


TODOS = TransitionTable(
    start=TodoStatus.OPEN,
    moves={
        TodoStatus.OPEN: frozenset({TodoStatus.DONE, TodoStatus.WITHDRAWN}),
        TodoStatus.DONE: frozenset(),
        TodoStatus.WITHDRAWN: frozenset(),
    },
)


class TermUnit(TextChoices):
    """What a term is counted in, as shown; the values are those of `calendar.Unit`."""

    MINUTES = "MINUTES", _("分钟")
    HOURS = "HOURS", _("小时")
    NATURAL_DAYS = "NATURAL_DAYS", _("自然日")
    WORKING_DAYS = "WORKING_DAYS", _("工作日")


class MessageStatus(TextChoices):
    """What became of a short message."""

    WAITING = "WAITING", _("待发送")
    SENT = "SENT", _("已发送")
    FAILED = "FAILED", _("发送失败")


MESSAGES = TransitionTable(
    start=MessageStatus.WAITING,
    moves={
        MessageStatus.WAITING: frozenset({MessageStatus.SENT, MessageStatus.FAILED}),
        MessageStatus.SENT: frozenset(),
        MessageStatus.FAILED: frozenset(),
    },
)
