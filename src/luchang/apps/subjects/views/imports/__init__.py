"""Enterprises, vehicles and drivers from workbooks, each row by the services of the register."""

from luchang.apps.subjects.views.imports.drivers import DRIVERS
from luchang.apps.subjects.views.imports.enterprises import ENTERPRISES
from luchang.apps.subjects.views.imports.vehicles import VEHICLES

__all__ = ["DRIVERS", "ENTERPRISES", "VEHICLES"]
