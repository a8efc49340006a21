"""What is counted of hazards and instruments."""

from luchang.apps.risk.kpis import hazards, instruments

__all__ = ["hazards", "instruments"]
