"""Tests that need the simulator are skipped where its packages are absent, and only there.

Nothing of ours is asked whether it is there: broken, it would skip what should find it broken.
"""

import importlib.util

import pytest

needs_simulator = pytest.mark.skipif(
    any(importlib.util.find_spec(name) is None for name in ("sumo", "libsumo")),
    reason="the simulator is an extra: make simulation",
)
