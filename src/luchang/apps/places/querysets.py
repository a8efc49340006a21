"""Named scopes of the places."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from luchang.apps.places.models import (  # noqa: F401
        Camera,
        Division,
        Junction,
        Place,
        RoadClosure,
        RoadNetwork,
        Street,
    )


class DivisionQuerySet(models.QuerySet["Division"]):
    def valid_on(self, day: date) -> Self:
        """Divisions that exist on `day`; both ends of a validity belong to it."""
        return self.filter(valid_from__lte=day).filter(
            Q(valid_until=None) | Q(valid_until__gte=day)
        )

    def move_below(self, parent: Division) -> int:
        """Hand these divisions to another parent; how many they were."""
        return self.update(parent=parent)

    def with_polygon(self) -> Self:
        return self.exclude(polygon=None)

    def by_name(self) -> Self:
        return self.order_by("pinyin", "code")


class RoadNetworkQuerySet(models.QuerySet["RoadNetwork"]):
    def active(self) -> Self:
        return self.filter(is_active=True)


class PlaceQuerySet(models.QuerySet["Place"]):
    def current(self) -> Self:
        """Places that exist now: not struck off, and not of a road network that was replaced."""
        return self.filter(is_current=True)

    def entered(self) -> Self:
        """Places that people or other systems named, not those read from a road network."""
        return self.filter(network=None)

    def follow(self, network: RoadNetwork) -> int:
        """Only what was read from that network is current; how many rows changed."""
        stepped_back = self.exclude(network=network).filter(is_current=True)
        return stepped_back.update(is_current=False) + self.filter(
            network=network, is_current=False
        ).update(is_current=True)

    def found(self, query: str) -> Self:
        return self.filter(search__found=query)

    def between(self, *, west: float, south: float, east: float, north: float) -> Self:
        return self.filter(lon__gte=west, lon__lte=east, lat__gte=south, lat__lte=north)


class StreetQuerySet(models.QuerySet["Street"]):
    def current(self) -> Self:
        return self.filter(place__is_current=True)


class JunctionQuerySet(models.QuerySet["Junction"]):
    def current(self) -> Self:
        return self.filter(place__is_current=True)

    def signalled(self) -> Self:
        return self.filter(has_signals=True)


class CameraQuerySet(models.QuerySet["Camera"]):
    def current(self) -> Self:
        return self.filter(place__is_current=True)


class RoadClosureQuerySet(models.QuerySet["RoadClosure"]):
    def in_force(self, at: datetime) -> Self:
        """Closures that block traffic at `at`: begun, neither over nor lifted."""
        return self.filter(starts_at__lte=at).filter(
            Q(ends_at=None) | Q(ends_at__gt=at), Q(lifted_at=None) | Q(lifted_at__gt=at)
        )

    def ahead(self, at: datetime) -> Self:
        return self.filter(starts_at__gt=at, lifted_at=None)
