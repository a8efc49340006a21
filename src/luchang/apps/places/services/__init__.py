"""The only writers of places."""

from luchang.apps.places.services.base_map import Water, build_base_map
from luchang.apps.places.services.closures import (
    ClosureDraft,
    ClosureOver,
    NoRoadThere,
    close_road,
    lift_closure,
)
from luchang.apps.places.services.demo import DemoGeography, build_demo_geography
from luchang.apps.places.services.demo.recipe import DivisionNamesMissing
from luchang.apps.places.services.divisions import DivisionFile, import_divisions
from luchang.apps.places.services.gazetteer import (
    CameraDraft,
    PlaceDraft,
    add_cameras,
    add_place,
    add_places,
    amend_place,
    strike_off_place,
)
from luchang.apps.places.services.networks import (
    NetworkDraft,
    activate_network,
    import_roads,
    keep_network,
)

__all__ = [
    "CameraDraft",
    "ClosureDraft",
    "ClosureOver",
    "DemoGeography",
    "DivisionFile",
    "DivisionNamesMissing",
    "NetworkDraft",
    "NoRoadThere",
    "PlaceDraft",
    "Water",
    "activate_network",
    "add_cameras",
    "add_place",
    "add_places",
    "amend_place",
    "build_base_map",
    "build_demo_geography",
    "close_road",
    "import_divisions",
    "import_roads",
    "keep_network",
    "lift_closure",
    "strike_off_place",
]
