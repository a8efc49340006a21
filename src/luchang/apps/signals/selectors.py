"""Questions about junctions, counts, studies, plans and controllers."""

from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse

from luchang.apps.signals.models import (
    ControllerStatus,
    Count,
    CountSet,
    Junction,
    LayoutVersion,
    Reorganisation,
    Study,
    TimingPlan,
)
from luchang.apps.signals.policies import MANAGE, REPORT, SEE
from luchang.kernel.identity.actors import Actor, within
from luchang.kernel.ui.search import Hit


def junctions(actor: Actor) -> QuerySet[Junction]:
    return within(Junction.objects.select_related("organisation", "layout"), actor, SEE)


def reported_junctions(actor: Actor) -> QuerySet[Junction]:
    return within(Junction.objects.order_by("code"), actor, REPORT)


def managed_junctions(actor: Actor) -> QuerySet[Junction]:
    return within(Junction.objects.order_by("code"), actor, MANAGE)


def layouts(actor: Actor) -> QuerySet[LayoutVersion]:
    rows = LayoutVersion.objects.select_related("junction")
    return within(rows, actor, SEE, organisation="junction__organisation")


def timing_plans(actor: Actor) -> QuerySet[TimingPlan]:
    rows = TimingPlan.objects.select_related("junction__organisation", "layout", "study")
    return within(rows, actor, SEE, organisation="junction__organisation")


def plans_in_force(actor: Actor, *, at: datetime) -> QuerySet[TimingPlan]:
    rows = TimingPlan.objects.in_force(at=at).select_related("layout", "study")
    return within(rows, actor, SEE, organisation="junction__organisation")


def count_sets(actor: Actor) -> QuerySet[CountSet]:
    return within(CountSet.objects.select_related("junction", "organisation"), actor, SEE)


def managed_count_sets(actor: Actor) -> QuerySet[CountSet]:
    return within(CountSet.objects.select_related("junction"), actor, MANAGE)


def counts(actor: Actor) -> QuerySet[Count]:
    rows = Count.objects.select_related("count_set__junction", "count_set__organisation")
    return within(rows, actor, SEE, organisation="count_set__organisation")


def studies(actor: Actor) -> QuerySet[Study]:
    rows = Study.objects.select_related("organisation", "junction", "chosen", "count_set")
    return within(rows, actor, SEE)


def works(actor: Actor) -> QuerySet[Reorganisation]:
    return within(Reorganisation.objects.select_related("organisation", "junction"), actor, SEE)


def controllers(actor: Actor) -> QuerySet[ControllerStatus]:
    rows = ControllerStatus.objects.select_related("junction__organisation", "junction__layout")
    return within(rows, actor, SEE, organisation="junction__organisation")


def find_junctions(actor: Actor, text: str, most: int) -> list[Hit]:
    """For the search box: by code or name."""
    return [
        Hit(
            title=each.name,
            address=reverse("signals.junction", args=[each.pk]),
            note=each.code,
            icon="traffic-lights",
        )
        for each in junctions(actor).filter(search__found=text)[:most]
    ]
