"""Directions as Chinese sites write them, alone or at the end of a device's name.

direction_in("裕华路站前街西向东")      # Direction.EAST
direction_in("学苑路南北向南")          # Direction.SOUTH: the first 南 belongs to the place
direction_in("中华大街新石南路")        # None: it says nothing
"""

from __future__ import annotations

import re

from luchang.core.passages.passage import Direction

D = Direction
TOWARDS = {
    "东": D.EAST,
    "西": D.WEST,
    "南": D.SOUTH,
    "北": D.NORTH,
    "东北": D.NORTH_EAST,
    "西南": D.SOUTH_WEST,
    "东南": D.SOUTH_EAST,
    "西北": D.NORTH_WEST,
}
_OPPOSITE = {"东": "西", "西": "东", "南": "北", "北": "南"}
_WAY = re.compile(
    r"(东北|东南|西北|西南)(?:向|往|至|到)(东北|东南|西北|西南)|([东西南北])(?:向|往|至|到)([东西南北])"
)


def direction_in(text: str) -> Direction | None:
    """Where vehicles drive to by a text; None where it says nothing, or no straight way.

    The last way that is told counts: streets before it have points of the compass in their names.
    A way from one side to its opposite is meant (`西向东`), not a turn (`西向北`).
    """
    for found in reversed(list(_WAY.finditer(text))):
        start, end = found[1] or found[3], found[2] or found[4]
        if end == "".join(_OPPOSITE[one] for one in start):
            return TOWARDS[end]
    return None
