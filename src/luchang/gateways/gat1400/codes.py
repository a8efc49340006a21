"""Numbers of GA/T 1400 in the words of the core: one table each, nothing passed on."""

from enum import IntEnum
from functools import lru_cache

from luchang.core.passages.passage import Colour, VehicleKind


class Status(IntEnum):
    """StatusCode of a response object."""

    OK = 0
    OTHER = 1
    BUSY = 2
    DEVICE = 3
    INVALID_OPERATION = 4
    XML_FORMAT = 5
    XML_CONTENT = 6
    JSON_FORMAT = 7
    JSON_CONTENT = 8
    REBOOT = 9


COLOURS = {
    1: Colour.BLACK,
    2: Colour.WHITE,
    3: Colour.GREY,
    4: Colour.RED,
    5: Colour.BLUE,
    6: Colour.YELLOW,
    7: Colour.ORANGE,
    8: Colour.BROWN,
    9: Colour.GREEN,
    10: Colour.PURPLE,
    11: Colour.CYAN,
    12: Colour.PINK,
    13: Colour.OTHER,
    99: Colour.OTHER,
}
"""ColorType, of plates and bodies alike; 13 is transparent, which no vehicle is."""

COLOUR_CODES = {colour: code for code, colour in reversed(COLOURS.items())}
"""The way back, for what is sent on; other becomes 13's neighbour 99."""
COLOUR_CODES[Colour.OTHER] = 99

_KINDS = {
    "K1": VehicleKind.COACH,
    "K2": VehicleKind.COACH,
    "K3": VehicleKind.CAR,
    "K4": VehicleKind.CAR,
    "H1": VehicleKind.HEAVY_GOODS,
    "H2": VehicleKind.HEAVY_GOODS,
    "H3": VehicleKind.LIGHT_GOODS,
    "H4": VehicleKind.LIGHT_GOODS,
    "H5": VehicleKind.LIGHT_GOODS,
    "Q1": VehicleKind.HEAVY_GOODS,
    "Q2": VehicleKind.HEAVY_GOODS,
    "Q3": VehicleKind.LIGHT_GOODS,
    "M1": VehicleKind.MOTORCYCLE,
    "M2": VehicleKind.MOTORCYCLE,
    "T1": VehicleKind.TRACTOR,
    "T2": VehicleKind.TRACTOR,
}


@lru_cache(maxsize=1_024)
def kind_of(vehicle_class: str) -> VehicleKind:
    """What a type of GA/T 16.4 is to a camera; the third character does not matter."""
    if not vehicle_class:
        return VehicleKind.UNKNOWN
    return _KINDS.get(vehicle_class[:2].upper(), VehicleKind.OTHER)
