"""The invented half-year of risk."""

from luchang.apps.risk.management.half_year import hazards, instruments

__all__ = ["hazards", "instruments"]
