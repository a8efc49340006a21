"""Rows of the lists. Places belong to the whole city: whoever may see them sees all."""

from django.db.models import QuerySet

from luchang.apps.places import policies
from luchang.apps.places.models import (
    Camera,
    Junction,
    Place,
    RoadClosure,
    RoadNetwork,
    Street,
)
from luchang.apps.places.querysets import DivisionQuerySet
from luchang.apps.places.selectors.divisions import current_divisions
from luchang.kernel.identity.actors import Actor


def places_for(actor: Actor) -> "QuerySet[Place]":
    policies.check_can_see(actor)
    return Place.objects.current().select_related("township__parent").defer("search")


def junctions_for(actor: Actor) -> "QuerySet[Junction]":
    policies.check_can_see(actor)
    return Junction.objects.current().select_related("place__township__parent")


def streets_for(actor: Actor) -> "QuerySet[Street]":
    policies.check_can_see(actor)
    return Street.objects.current().select_related("place__township__parent")


def cameras_for(actor: Actor) -> "QuerySet[Camera]":
    policies.check_can_see(actor)
    return Camera.objects.current().select_related("place__township__parent")


def networks_for(actor: Actor) -> "QuerySet[RoadNetwork]":
    policies.check_can_import_maps(actor)
    return RoadNetwork.objects.select_related("imported_by")


def closures_for(actor: Actor) -> "QuerySet[RoadClosure]":
    policies.check_can_see(actor)
    return RoadClosure.objects.select_related("declared_by", "network")


def divisions_for(actor: Actor) -> DivisionQuerySet:
    policies.check_can_see(actor)
    return current_divisions()
