"""The rows of the record kit, one aggregate a module."""

from luchang.kernel.records.models.basics import Counter, Intake, Move
from luchang.kernel.records.models.clocks import Deadline, DeadlineRule, DeadlineStep, Holiday
from luchang.kernel.records.models.codes import Code, CodeList
from luchang.kernel.records.models.inbox import Comment, Mute, Notification, Todo
from luchang.kernel.records.models.messages import ShortMessage

__all__ = [
    "Code",
    "CodeList",
    "Comment",
    "Counter",
    "Deadline",
    "DeadlineRule",
    "DeadlineStep",
    "Holiday",
    "Intake",
    "Move",
    "Mute",
    "Notification",
    "ShortMessage",
    "Todo",
]
