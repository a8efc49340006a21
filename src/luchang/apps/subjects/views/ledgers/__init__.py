"""What may be done with key subjects, one kind a module."""

from luchang.apps.subjects.views.ledgers.drivers import DRIVER_LEDGER
from luchang.apps.subjects.views.ledgers.enterprises import ENTERPRISE_LEDGER
from luchang.apps.subjects.views.ledgers.sources import SOURCE_LEDGER
from luchang.apps.subjects.views.ledgers.vehicles import VEHICLE_LEDGER

__all__ = ["DRIVER_LEDGER", "ENTERPRISE_LEDGER", "SOURCE_LEDGER", "VEHICLE_LEDGER"]
