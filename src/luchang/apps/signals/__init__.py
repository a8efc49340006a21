"""Junctions and their signals: what stands there, what was counted, which plan runs and why."""
