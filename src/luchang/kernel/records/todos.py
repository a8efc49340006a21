"""To-dos 待办: what waits for a person, or for whoever holds a permission at an organisation."""

from collections import Counter
from datetime import datetime
from functools import partial

from django.db import models, transaction

from luchang.kernel.identity.actors import Actor, Forbidden
from luchang.kernel.identity.models import Organisation
from luchang.kernel.live.services import tell_user
from luchang.kernel.records import notices
from luchang.kernel.records.holders import holders, level_up
from luchang.kernel.records.kinds import Colour, TodoStatus
from luchang.kernel.records.models import Todo
from luchang.kernel.records.moves import subject_of
from luchang.kernel.together import remembered, write

TOPIC = "todo"
NOTICE = "records.todo"


@transaction.atomic
def assign(  # noqa: PLR0913 - each is named at the call
    *,
    kind: str,
    subject: models.Model,
    title: str,
    organisation_id: int,
    by: Actor,
    at: datetime,
    permission: str = "",
    assignee_id: int | None = None,
    url: str = "",
    due_at: datetime | None = None,
    warn_at: datetime | None = None,
    is_new: bool = False,
) -> Todo:
    """Put something on a list: of `assignee_id`, or of the holders of `permission` there.

    While the same kind is open for the same record there is no second one: the open one is
    returned as it is. `is_new` says that the record was made in this transaction: there is none,
    and the to-do is written together with others where that is in force.
    """
    known = None if is_new else _open(kind, subject)
    if known is not None:
        return known
    todo = Todo(
        kind=kind,
        subject=subject_of(subject),
        subject_id=subject.pk,
        title=title,
        url=url,
        organisation_id=organisation_id,
        permission=permission,
        assignee_id=assignee_id,
        created_at=at,
        due_at=due_at,
        warn_at=warn_at,
    )
    announce = partial(_announce, todo, by=by, at=at)
    if is_new:
        write(todo, announce)
    else:
        todo.open()
        announce()
    return todo


@transaction.atomic
def done(
    *, kind: str, subject: models.Model, by: Actor, at: datetime, note: str = ""
) -> Todo | None:
    """Close the to-do because the thing was done; None when none was open."""
    return _close(TodoStatus.DONE, kind=kind, subject=subject, by=by, at=at, note=note)


@transaction.atomic
def withdraw(
    *, kind: str, subject: models.Model, by: Actor, at: datetime, note: str = ""
) -> Todo | None:
    """Close the to-do because it need not be done any more; None when none was open."""
    return _close(TodoStatus.WITHDRAWN, kind=kind, subject=subject, by=by, at=at, note=note)


@transaction.atomic
def transfer(
    *,
    todo_id: int,
    organisation_id: int,
    by: Actor,
    at: datetime,
    assignee_id: int | None = None,
    permission: str = "",
) -> Todo:
    """Hand a to-do on.

    Raises:
        Forbidden: it does not wait for `by`.
    """
    todo = _mine(todo_id, by)
    before = people(todo, at=at)
    todo.hand_to(organisation_id=organisation_id, assignee_id=assignee_id, permission=permission)
    _tell(before, todo, "gone", at=at)
    _announce(todo, by=by, at=at)
    return todo


@transaction.atomic
def escalate(*, kind: str, subject: models.Model, by: Actor, at: datetime) -> Todo | None:
    """Take the open to-do one level up, to whoever holds its permission there."""
    todo = _open(kind, subject)
    if todo is None or not todo.permission:
        return None
    before = people(todo, at=at)
    todo.lift_to(level_up(_organisation(todo), 1).pk)
    _tell(before, todo, "gone", at=at)
    _announce(todo, by=by, at=at)
    return todo


@transaction.atomic
def postpone(*, kind: str, subject: models.Model, until: datetime, at: datetime) -> Todo | None:
    """A later due time for the open to-do; None when none is open."""
    todo = _open(kind, subject)
    if todo is None:
        return None
    todo.postpone_to(until)
    _tell(people(todo, at=at), todo, "new", at=at)
    return todo


def people(todo: Todo, *, at: datetime) -> list[int]:
    """On whose lists it stands."""
    if todo.assignee_id is not None:
        return [todo.assignee_id]
    return remembered(
        ("holders", todo.permission, todo.organisation_id, at),
        lambda: holders(permission=todo.permission, organisation=_organisation(todo), at=at),
    )


def counts(actor: Actor, *, at: datetime) -> dict[Colour, int]:
    """How many wait for this person, by colour; for the workbench."""
    rows = Todo.objects.waiting_for(actor).only("due_at", "warn_at", "closed_at")
    counted = Counter(each.colour(at=at) for each in rows)
    return {colour: counted[colour] for colour in Colour}


def _close(
    status: TodoStatus, *, kind: str, subject: models.Model, by: Actor, at: datetime, note: str
) -> Todo | None:
    todo = _open(kind, subject)
    if todo is None:
        return None
    todo.close(status, by_id=by.user_id, note=note, at=at)
    _tell(people(todo, at=at), todo, "gone", at=at)
    return todo


def _open(kind: str, subject: models.Model) -> Todo | None:
    return (
        Todo.objects.of(subject_of(subject), subject.pk)
        .open()
        .filter(kind=kind)
        .select_for_update(of=("self",))
        .first()
    )


def _mine(todo_id: int, by: Actor) -> Todo:
    rows = Todo.objects.open() if by.is_system else Todo.objects.waiting_for(by)
    todo = rows.select_for_update(of=("self",)).filter(pk=todo_id).first()
    if todo is None:
        raise Forbidden(f"to-do {todo_id} does not wait for {by.name or 'nobody'}")
    return todo


def _organisation(todo: Todo) -> Organisation:
    return Organisation.objects.get(pk=todo.organisation_id)


def _announce(todo: Todo, *, by: Actor, at: datetime) -> None:
    reached = people(todo, at=at)
    _tell(reached, todo, "new", at=at)
    notices.notify(
        user_ids=[each for each in reached if each != by.user_id],
        kind=NOTICE,
        key=f"todo-{todo.pk}-{todo.version}",
        title=todo.title,
        url=todo.url,
        at=at,
        is_new=True,
    )


def _tell(user_ids: list[int], todo: Todo, kind: str, *, at: datetime) -> None:
    for user_id in user_ids:
        tell_user(
            user_id=user_id,
            topic=TOPIC,
            kind=kind,
            data={
                "id": todo.pk,
                "title": todo.title,
                "url": todo.url,
                "due_at": todo.due_at.isoformat() if todo.due_at else None,
                "level": todo.level,
                "version": todo.version,
            },
            at=at,
        )
