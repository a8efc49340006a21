"""The whole history of one record as one line: moves, remarks, files, clocks, looks in full."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Model
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from luchang.kernel.audit.models import AuditEntry
from luchang.kernel.audit.states import Action
from luchang.kernel.history import UPDATE, history_of
from luchang.kernel.records.attachments.selectors import trace_of
from luchang.kernel.records.comments import comments_on
from luchang.kernel.records.kinds import StepKind
from luchang.kernel.records.models import DeadlineStep
from luchang.kernel.records.moves import Stateful, history, subject_of

STEP_TONES = {StepKind.WARN: "warning", StepKind.OVERDUE: "danger", StepKind.ESCALATE: "danger"}


@dataclass(frozen=True)
class Happening:
    """One entry of the line."""

    at: datetime
    icon: str
    tone: str
    title: str
    who: str = ""
    body: str = ""


Shown = Callable[[str], tuple[str, str]]
"""Label and tone of a state."""

TOLD_OTHERWISE = frozenset({"status", "version", "search"})
"""Fields whose changes are moves, or no news."""


def story_of(row: Model, *, shown: Shown) -> list[Happening]:
    """Everything that happened to a record, oldest first.

    The caller has made sure that the reader may see it.
    """
    moves = moves_of(row, shown) if isinstance(row, Stateful) else iter(())
    parts = (moves, _changes(row), _steps(row), remarks_of(row), files_of(row), _reveals(row))
    return sorted((each for part in parts for each in part), key=lambda each: each.at)


def moves_of(row: Stateful, shown: Shown) -> Iterator[Happening]:
    for move in history(row):
        label, tone = shown(move.after)
        yield Happening(move.at, "arrow-right", tone, label, move.actor_name, move.reason)


def _changes(row: Model) -> Iterator[Happening]:
    """What was changed in a record whose history is kept, field by field."""
    try:
        changes = history_of(row)
    except LookupError:
        return
    for change in changes:
        fields = [each for each in change.fields if each.name not in TOLD_OTHERWISE]
        if change.kind == UPDATE and fields:
            body = "\n".join(f"{f.label}：{f.before or '—'} → {f.after or '—'}" for f in fields)
            yield Happening(change.at, "pencil", "neutral", _("修改"), change.actor, body)


def _steps(row: Model) -> Iterator[Happening]:
    steps = DeadlineStep.objects.filter(
        deadline__subject=subject_of(row), deadline__subject_id=row.pk
    )
    for step in steps.select_related("deadline"):
        kind = StepKind(step.kind)
        title = f"{kind.label}：{step.deadline.title}"
        told = _("已告知%(count)d人") % {"count": len(step.told)}
        yield Happening(step.at, "clock-exclamation", STEP_TONES[kind], title, "", told)


def remarks_of(row: Model) -> Iterator[Happening]:
    for each in comments_on(row):
        yield Happening(each.at, "message", "neutral", _("备注"), each.author_name, each.text)


def files_of(row: Model) -> Iterator[Happening]:
    """Each file that came, and each that was taken off again with its reason."""
    for file in trace_of(subject=subject_of(row), subject_id=row.pk):
        icon = "photo" if file.kind.is_picture else "paperclip"
        words = {"name": file.name, "size": filesizeformat(file.size)}
        title = _("添加附件 %(name)s（%(size)s）") % words
        yield Happening(file.uploaded_at, icon, "info", title, file.uploaded_by_name, file.title)
        if file.removed_at:
            title = _("撤回附件 %(name)s") % words
            who, why = file.removed_by_name, file.removal_reason
            yield Happening(file.removed_at, "trash", "warning", title, who, why)


def _reveals(row: Model) -> Iterator[Happening]:
    looks = AuditEntry.objects.of(subject_of(row), str(row.pk)).filter(action=Action.REVEAL)
    for each in looks:
        title = _("查看敏感信息")
        yield Happening(each.at, "eye", "warning", title, each.actor_name, each.purpose)
