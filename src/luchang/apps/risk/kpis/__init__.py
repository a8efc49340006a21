"""What is counted of hazards and instruments."""

from luchang.apps.risk.kpis import instruments

__all__ = ["instruments"]
