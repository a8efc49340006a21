"""Rows of the lists. Places belong to the whole city: whoever may see them sees all."""

from typing import TypeVar, cast

from django.db.models import Model, QuerySet, Value
from django.db.models.functions import Coalesce, Concat

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

M = TypeVar("M", bound=Model)


def places_for(actor: Actor) -> "QuerySet[Place]":
    policies.check_can_see(actor)
    return _with_area(Place.objects.current().defer("search"), "township")


def junctions_for(actor: Actor) -> "QuerySet[Junction]":
    policies.check_can_see(actor)
    return _with_area(Junction.objects.current().select_related("place"), "place__township")


def streets_for(actor: Actor) -> "QuerySet[Street]":
    policies.check_can_see(actor)
    return _with_area(Street.objects.current().select_related("place"), "place__township")


def cameras_for(actor: Actor) -> "QuerySet[Camera]":
    policies.check_can_see(actor)
    return _with_area(Camera.objects.current().select_related("place"), "place__township")


def _with_area(rows: "QuerySet[M]", township: str) -> "QuerySet[M]":
    """Each row with `area`, its county and township by name: without their polygons."""
    names = (Coalesce(f"{step}__name", Value("")) for step in (f"{township}__parent", township))
    return cast("QuerySet[M]", rows.annotate(area=Concat(*names)))


def networks_for(actor: Actor) -> "QuerySet[RoadNetwork]":
    policies.check_can_import_maps(actor)
    return RoadNetwork.objects.select_related("imported_by")


def closures_for(actor: Actor) -> "QuerySet[RoadClosure]":
    policies.check_can_see(actor)
    return RoadClosure.objects.select_related("declared_by", "network")


def divisions_for(actor: Actor) -> DivisionQuerySet:
    policies.check_can_see(actor)
    return current_divisions()
