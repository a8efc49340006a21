"""Suspected clones within reach, their moves, and what the last comparison left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from luchang.apps.passages.models import (
    CloneComparison,
    CloneMove,
    CloneSuspect,
    LeftOutCamera,
)
from luchang.apps.passages.policies import JUDGE_CLONE, SEE_CLONES
from luchang.apps.passages.states import PlateKind, plate_type_label
from luchang.apps.passages.states.clones import CloneStatus
from luchang.kernel.identity.actors import within
from luchang.kernel.ui.search import Hit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from luchang.kernel.identity.actors import Actor

MOST_MOVES = 100
"""Moves of a suspect that its page shows, the latest of them."""


def suspects(actor: Actor) -> QuerySet[CloneSuspect]:
    rows = CloneSuspect.objects.select_related("organisation", "watch")
    return within(rows, actor, SEE_CLONES)


def judged_suspects(actor: Actor) -> QuerySet[CloneSuspect]:
    """Those one may decide on, and so see the pictures of."""
    rows = CloneSuspect.objects.select_related("organisation")
    return within(rows, actor, JUDGE_CLONE)


def waiting_suspects(actor: Actor) -> int:
    """For the menu."""
    rows = within(CloneSuspect.objects.all(), actor, SEE_CLONES)
    return rows.filter(status=CloneStatus.SUSPECTED).count()


def left_out(actor: Actor) -> QuerySet[LeftOutCamera]:
    """Cameras within reach that the last comparison did not judge."""
    rows = LeftOutCamera.objects.select_related("camera__organisation")
    return within(rows, actor, SEE_CLONES, organisation="camera__organisation")


def last_comparison() -> CloneComparison | None:
    return CloneComparison.objects.first()


def moves_of(suspect: CloneSuspect) -> Sequence[CloneMove]:
    """The latest moves, newest first."""
    rows = suspect.impossible_moves.select_related("start", "end")
    return list(rows.order_by("-end_at", "-pk")[:MOST_MOVES])


def other_types(suspect: CloneSuspect) -> list[str]:
    """Plate types under which the store knows the same number besides: perhaps read as this."""
    from luchang.apps.passages.selectors.store import the_store  # noqa: PLC0415 - kernels load slowly

    store = the_store()
    return [
        plate_type_label(kind)
        for kind in PlateKind.values
        if kind != suspect.plate_type and store.number_of(suspect.plate, kind) is not None
    ]


def find_suspects(actor: Actor, text: str, most: int) -> list[Hit]:
    """For the search box: by number."""
    return [
        Hit(
            title=each.number,
            address=reverse("passages.clone", args=[each.pk]),
            note=str(each.get_status_display()),
            icon="copy",
        )
        for each in suspects(actor).filter(search__found=text)[:most]
    ]
