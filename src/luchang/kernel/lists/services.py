"""Keeping views and preferences, running bulk actions, taking lists along as files."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from luchang.kernel import clock
from luchang.kernel.audit.services import record
from luchang.kernel.audit.states import Action
from luchang.kernel.identity.actors import Actor, Forbidden
from luchang.kernel.identity.models import User
from luchang.kernel.jobs.models import Job
from luchang.kernel.jobs.services import start_job
from luchang.kernel.lists import exports, policies
from luchang.kernel.lists.exports import FileKind, Told
from luchang.kernel.lists.models import (
    BulkRun,
    ExportFile,
    ListPreference,
    SavedView,
    exports_folder,
)
from luchang.kernel.lists.specs import BulkAction, ListSpec
from luchang.kernel.lists.states import Density, ListState

KEPT = timedelta(days=1)
"""How long a file written by a job can be fetched."""
LONG_NUMBER = re.compile(r"(\d{3})\d{4,}(\d{2})")


class NoPurpose(Exception):
    """Personal data was asked for in clear without saying what for."""


def save_view(
    *,
    spec: ListSpec[Any],
    name: str,
    query: str,
    is_shared: bool,
    by: Actor,
    at: datetime,
) -> SavedView:
    """Keep this way of looking at the list under `name`; an own view of that name is replaced.

    Raises:
        Forbidden: `by` may not open the list, or not share views.
    """
    by.check(spec.permission)
    if is_shared:
        by.check(policies.SHARE_VIEWS)
    return SavedView.keep(
        list_code=spec.code,
        name=name,
        owner_id=_person(by),
        query=query,
        organisation_id=by.organisation_id if is_shared else None,
        at=at,
    )


@transaction.atomic
def delete_view(*, view_id: int, by: Actor, at: datetime) -> None:
    """Take away a view of one's own.

    Raises:
        SavedView.DoesNotExist: there is none, or it is somebody else's.
    """
    view = SavedView.objects.get(pk=view_id, owner=_person(by))
    if view.organisation_id is not None:
        record(
            by=by,
            action=Action.CHANGE,
            subject="lists.savedview",
            subject_id=view.pk,
            at=at,
            detail={"list": view.list_code, "name": view.name, "deleted": True},
        )
    view.delete()


def prefer_columns(*, spec: ListSpec[Any], keys: Sequence[str], by: Actor) -> None:
    """Show these columns in this order whenever `by` opens the list; none for its own choice."""
    known = [key for key in dict.fromkeys(keys) if spec.column(key)]
    ListPreference.keep(user_id=_person(by), list_code=spec.code, columns=known)


def prefer_density(*, spec: ListSpec[Any], density: Density, by: Actor) -> None:
    ListPreference.keep(user_id=_person(by), list_code=spec.code, density=density)


def prefer_view(*, spec: ListSpec[Any], view_id: int | None, by: Actor) -> None:
    """Open the list with this view; None for the bare list.

    Raises:
        SavedView.DoesNotExist: `by` sees no such view of this list.
    """
    if view_id is not None:
        SavedView.objects.visible_to(by).get(pk=view_id, list_code=spec.code)
    ListPreference.keep(user_id=_person(by), list_code=spec.code, default_view_id=view_id)


@transaction.atomic
def run_bulk(
    *,
    spec: ListSpec[Any],
    action: BulkAction,
    ids: Sequence[int],
    key: UUID,
    by: Actor,
    at: datetime,
) -> BulkRun:
    """Do `action` to each row; the same key a second time changes nothing and tells the first.

    Rows outside the reach of `by` are as good as absent. A refused row is left as it was and
    named; any other failure undoes the whole run.

    Raises:
        Forbidden: `by` does not hold the permission of the action.
    """
    by.check(action.permission)
    _one_at_a_time(key)
    known = BulkRun.objects.filter(key=key, user=_person(by)).first()
    if known is not None:
        return known
    refused = []
    rows = list(spec.rows(by).filter(pk__in=ids).order_by("pk"))
    for row in rows:
        try:
            with transaction.atomic():
                action.each(row.pk, by, at)
        except action.refusals as refusal:
            refused.append({"row": str(row), "reason": str(refusal)})
    record(
        by=by,
        action=Action.CHANGE,
        subject=spec.code,
        at=at,
        detail={"bulk": action.key, "request": str(key), "rows": [row.pk for row in rows]},
    )
    return BulkRun.write(
        key=key,
        list_code=spec.code,
        action=action.key,
        user_id=_person(by),
        done=len(rows) - len(refused),
        refused=refused,
        at=at,
    )


def export(
    *,
    state: ListState,
    kind: FileKind,
    place: Path,
    by: Actor,
    at: datetime,
    purpose: str = "",
    told: Told | None = None,
) -> int:
    """Write all filtered rows to `place` and return their number; the deed is audited.

    With a `purpose`, personal data of the shown columns is written in clear.

    Raises:
        Forbidden: `by` may not open the list, or not reveal one of its columns.
    """
    by.check(state.spec.permission)
    if purpose:
        check_may_reveal(state, by)
    sheet = exports.sheet_of(
        state, watermark=watermark(by, at), is_revealed=bool(purpose), told=told
    )
    with transaction.atomic():
        count = exports.write(kind, sheet, place)
        record_taking(
            state, Action.EXPORT, by=by, at=at, rows=count, purpose=purpose, kind=kind.value
        )
    return count


def export_later(
    *, state: ListState, kind: FileKind, by: Actor, at: datetime, purpose: str = ""
) -> Job:
    """Order the file of a large list as a job.

    Raises:
        Forbidden: as `export` would.
    """
    by.check(state.spec.permission)
    if purpose:
        check_may_reveal(state, by)
    return start_job(
        kind="lists.export",
        by=by,
        at=at,
        title=str(state.spec.title),
        arguments={
            "list_code": state.spec.code,
            "query": state.asked.replaced(
                "cols", ",".join(column.key for column in state.columns)
            ).query(),
            "kind": kind.value,
            "purpose": purpose,
            "user_id": _person(by),
        },
    )


def export_to_file(
    *, state: ListState, kind: FileKind, by: Actor, at: datetime, purpose: str, told: Told
) -> ExportFile:
    """Write the file a job was ordered for, and keep it a day for who ordered it."""
    forget_files(at=at)
    exports_folder().mkdir(parents=True, exist_ok=True)
    file = ExportFile.write(
        key=uuid4(),
        list_code=state.spec.code,
        user_id=_person(by),
        kind=kind.value,
        name=file_name(state, at),
        at=at,
    )
    try:
        export(state=state, kind=kind, place=file.place, by=by, at=at, purpose=purpose, told=told)
    except BaseException:
        file.place.unlink(missing_ok=True)
        file.delete()
        raise
    return file


def forget_files(*, at: datetime) -> None:
    """Delete files of lists nobody has fetched for a day, and their rows."""
    for file in ExportFile.objects.older_than(at - KEPT):
        file.place.unlink(missing_ok=True)
        file.delete()


def file_name(state: ListState, at: datetime) -> str:
    return f"{state.spec.title}-{clock.local(at):%Y%m%d-%H%M%S}"


def check_may_reveal(state: ListState, by: Actor) -> None:
    """Raise Forbidden unless `by` may see every shown column in clear."""
    for column in state.columns:
        if column.reveal and not by.may(column.reveal):
            raise Forbidden(f"{by.name} lacks {column.reveal}")


def may_reveal(state: ListState, by: Actor) -> bool:
    """Whether there is something masked among the columns that `by` may see in clear."""
    needed = {column.reveal for column in state.columns if column.reveal}
    return bool(needed) and all(by.may(code) for code in needed)


def record_taking(
    state: ListState,
    action: Action,
    *,
    by: Actor,
    at: datetime,
    rows: int,
    purpose: str = "",
    kind: str = "",
) -> None:
    """Write to the audit who took how many rows of which list, by which filter."""
    record(
        by=by,
        action=action,
        subject=state.spec.code,
        at=at,
        purpose=purpose,
        detail={
            "rows": rows,
            "kind": kind,
            "filter": LONG_NUMBER.sub(r"\1****\2", state.asked.query()),
            "columns": [column.key for column in state.columns],
            "revealed": bool(purpose),
        },
    )


def watermark(by: Actor, at: datetime) -> str:
    """Name and badge of who took a file or a print along, and when; on every one of them.

    What a demonstration's database gave is marked as such.
    """
    badge = (
        User.objects.filter(pk=by.user_id or 0).values_list("username", flat=True).first() or ""
    )
    words = f"{by.name} {badge} {clock.local(at):%Y-%m-%d %H:%M:%S}"
    return f"{_('演示数据')} {words}" if settings.DEMO else words


def _person(by: Actor) -> int:
    if by.user_id is None:
        raise Forbidden("only a person has views and preferences")
    return by.user_id


def _one_at_a_time(key: UUID) -> None:
    """Two presses of one button wait for each other; the unique key stays the last word."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [str(key)])
