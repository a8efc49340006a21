"""The rows of the places, one aggregate a module."""

from luchang.apps.places.models.closures import RoadClosure
from luchang.apps.places.models.divisions import Division, DivisionEdition
from luchang.apps.places.models.gazetteer import Camera, Junction, Place, Street
from luchang.apps.places.models.networks import RoadNetwork

__all__ = [
    "Camera",
    "Division",
    "DivisionEdition",
    "Junction",
    "Place",
    "RoadClosure",
    "RoadNetwork",
    "Street",
]
