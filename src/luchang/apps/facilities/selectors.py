"""Questions about facilities, their work and stock."""

from django.db.models import QuerySet
from django.urls import reverse

from luchang.apps.facilities.models import Facility, Material, StockEntry, WorkOrder
from luchang.apps.facilities.policies import MANAGE, SEE
from luchang.kernel.identity.actors import Actor, within
from luchang.kernel.ui.search import Hit


def facilities(actor: Actor) -> QuerySet[Facility]:
    return within(Facility.objects.select_related("organisation"), actor, SEE)


def managed_facilities(actor: Actor) -> QuerySet[Facility]:
    return within(Facility.objects.select_related("organisation"), actor, MANAGE)


def orders(actor: Actor) -> QuerySet[WorkOrder]:
    return within(WorkOrder.objects.select_related("organisation", "facility"), actor, SEE)


def materials(actor: Actor) -> QuerySet[Material]:
    return within(Material.objects.select_related("organisation"), actor, SEE)


def usable_materials(order: WorkOrder) -> QuerySet[Material]:
    """What the order's own organisation has in stock."""
    return Material.objects.filter(organisation=order.organisation_id, on_hand__gt=0)


def entries(actor: Actor) -> QuerySet[StockEntry]:
    rows = StockEntry.objects.select_related("material__organisation", "order")
    return within(rows, actor, SEE, organisation="material__organisation")


def find_facilities(actor: Actor, text: str, most: int) -> list[Hit]:
    """For the search box: by number, name or place."""
    return [
        Hit(
            title=each.name,
            address=reverse("facilities.facility", args=[each.pk]),
            note=f"{each.number} {each.place}",
            icon="traffic-lights",
        )
        for each in facilities(actor).filter(search__found=text)[:most]
    ]
