"""Who is judged by what, and how units stood over time."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from luchang.apps.kpi.models import Item, Result, Round, Scheme, Score
from luchang.apps.kpi.policies import MANAGE_ASSESSMENTS, SEE_FIGURES
from luchang.apps.kpi.states import RoundStatus
from luchang.kernel.identity.actors import Actor, within
from luchang.kernel.identity.models import Organisation


def schemes(actor: Actor) -> "QuerySet[Scheme]":
    return within(Scheme.objects.select_related("organisation"), actor, MANAGE_ASSESSMENTS)


def rounds(actor: Actor) -> "QuerySet[Round]":
    rows = Round.objects.select_related("scheme", "organisation", "frozen_by")
    return within(rows, actor, MANAGE_ASSESSMENTS)


def results(actor: Actor) -> "QuerySet[Result]":
    """Frozen results of the units one reaches: what is proposed may still change."""
    rows = Result.objects.filter(round__status=RoundStatus.FROZEN)
    rows = rows.select_related("round__scheme", "organisation")
    return within(rows, actor, SEE_FIGURES)


def judged_units(organisation: Organisation) -> list[Organisation]:
    """The units directly below, in the order of the tree."""
    below = Organisation.objects.filter(parent=organisation, closed_at__isnull=True)
    return list(below.order_by("order", "path"))


@dataclass(frozen=True)
class Line:
    """One unit in the table of a round."""

    organisation: Organisation
    scores: Sequence[Score | None]
    """In the order of the items."""
    result: Result | None


def table_of(judged: Round) -> tuple[list[Item], list[Line]]:
    """Items across, units down, best first once they are ranked."""
    items = list(judged.scheme.items.all())
    scores = {(each.organisation_id, each.item_id): each for each in judged.scores.all()}
    found = {each.organisation_id: each for each in judged.results.all()}
    lines = [
        Line(
            organisation=unit,
            scores=[scores.get((unit.pk, item.pk)) for item in items],
            result=found.get(unit.pk),
        )
        for unit in judged_units(judged.organisation)
    ]
    last = len(lines) + 1
    lines.sort(key=lambda line: (line.result.place if line.result else None) or last)
    return items, lines


def places_over_time(scheme: Scheme, *, most: int = 12) -> dict[str, object]:
    """The place of each unit in each frozen round, as a chart."""
    frozen = list(scheme.rounds.filter(status=RoundStatus.FROZEN).order_by("-starts_at")[:most])
    frozen.reverse()
    places = {
        (each.round_id, each.organisation_id): each.place
        for each in Result.objects.filter(round__in=frozen)
    }
    return {
        "categories": [f"{each.starts_at:%Y-%m}" for each in frozen],
        "series": [
            {
                "name": unit.short_name,
                "values": [places.get((each.pk, unit.pk)) for each in frozen],
            }
            for unit in judged_units(scheme.organisation)
        ],
        "whole": True,
    }
