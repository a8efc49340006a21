"""The rows of the figures: kept values, dashboards, kiosks, assessments."""

from luchang.apps.kpi.models.assessments import Item, Result, Round, Scheme, Score
from luchang.apps.kpi.models.dashboards import Dashboard, Tile
from luchang.apps.kpi.models.keeping import KeptValue
from luchang.apps.kpi.models.kiosks import Kiosk
from luchang.apps.kpi.models.targets import Target

__all__ = [
    "Dashboard",
    "Item",
    "KeptValue",
    "Kiosk",
    "Result",
    "Round",
    "Scheme",
    "Score",
    "Target",
    "Tile",
]
