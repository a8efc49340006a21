"""The history of records, kept by triggers in the database, so that bulk changes leave it too.

    @tracked(exclude=["last_seen_at"])
    class Incident(models.Model): ...

makes a table of events beside the model's own (run `makemigrations`); each row holds the record
as it was after an insert or update, or before a deletion, with who did it on whose request and
why. `history_of(record)` reads it as changes of single fields.

Who and why come from `attributed`, which `ActorMiddleware` opens for every request and a job opens
for itself. It lives on the thread that does the work: asgiref runs the synchronous part of one
request on one thread, so two requests never share it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar
from zoneinfo import ZoneInfo

import pghistory
from django.apps import apps
from django.db import models
from django.db.models import Field, Model
from django.utils import timezone

from luchang.core.common.personal import mask

M = TypeVar("M", bound=type[Model])

INSERT, UPDATE, DELETE = "insert", "update", "delete"
SYSTEM_NAME = "系统"
SHANGHAI = ZoneInfo("Asia/Shanghai")


class Agent(Protocol):
    """Who is named in the history; an `Actor` is one."""

    @property
    def user_id(self) -> int | None: ...
    @property
    def name(self) -> str: ...
    @property
    def request_id(self) -> str: ...


def tracked(*, exclude: Sequence[str] = ()) -> Callable[[M], M]:
    """Keep the history of a model from now on.

    `exclude` names columns that are not kept: those whose change is no news, such as when somebody
    was last seen, and secrets, such as password digests.
    """

    def keep(model: M) -> M:
        kept: M = pghistory.track(
            pghistory.InsertEvent(),
            pghistory.UpdateEvent(),
            pghistory.DeleteEvent(),
            exclude=list(exclude) or None,
            append_only=True,
            obj_field=pghistory.ObjForeignKey(related_name="history_events"),
            context_field=pghistory.ContextJSONField(),
            context_id_field=None,  # type: ignore[arg-type]
            model_name=f"{model.__name__}History",
        )(model)
        return kept

    return keep


@contextmanager
def attributed(by: Agent, *, reason: str = "") -> Iterator[None]:
    """Everything written inside, on this thread, is the deed of `by`, done because of `reason`."""
    with _context(actor_id=by.user_id, actor=by.name, request_id=by.request_id, reason=reason):
        yield


@contextmanager
def because(reason: str) -> Iterator[None]:
    """Give the reason for what is written inside, under whatever actor is already named."""
    with _context(reason=reason):
        yield


@contextmanager
def _context(**words: object) -> Iterator[None]:
    """Pghistory's own context never takes back what an inner one added; this does."""
    with pghistory.context() as current:
        before = dict(current.metadata)
        current.metadata.update(words)
        try:
            yield
        finally:
            current.metadata.clear()
            current.metadata.update(before)


@dataclass(frozen=True)
class FieldChange:
    """One field before and after, as a person may read it."""

    name: str
    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Change:
    """One insert, update or deletion of a record."""

    kind: str
    at: datetime
    actor_id: int | None
    actor: str
    reason: str
    request_id: str
    fields: tuple[FieldChange, ...]


def history_of(record: Model) -> list[Change]:
    """What happened to a record, oldest first, with before and after of every changed field.

    Personal data is masked: the history shows *that* it changed.
    """
    return history_by_key(type(record), record.pk)


def history_by_key(model: type[Model], key: object) -> list[Change]:
    """The same for a record that may no longer exist."""
    events = event_model_of(model)._default_manager  # noqa: SLF001 - Django's public name
    changes: list[Change] = []
    before: Model | None = None
    for event in events.filter(pgh_obj_id=key).order_by("pgh_id"):
        changes.append(_change(model, before, event))
        before = event
    return changes


def event_model_of(model: type[Model]) -> type[Model]:
    """The table of events of a tracked model.

    Raises:
        LookupError: nobody tracks this model.
    """
    options = model._meta  # noqa: SLF001 - Django's public name
    return apps.get_model(options.app_label, f"{options.object_name}History")


def _change(model: type[Model], before: Model | None, event: Any) -> Change:
    context: Mapping[str, Any] = event.pgh_context or {}
    fields = () if event.pgh_label == DELETE else _field_changes(model, before, event)
    return Change(
        kind=event.pgh_label,
        at=event.pgh_created_at,
        actor_id=context.get("actor_id"),
        actor=context.get("actor") or SYSTEM_NAME,
        reason=context.get("reason") or "",
        request_id=context.get("request_id") or "",
        fields=fields,
    )


def _field_changes(
    model: type[Model], before: Model | None, after: Model
) -> tuple[FieldChange, ...]:
    kept = {field.name for field in after._meta.concrete_fields}  # noqa: SLF001
    return tuple(
        change
        for field in model._meta.concrete_fields  # noqa: SLF001 - Django's public name
        if field.name in kept and not field.primary_key
        for change in _field_change(field, before, after)
    )


def _field_change(
    field: "Field[Any, Any]", before: Model | None, after: Model
) -> Iterator[FieldChange]:
    old = getattr(before, field.attname) if before is not None else None
    new = getattr(after, field.attname)
    if old == new or (before is None and new in (None, "")):
        return
    yield FieldChange(
        name=field.name,
        label=str(field.verbose_name),
        before=_readable(field, old),
        after=_readable(field, new),
    )


def _readable(field: "Field[Any, Any]", value: Any) -> str:
    if value is None or value == "":
        return ""
    kind = getattr(field, "kind", None)
    if kind is not None:
        return mask(kind, str(value))
    if isinstance(value, dict | list):
        return _joined(value)
    if isinstance(value, datetime):
        value = f"{timezone.localtime(value, SHANGHAI):%Y-%m-%d %H:%M}"
    choices = dict(field.flatchoices)
    if value in choices:
        return str(choices[value])
    if isinstance(field, models.ForeignKey):
        return _named(field, value)
    return str(value)


def _joined(value: "dict[str, object] | list[object]") -> str:
    if isinstance(value, dict):
        return "；".join(f"{key}：{each}" for key, each in value.items())
    return "、".join(_joined(each) if isinstance(each, dict) else str(each) for each in value)


def _named(field: "models.ForeignKey[Any, Any]", key: object) -> str:
    """A reference as the record it points to calls itself; its key when that is gone."""
    found = field.related_model._default_manager.filter(pk=key).first()  # noqa: SLF001
    return str(found) if found is not None else str(key)
