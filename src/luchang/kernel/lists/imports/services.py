"""Taking a workbook: checked dry, shown, then all of it or only what is right, once."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.utils import DatabaseError, DataError, IntegrityError
from django.utils.translation import gettext

from luchang.kernel.audit.services import record
from luchang.kernel.audit.states import Action
from luchang.kernel.identity.actors import Actor, Forbidden
from luchang.kernel.lists.imports.parsers import Wrong
from luchang.kernel.lists.imports.planning import Fate, Fault, Plan, PlannedRow, Told, plan
from luchang.kernel.lists.imports.reading import UnreadableWorkbook
from luchang.kernel.lists.imports.specs import ImportSpec
from luchang.kernel.lists.imports.workbooks import error_workbook
from luchang.kernel.lists.models import ImportRun
from luchang.kernel.lists.states import ImportStatus
from luchang.kernel.together import one_after_another, written_together

AT_ONCE = 300
"""Rows taken while the officer waits; more become a job."""
TOGETHER = 50
"""Rows done under one savepoint, and told of together."""
MOST_IN_FORM = 20_000
"""Present rows a form may hold."""


class NotAllRight(Exception):
    """All rows were asked for, and some are wrong."""


class DataChanged(Exception):
    """What the file would do is no longer what was shown; it was judged anew."""


def quiet(done: int, of: int) -> None:
    """For whoever does not want to be told the progress."""
    del done, of


def receive(
    *, spec: ImportSpec[Any], name: str, content: bytes, by: Actor, at: datetime
) -> ImportRun:
    """Keep an uploaded workbook for checking.

    Raises:
        Forbidden: `by` may not import this.
    """
    by.check(spec.permission)
    if by.user_id is None:
        raise Forbidden("only a person sends files")
    return ImportRun.receive(
        import_code=spec.code,
        name=name,
        content=content,
        digest=hashlib.sha256(content).hexdigest(),
        user_id=by.user_id,
        at=at,
    )


def check(
    *, spec: ImportSpec[Any], run_id: int, by: Actor, at: datetime, told: Told = quiet
) -> ImportRun:
    """Judge the file and try every row in a transaction that is undone: nothing changes.

    `told` may raise to stop the work; the file is then as unchecked as before.

    Raises:
        ImportRun.DoesNotExist: `by` sent no such file.
    """
    run = ImportRun.objects.sent_by(by, spec.code).get(pk=run_id)
    if run.status == ImportStatus.APPLIED:
        return run
    try:
        judged = plan(spec, bytes(run.content), by, _reading(told))
    except UnreadableWorkbook as refusal:
        run.refuse(str(refusal))
        return run
    with transaction.atomic():
        _take_each(spec, judged, by, at, told)
        transaction.set_rollback(True)
    run.judge(
        counts=judged.counts,
        mark=judged.mark,
        unknown=[*judged.unknown],
        sheets_passed_over=[*judged.sheets_passed_over],
        errors=error_workbook(spec, bytes(run.content), judged) if judged.faults else None,
        first_faults=[vars(fault) for fault in judged.faults[:200]],
    )
    return run


def confirm(
    *,
    spec: ImportSpec[Any],
    run_id: int,
    only_valid: bool,
    by: Actor,
    at: datetime,
    told: Told = quiet,
) -> ImportRun:
    """Take the file as it was shown, in one transaction; a second call changes nothing.

    `told` may raise to stop the work; no row is then taken.

    Raises:
        ImportRun.DoesNotExist: `by` sent no such file.
        NotAllRight: some rows are wrong and `only_valid` was not said.
        DataChanged: the rows would fare differently now; the run holds the new judgement.
    """
    by.check(spec.permission)
    try:
        return _confirm(spec, run_id, only_valid=only_valid, by=by, at=at, told=told)
    except DataChanged:
        check(spec=spec, run_id=run_id, by=by, at=at, told=told)
        raise


@transaction.atomic
def _confirm(
    spec: ImportSpec[Any], run_id: int, *, only_valid: bool, by: Actor, at: datetime, told: Told
) -> ImportRun:
    run = ImportRun.objects.sent_by(by, spec.code).select_for_update(of=("self",)).get(pk=run_id)
    if run.status != ImportStatus.CHECKED:
        return run
    check_may_confirm(run, only_valid=only_valid)
    judged = plan(spec, bytes(run.content), by, _reading(told))
    _take_each(spec, judged, by, at, told)
    if judged.mark != run.mark:
        raise DataChanged  # and with it all of this transaction
    run.apply(taken=judged.count(Fate.NEW) + judged.count(Fate.CHANGED), at=at)
    record(
        by=by,
        action=Action.IMPORT,
        subject=spec.code,
        subject_id=run.pk,
        at=at,
        detail={**judged.counts, "file": run.digest, "only_valid": only_valid},
    )
    return run


def check_may_confirm(run: ImportRun, *, only_valid: bool) -> None:
    """Raise NotAllRight where all rows are asked for and some are wrong."""
    if run.wrong and not only_valid:
        raise NotAllRight(gettext("有 %d 行有误") % run.wrong)


def record_form(spec: ImportSpec[Any], *, by: Actor, at: datetime, rows: int) -> None:
    """Present rows taken along in a form are an export like any other."""
    record(
        by=by,
        action=Action.EXPORT,
        subject=spec.code,
        at=at,
        detail={"rows": rows, "kind": "form"},
    )


def _take_each(spec: ImportSpec[Any], judged: Plan, by: Actor, at: datetime, told: Told) -> None:
    """Do every row; what only services and the database refuse is wrong from then on."""
    with one_after_another():
        for start in range(0, len(judged.rows), TOGETHER):
            some = judged.rows[start : start + TOGETHER]
            _take_some(spec, [row for row in some if row.fate in {Fate.NEW, Fate.CHANGED}], by, at)
            told(start + len(some), len(judged.rows))


def _take_some(spec: ImportSpec[Any], rows: Sequence[PlannedRow], by: Actor, at: datetime) -> None:
    """Together as far as it goes, then the row that was refused, then the others together."""
    while rows:
        fared = _taken_together(spec, rows, by, at)
        if fared == len(rows):
            return
        if fared and _taken_together(spec, rows[:fared], by, at) < fared:
            break  # refused when it was written: by which of them, only each alone will tell
        _take_or_condemn(spec, rows[fared], by, at)
        rows = rows[fared + 1 :]
    for row in rows:
        _take_or_condemn(spec, row, by, at)


def _taken_together(
    spec: ImportSpec[Any], rows: Sequence[PlannedRow], by: Actor, at: datetime
) -> int:
    """How many could be done before one was refused; where one was, none is done.

    Most rows are right, and a savepoint for each row and for each service it calls costs more
    than the row.
    """
    refusals: tuple[type[Exception], ...] = (Wrong, *spec.refused_by, DatabaseError)
    fared = 0
    try:
        with transaction.atomic(), _without_savepoints(), written_together():
            for row in rows:
                _take(spec, row, by, at)
                fared += 1
    except refusals:
        return min(fared, len(rows) - 1)  # the last, where only writing them was refused
    return fared


@contextmanager
def _without_savepoints() -> Iterator[None]:
    """What is atomic inside joins what it stands in, as on a database that has no savepoints."""
    features = connection.features
    features.uses_savepoints = False
    try:
        yield
    finally:
        del features.uses_savepoints


def _reading(told: Told) -> Told:
    """Reading is quick: no row is done by it, but it can be stopped."""
    return lambda _done, of: told(0, of)


def _take_or_condemn(spec: ImportSpec[Any], row: PlannedRow, by: Actor, at: datetime) -> None:
    try:
        with transaction.atomic():
            _take(spec, row, by, at)
    except Wrong as wrong:
        _condemn(spec, row, wrong.what, how=wrong.how, key=wrong.column)
    except spec.refused_by as refusal:
        _condemn(spec, row, "；".join(getattr(refusal, "messages", [str(refusal)])))
    except (IntegrityError, DataError):
        _condemn(spec, row, gettext("与已有数据冲突，或不在您的管辖范围内"))


def _take(spec: ImportSpec[Any], row: PlannedRow, by: Actor, at: datetime) -> None:
    if row.fate == Fate.NEW:
        spec.create(row.values, by, at)
    elif row.existing is not None:
        # a fresh copy: an earlier row may have changed it since the plan was made
        spec.change(spec.rows(by).get(pk=row.existing.pk), row.values, by, at)


def _condemn(
    spec: ImportSpec[Any], row: PlannedRow, what: str, *, how: str = "", key: str = ""
) -> None:
    column = spec.column(key or spec.key[0])
    row.fate = Fate.WRONG
    row.faults.append(
        Fault(
            sheet=row.sheet,
            row=row.row,
            letter=row.letters.get(column.key, ""),
            column=str(column.title),
            value=str(column.parser.shown(row.values.get(column.key))),
            what=what,
            how=how or gettext("请核对该行后重新导入"),
        )
    )
