"""What follows from what others tell."""

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

from luchang.apps.passages import services
from luchang.apps.passages.selectors import the_store
from luchang.apps.passages.services import alarms
from luchang.core.passages.passage import Passage
from luchang.kernel import clock
from luchang.kernel.jobs import outbox
from luchang.kernel.records.events import DeadlineStepTaken
from luchang.kernel.records.kinds import StepKind

if TYPE_CHECKING:
    from luchang.apps.passages.services.matching import Matcher

_here: "list[Matcher]" = []
_starting = threading.Lock()


def subscribe() -> None:
    """Hear of passages on disk and of clocks that ran out; called once, from `ready`."""
    services.after_durable.append(match)
    outbox.subscribe(DeadlineStepTaken, receipt_overdue, name="passages.receipt_overdue")


def match(passages: Sequence[Passage]) -> None:
    """The matcher of this process looks at once; the first passages start it."""
    start_matching().wake(passages)


def start_matching() -> "Matcher":
    """The matcher of this process, started once; it waits while another process matches."""
    from luchang.apps.passages.services.matching import Matcher  # noqa: PLC0415 - loads the kernels

    with _starting:
        if not _here:
            made = Matcher(the_store().folder, now=clock.now)
            made.start()
            _here.append(made)
        return _here[0]


def receipt_overdue(event: DeadlineStepTaken) -> None:
    """An alarm nobody received goes one level higher at each level of its clock."""
    if event.code == "passages.alarm_receipt" and event.kind == StepKind.ESCALATE:
        alarms.lift_receipt(receipt_id=event.subject_id, at=event.at)
