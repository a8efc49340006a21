"""What a ledger is: its list, its record's page, and what may be done with a record when.

Declared once in an app's `views`, drawn and carried out from here:

    HAZARDS = Ledger[Hazard](
        model=Hazard, listed=lists.HAZARDS, name="risk.hazard", rows=selectors.hazards,
        states="hazard", facts=(...), parts=(...), openings=(...), deeds=(...),
        refusals=(Refused,),
    )
    urlpatterns = ledger_routes("hazards/", HAZARDS)
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django import forms
from django.db.models import Model, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from luchang.kernel.identity.actors import Actor
from luchang.kernel.ledgers.forms import DeedForm
from luchang.kernel.lists.columns import Column
from luchang.kernel.lists.specs import ListSpec

if TYPE_CHECKING:
    from luchang.kernel.identity.models import Organisation

M = TypeVar("M", bound=Model)
Said = Mapping[str, Any]
"""What the form of a deed was given, cleaned."""

Label = str | Promise


def calling(
    service: Callable[..., object], named: str, *, whole: bool = False
) -> Callable[[Any, Said, Actor, datetime], object]:
    """Carry out a deed by a service that takes the record's key, or all of it, as `named`.

    What the form was given, who acts and when are handed on under their own names.
    """

    def act(row: Model, said: Said, by: Actor, at: datetime) -> object:
        return service(**{named: row if whole else row.pk}, **said, by=by, at=at)

    return act


@dataclass(frozen=True, kw_only=True)
class Deed(Generic[M]):
    """Something done with one record by the service that does it.

    It is offered while the record is in one of `states` (any, where none is named), `when` and
    `may` say yes, and the actor holds `permission` at the record's organisation named by `place`.
    The service asks all of that again: what is not offered is refused as well.
    """

    key: str
    """The last step of its address."""
    title: Label
    permission: str
    act: Callable[[M, Said, Actor, datetime], object]
    done: Label
    form: type[DeedForm] | None = None
    """None for a button that asks for nothing."""
    initial: Callable[[M, datetime], Mapping[str, object]] | None = None
    states: Collection[str] = ()
    when: Callable[[M], bool] | None = None
    may: Callable[[Actor, M], bool] | None = None
    place: str = "organisation"
    icon: str = "pencil"
    kind: str = "default"
    """`primary` for what the record waits for, `danger` for what cannot be taken back."""
    question: Label = ""
    """Asked before a button is obeyed."""
    note: Label = ""
    """Shown above the form: the article, or what will follow."""

    @property
    def asks(self) -> bool:
        """Whether there is a form: templates would call the class itself."""
        return self.form is not None

    def is_offered(self, actor: Actor, row: M) -> bool:
        return (
            (not self.states or getattr(row, "status", None) in self.states)
            and (self.when is None or self.when(row))
            and self.is_within(actor, row)
            and (self.may is None or self.may(actor, row))
        )

    def is_within(self, actor: Actor, row: M) -> bool:
        """Whether the actor's permission reaches this record, whatever state it is in."""
        organisation: Organisation | None = getattr(row, self.place)
        if organisation is None:
            return False
        return actor.covers(
            self.permission, organisation_id=organisation.pk, path=organisation.path
        )


@dataclass(frozen=True, kw_only=True)
class Opening:
    """How a record is begun; `act` returns it."""

    key: str
    title: Label
    permission: str
    act: Callable[[Said, Actor, datetime], Model]
    form: type[DeedForm]
    done: Label
    initial: Callable[[Mapping[str, str], datetime], Mapping[str, object]] | None = None
    """Proposed values, from the address it was opened at."""
    icon: str = "plus"
    note: Label = ""


@dataclass(frozen=True, kw_only=True)
class Part(Generic[M]):
    """A card of a record's page: a template that finds what `values` returned as `part`.

    `values` returns None where there is nothing to show; it is given only rows the actor sees.
    """

    template: str
    values: Callable[[M, Actor, datetime], Mapping[str, object] | None]
    permission: str = ""
    is_beside: bool = False
    """In the narrow column on the right."""
    order: int = 100


@dataclass(frozen=True, kw_only=True)
class Ledger(Generic[M]):
    """One kind of record from its list to its page.

    `name` is the route of the page, `rows` the selector of what an actor sees, with the
    organisations that deeds look at already joined. `states` is the kind of its status as the
    tones know it.
    """

    model: type[M]
    listed: ListSpec[M]
    name: str
    rows: Callable[[Actor], QuerySet[M]]
    facts: Sequence[Column]
    states: str = ""
    steps: Sequence[str] = ()
    """The states of the straight way through, drawn as a line of steps."""
    parts: Sequence[Part[M]] = ()
    deeds: Sequence[Deed[M]] = ()
    openings: Sequence[Opening] = ()
    refusals: tuple[type[Exception], ...] = ()
    stale: Label = _("记录的状态已经改变，或者应由他人办理，不能这样操作")
    heading: Callable[[M], str] = str
    notice: Callable[[M], tuple[Label, str] | None] | None = None
    """Words and tone of a notice above everything, such as a double entry that was merged."""
    attach: str = ""
    """The permission that lets add files, and withdraw one's own; empty for no files."""
    attach_manage: str = ""
    """The permission that lets withdraw anybody's file, held at the record's organisation."""
    attach_places: Sequence[str] = ("organisation",)
    """Attributes of the organisations at which `attach` may be held."""
    attach_owner: str = ""
    """The attribute of the user who may attach to his own record wherever it lies."""
    attach_states: Collection[str] = ()
    """The states in which files may come and go; empty for all."""
    remark: str = ""
    """The permission to leave remarks; empty for records without remarks."""
    map: Callable[[M, Actor, datetime], Mapping[str, object] | None] | None = None
    ground: Callable[[], Mapping[str, object]] | None = None
    """The base map from which forms with a longitude and a latitude let choose a point."""
    reads_are_told: bool = False
    """Whether opening a record is an entry of the audit: for records about persons."""

    def __post_init__(self) -> None:
        keys = [each.key for each in self.deeds] + [each.key for each in self.openings]
        if len(set(keys)) != len(keys) or set(keys) & {"remark", "reveal", "withdraw-file"}:
            raise ValueError(f"{self.name} has two deeds of one name, or one of the kit's own")

    @property
    def permission(self) -> str:
        return self.listed.permission

    def fact(self, key: str) -> Column | None:
        return next((each for each in self.facts if each.key == key), None)


_more: dict[str, list[Part[Any]]] = {}
_ledgers: dict[str, Ledger[Any]] = {}


def register(ledger: Ledger[Any]) -> None:
    known = _ledgers.setdefault(ledger.name, ledger)
    if known is not ledger:
        raise ValueError(f"{ledger.name} is declared twice")


def registered() -> tuple[Ledger[Any], ...]:
    return tuple(_ledgers[name] for name in sorted(_ledgers))


def add_part(name: str, part: Part[Any]) -> None:
    """Put a card on the page of another app's record; called from an app's `ready`."""
    known = _more.setdefault(name, [])
    if part not in known:
        known.append(part)


def parts_of(ledger: Ledger[Any]) -> list[Part[Any]]:
    return sorted((*ledger.parts, *_more.get(ledger.name, ())), key=lambda part: part.order)


def form_of(
    kind: type[DeedForm], row: Model | None, *, actor: Actor, at: datetime, **more: Any
) -> forms.Form:
    return kind(row=row, actor=actor, at=at, **more)
