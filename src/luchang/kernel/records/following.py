"""What a record waits for in each of its states: to-dos and clocks that follow it as data.

    HAZARD = Following(
        address=lambda row: reverse("risk.hazard", args=[row.pk]),
        waits={
            HazardStatus.HANDED_OVER: Wait(
                kind="risk.sign", title=_("签收隐患：%(record)s"), permission=policies.SIGN,
                place="receiver", clock="risk.sign",
            ),
        },
    )

Every service calls `follow(row, HAZARD, by=by, at=at)` once after it moved the row.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model
from django.utils import translation
from django.utils.functional import Promise

from luchang.kernel.audit import services as audit
from luchang.kernel.audit.states import Action
from luchang.kernel.identity.actors import Actor
from luchang.kernel.records import deadlines, todos
from luchang.kernel.records.models import Deadline, Todo
from luchang.kernel.records.moves import Stateful, subject_of

HOUSE_LANGUAGE = "zh-hans"
"""What is written down for many readers is written in Chinese."""


@dataclass(frozen=True)
class Wait:
    """What is to be done while the record is in a state, by whom, and by when."""

    kind: str
    """Names the to-do."""
    title: str | Promise
    """`%(record)s` is what the record calls itself."""
    permission: str
    """On the list of whoever holds it there."""
    place: str = "organisation"
    """The record's attribute that names the organisation."""
    clock: str = ""
    """The rule of the clock that runs meanwhile; empty where nothing is due."""
    variant: str = ""
    """The record's attribute that tells cases of the rule apart."""
    until: str = ""
    """The record's attribute with a due time that a document set instead of the rule's term."""


@dataclass(frozen=True)
class Following:
    """The waits of one kind of record, by state; a state without one waits for nobody."""

    waits: Mapping[Any, Wait]
    address: Callable[[Any], str]
    """The record's own page."""

    @property
    def kinds(self) -> frozenset[str]:
        return frozenset(each.kind for each in self.waits.values())

    @property
    def clocks(self) -> frozenset[str]:
        return frozenset(each.clock for each in self.waits.values() if each.clock)


def follow(
    row: Stateful,
    following: Following,
    *,
    by: Actor,
    at: datetime,
    is_met: bool = True,
    is_new: bool = False,
    detail: Mapping[str, object] | None = None,
) -> None:
    """After a move: what was waited for is done, what is to be done now stands on its list.

    `is_met` False takes the earlier to-do and clock back instead: the record was returned or given
    up, not dealt with. `is_new` says that the record was made in this transaction: nothing waits
    or runs for it yet, and nobody looks for it. One entry of the audit tells of the move;
    `detail` adds to it.
    """
    wait = following.waits.get(row.status)
    if not is_new:
        _settle(row, following, keep=wait, by=by, at=at, is_met=is_met)
    if wait is not None:
        _open(row, following, wait, by=by, at=at, is_new=is_new)
    audit.record(
        by=by,
        action=Action.MOVE,
        subject=subject_of(row),
        subject_id=row.pk,
        at=at,
        detail={"status": row.status, **(detail or {})},
    )


def postpone(row: Model, wait: Wait, *, until: datetime, by: Actor, at: datetime) -> None:
    """A later due time for what is being waited for: the clock and the to-do both move."""
    del by
    deadlines.extend(subject=row, code=wait.clock, until=until, at=at)
    todos.postpone(kind=wait.kind, subject=row, until=until, at=at)


def _settle(
    row: Stateful,
    following: Following,
    *,
    keep: Wait | None,
    by: Actor,
    at: datetime,
    is_met: bool,
) -> None:
    close, stop = (todos.done, deadlines.stop) if is_met else (todos.withdraw, deadlines.withdraw)
    subject = subject_of(row)
    kinds = following.kinds - {keep.kind if keep else ""}
    waiting = Todo.objects.of(subject, row.pk).open().filter(kind__in=kinds)
    for kind in waiting.values_list("kind", flat=True):
        close(kind=kind, subject=row, by=by, at=at)
    codes = following.clocks - {keep.clock if keep else ""}
    running = Deadline.objects.of(subject, row.pk).running().filter(code__in=codes)
    for code in running.values_list("code", flat=True):
        stop(subject=row, code=code, at=at)


def _open(
    row: Stateful, following: Following, wait: Wait, *, by: Actor, at: datetime, is_new: bool
) -> None:
    organisation_id = int(getattr(row, f"{wait.place}_id"))
    with translation.override(HOUSE_LANGUAGE):
        title = (str(wait.title) % {"record": row})[:160]
    url = following.address(row)
    deadline = None
    if wait.clock:
        deadline = deadlines.start(
            subject=row,
            code=wait.clock,
            variant=str(getattr(row, wait.variant)) if wait.variant else "",
            title=title,
            organisation_id=organisation_id,
            url=url,
            until=getattr(row, wait.until) if wait.until else None,
            at=at,
            is_new=is_new,
        )
    todos.assign(
        kind=wait.kind,
        subject=row,
        title=title,
        organisation_id=organisation_id,
        permission=wait.permission,
        url=url,
        due_at=deadline.due_at if deadline else None,
        warn_at=deadline.warn_at if deadline else None,
        by=by,
        at=at,
        is_new=is_new,
    )
