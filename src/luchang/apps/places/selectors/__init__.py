"""Questions about places. Points are WGS-84 degrees, longitude first."""

from luchang.apps.places.selectors.addresses import FoundPlace, search_places
from luchang.apps.places.selectors.closures import closed_sections, closures_in_force
from luchang.apps.places.selectors.descriptions import describe_point
from luchang.apps.places.selectors.divisions import (
    Area,
    DivisionRef,
    Jurisdiction,
    county_areas,
    division_index,
    jurisdiction,
    township_labels,
    townships_of,
)
from luchang.apps.places.selectors.maps import base_map, spot_map
from luchang.apps.places.selectors.networks import (
    NoRoadNetwork,
    RouteFound,
    active_network,
    graph,
    live_travel_s,
    nearest_junction,
    road_metres,
    route_between,
    snap,
    snapper,
)

__all__ = [
    "Area",
    "DivisionRef",
    "FoundPlace",
    "Jurisdiction",
    "NoRoadNetwork",
    "RouteFound",
    "active_network",
    "base_map",
    "closed_sections",
    "closures_in_force",
    "county_areas",
    "describe_point",
    "division_index",
    "graph",
    "jurisdiction",
    "live_travel_s",
    "nearest_junction",
    "road_metres",
    "route_between",
    "search_places",
    "snap",
    "snapper",
    "spot_map",
    "township_labels",
    "townships_of",
]
