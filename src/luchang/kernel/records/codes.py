"""Code tables 字典: entries with validity, a source, and whether that was confirmed.

codes("incident_type", at=now)        what may be chosen then, in order
label("incident_type", "0101", at=…)  what a record's code meant when it was written
"""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from django import forms
from django.db import transaction

from luchang.kernel import clock
from luchang.kernel.audit import services as audit
from luchang.kernel.audit.states import Action
from luchang.kernel.clock import local
from luchang.kernel.identity.actors import Actor
from luchang.kernel.records import policies
from luchang.kernel.records.models import Code, CodeList
from luchang.kernel.together import remembered

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

REQUIRED = ("table", "code", "name", "valid_from", "source", "confirmed")
SUBJECT = "records.code"

_cache: dict[str, tuple[str, tuple[Code, ...]]] = {}


class UnknownCode(Exception):
    """The table has no such entry at that time."""


class BadCodeFile(Exception):
    """A file of codes cannot be read; the text names the line and the column."""


@dataclass(frozen=True)
class Loaded:
    """What loading a file did."""

    new: int
    changed: int
    same: int


def codes(table: str, *, at: datetime) -> list[Code]:
    """The entries that may be chosen at that moment, in their order.

    Kept in the process and read anew when the table's version is another: one query for that.
    """
    day = local(at).date()
    return [*remembered(("codes", table, day), lambda: _valid(table, day))]


def entry(table: str, code: str, *, at: datetime) -> Code:
    """The entry of this code that held at that moment.

    Raises:
        UnknownCode: there was none.
    """
    for each in codes(table, at=at):
        if each.code == code:
            return each
    raise UnknownCode(f"{table} {code}")


def label(table: str, code: str, *, at: datetime) -> str:
    """What the code meant then; the code itself where nobody knows."""
    try:
        return entry(table, code, at=at).label
    except UnknownCode:
        return code


class CodeField(forms.ChoiceField):
    """A choice of the entries valid now; unconfirmed ones carry a mark.

    None is chosen beforehand: somebody in a hurry would leave the first, and it would count.
    """

    def __init__(
        self, *, table: str, required: bool = True, title: "str | _StrPromise | None" = None
    ) -> None:
        self.table = table
        super().__init__(choices=self._offered, required=required, label=title)

    def _offered(self) -> list[tuple[str, str]]:
        return [
            ("", "---------"),
            *(
                (each.code, each.label if each.is_confirmed else f"{each.label} *")
                for each in codes(self.table, at=clock.now())
            ),
        ]


@transaction.atomic
def enter(*, table: str, fields: Mapping[str, object], by: Actor, at: datetime) -> Code:
    """Add an entry.

    Raises:
        Forbidden: `by` does not keep the tables.
        IntegrityError: the code has another meaning at that time.
    """
    by.check(policies.MANAGE_CODES)
    owner = CodeList.named(table, title=table)
    made = Code.enter(table=owner, **fields)
    owner.changed()
    _audit(made, Action.CREATE, by=by, at=at)
    return made


@transaction.atomic
def end(*, code_id: int, on: date, by: Actor, at: datetime) -> Code:
    """Stop offering an entry from a day on; nothing is deleted.

    Raises:
        Forbidden: `by` does not keep the tables.
        ValidationError: it would end before it began.
    """
    by.check(policies.MANAGE_CODES)
    found = Code.objects.select_for_update().select_related("table").get(pk=code_id)
    found.end(on=on)
    found.table.changed()
    _audit(found, Action.CHANGE, by=by, at=at)
    return found


@transaction.atomic
def load(rows: Iterable[Mapping[str, str]], *, by: Actor, at: datetime) -> Loaded:
    """Enter what is new and correct what is known, by table, code and first day.

    Loading the same rows again changes nothing.

    Raises:
        Forbidden: `by` does not keep the tables.
        BadCodeFile: a row lacks something or holds no date.
    """
    by.check(policies.MANAGE_CODES)
    made = [_load_row(number, row, by=by, at=at) for number, row in enumerate(rows, start=2)]
    return Loaded(made.count("new"), made.count("changed"), made.count("same"))


def read(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file with a head, in UTF-8."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _load_row(number: int, row: Mapping[str, str], *, by: Actor, at: datetime) -> str:
    missing = [name for name in REQUIRED if not (row.get(name) or "").strip()]
    if missing:
        raise BadCodeFile(f"line {number}: no {', '.join(missing)}")
    fields = _fields(number, row)
    owner = CodeList.named(row["table"], title=row.get("table_title") or row["table"])
    first_day = _day(number, "valid_from", row["valid_from"])
    known = Code.objects.filter(table=owner, code=fields["code"], valid_from=first_day).first()
    if known is None:
        made = Code.enter(table=owner, **fields)
        owner.changed()
        _audit(made, Action.CREATE, by=by, at=at)
        return "new"
    if all(getattr(known, name) == value for name, value in fields.items()):
        return "same"
    for name, value in fields.items():
        setattr(known, name, value)
    known.write()
    owner.changed()
    _audit(known, Action.CHANGE, by=by, at=at)
    return "changed"


def _fields(number: int, row: Mapping[str, str]) -> dict[str, object]:
    order = row.get("order") or "0"
    if not order.isdecimal():
        raise BadCodeFile(f"line {number}: order is {order}")
    return {
        "code": row["code"].strip(),
        "name": row["name"].strip(),
        "name_en": (row.get("name_en") or "").strip(),
        "parent": (row.get("parent") or "").strip(),
        "order": int(order),
        "valid_from": _day(number, "valid_from", row["valid_from"]),
        "valid_to": _day(number, "valid_to", row["valid_to"]) if row.get("valid_to") else None,
        "source": row["source"].strip(),
        "is_confirmed": row["confirmed"].strip().lower() in {"yes", "true", "1"},
    }


def _day(number: int, column: str, text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError as wrong:
        raise BadCodeFile(f"line {number}: {column} is {text}") from wrong


def _valid(table: str, day: date) -> list[Code]:
    return [
        each
        for each in _all(table)
        if each.valid_from <= day and (each.valid_to is None or day < each.valid_to)
    ]


def _all(table: str) -> tuple[Code, ...]:
    version = CodeList.objects.filter(code=table).values_list("version", flat=True).first()
    if version is None:
        return ()
    kept = _cache.get(table)
    if kept is None or kept[0] != version:
        kept = (version, tuple(Code.objects.filter(table=table).order_by("order", "code")))
        _cache[table] = kept
    return kept[1]


def _audit(code: Code, action: Action, *, by: Actor, at: datetime) -> None:
    audit.record(
        by=by,
        action=action,
        subject=SUBJECT,
        subject_id=code.pk,
        at=at,
        detail={"table": code.table_id, "code": code.code, "name": code.name},
    )
