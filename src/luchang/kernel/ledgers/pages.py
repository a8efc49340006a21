"""What the page of one record shows, put together from its declaration."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model
from django.urls import reverse

from luchang.kernel.identity.actors import Actor
from luchang.kernel.ledgers.files import files_of, may_attach
from luchang.kernel.ledgers.specs import Deed, Ledger, parts_of
from luchang.kernel.lists.columns import Cell, Column
from luchang.kernel.records.attachments.terms import upload_terms
from luchang.kernel.records.kinds import Colour, DeadlineStatus
from luchang.kernel.records.models import Deadline
from luchang.kernel.records.moves import Stateful, history, subject_of
from luchang.kernel.records.stories import story_of
from luchang.kernel.ui import tones
from luchang.kernel.ui.tones import Tone

SHOWN_AT_ONCE = 3
"""Deeds beside the title; the others, and all that cannot be taken back, are unfolded."""

RANK = {"primary": 0, "default": 1, "danger": 2}

COLOURS = {Colour.CALM: Tone.SUCCESS, Colour.SOON: Tone.WARNING, Colour.OVERDUE: Tone.DANGER}


@dataclass(frozen=True)
class Fact:
    """One value of the record, and where it may be seen in full."""

    column: Column
    cell: Cell
    may_reveal: bool


@dataclass(frozen=True)
class Offer:
    """A deed as a button."""

    deed: Deed[Any]
    address: str


@dataclass(frozen=True)
class Clock:
    """A running deadline."""

    deadline: Deadline
    tone: Tone


@dataclass(frozen=True)
class Drawn:
    """A card and what its template draws."""

    template: str
    values: Mapping[str, object]
    is_beside: bool


def address_of(ledger: Ledger[Any], row: Model) -> str:
    return reverse(ledger.name, args=[row.pk])


def page_of(
    ledger: Ledger[Any], row: Model, *, actor: Actor, at: datetime
) -> Mapping[str, object]:
    """Everything the template of a record draws."""
    offers = [
        Offer(deed, reverse(f"{ledger.name}.{deed.key}", args=[row.pk]))
        for deed in ledger.deeds
        if deed.is_offered(actor, row)
    ]
    offers.sort(key=lambda each: RANK[each.deed.kind])
    shown = sum(each.deed.kind != "danger" for each in offers[:SHOWN_AT_ONCE])
    parts = drawn_parts(ledger, row, actor=actor, at=at)
    return {
        "ledger": ledger,
        "row": row,
        "heading": ledger.heading(row),
        "notice": ledger.notice(row) if ledger.notice else None,
        **_way_of(ledger, row),
        "facts": facts_of(ledger, row, actor),
        "offers": offers[:shown],
        "more_offers": offers[shown:],
        "clocks": clocks_of(row, at=at),
        "parts": [each for each in parts if not each.is_beside],
        "beside": [each for each in parts if each.is_beside],
        "files": files_of(row, by=actor, ledger=ledger) if ledger.attach else None,
        "may_attach": may_attach(ledger, actor, row),
        "subject": subject_of(row),
        "may_remark": may_remark(ledger, actor),
        "map": ledger.map(row, actor, at) if ledger.map else None,
        "page": {"files": upload_terms()},
        "at": at,
    }


def facts_of(ledger: Ledger[Any], row: Model, actor: Actor) -> list[Fact]:
    return [
        Fact(column, column.cell(row), may_reveal(actor, column, row)) for column in ledger.facts
    ]


def may_reveal(actor: Actor, column: Column, row: Model) -> bool:
    """Whether a personal value of this very record may be seen in full."""
    if not column.reveal:
        return False
    place = getattr(row, "organisation", None)
    if place is None:
        return actor.may(column.reveal)
    return actor.covers(column.reveal, organisation_id=place.pk, path=place.path)


def drawn_parts(ledger: Ledger[Any], row: Model, *, actor: Actor, at: datetime) -> Sequence[Drawn]:
    """The cards that have something to show to this person."""
    drawn = []
    for part in parts_of(ledger):
        if part.permission and not actor.may(part.permission):
            continue
        values = part.values(row, actor, at)
        if values is not None:
            drawn.append(Drawn(part.template, values, part.is_beside))
    return drawn


def steps_of(ledger: Ledger[Any], row: Stateful) -> list[dict[str, str]]:
    """Where the record stands on its way; a state beside the way shows how far it had come."""
    if not ledger.steps:
        return []
    known = [str(each) for each in ledger.steps]
    is_on_way = row.status in known
    reached = [known.index(each) for each in _states_of(row) if each in known]
    here = known.index(row.status) if is_on_way else max(reached, default=0)
    here += is_on_way and here == len(known) - 1  # the last step is done once it is reached
    steps = [
        {"label": tones.shown_as(ledger.states, each)[0], "state": _state(place, here), "note": ""}
        for place, each in enumerate(known)
    ]
    if not is_on_way:
        label = tones.shown_as(ledger.states, row.status)[0]
        steps[here] = {"label": steps[here]["label"], "state": "failed", "note": label}
    return steps


def clocks_of(row: Model, *, at: datetime) -> list[Clock]:
    running = Deadline.objects.of(subject_of(row), row.pk).filter(status=DeadlineStatus.RUNNING)
    return [Clock(each, COLOURS[each.colour(at=at)]) for each in running.order_by("due_at")]


def may_remark(ledger: Ledger[Any], actor: Actor) -> bool:
    return bool(ledger.remark) and actor.may(ledger.remark)


def _way_of(ledger: Ledger[Any], row: Model) -> dict[str, object]:
    """State, steps and history."""
    story = story_of(row, shown=lambda state: tones.shown_as(ledger.states, state))
    if not (ledger.states and isinstance(row, Stateful)):
        return {"status": None, "steps": [], "story": story}
    return {
        "status": tones.shown_as(ledger.states, row.status),
        "steps": steps_of(ledger, row),
        "story": story,
    }


def _states_of(row: Stateful) -> list[str]:
    return list(history(row).values_list("after", flat=True))


def _state(place: int, here: int) -> str:
    if place == here:
        return "here"
    return "done" if place < here else "next"
