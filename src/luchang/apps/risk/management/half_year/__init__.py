"""The invented half-year of risk."""

from luchang.apps.risk.management.half_year import instruments

__all__ = ["instruments"]
