"""The key subjects, one aggregate a module."""

from luchang.apps.subjects.models.basics import DEMO, DEMO_CITY, Subject
from luchang.apps.subjects.models.drivers import KeyDriver, LicenceAct, Relation
from luchang.apps.subjects.models.duties import (
    DAYS,
    DAYS_OF_DRIVER,
    DAYS_OF_VEHICLE,
    Duty,
    Inspection,
)
from luchang.apps.subjects.models.enterprises import RISK_GRADES, Enterprise
from luchang.apps.subjects.models.rules import Build, GroupRule
from luchang.apps.subjects.models.sources import FreightSource, KeyListing
from luchang.apps.subjects.models.vehicles import (
    LARGE_COACH_SEATS,
    Device,
    Elimination,
    KeyVehicle,
)

__all__ = [
    "DAYS",
    "DAYS_OF_DRIVER",
    "DAYS_OF_VEHICLE",
    "DEMO",
    "DEMO_CITY",
    "LARGE_COACH_SEATS",
    "RISK_GRADES",
    "Build",
    "Device",
    "Duty",
    "Elimination",
    "Enterprise",
    "FreightSource",
    "GroupRule",
    "Inspection",
    "KeyDriver",
    "KeyListing",
    "KeyVehicle",
    "LicenceAct",
    "Relation",
    "Subject",
]
