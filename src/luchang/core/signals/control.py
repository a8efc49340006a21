"""What a controller reports, in words that no protocol owns."""

from __future__ import annotations

from enum import StrEnum


class ControlMode(StrEnum):
    """How a junction is being controlled; the values are the codes of GA/T 1049."""

    RELEASED = "00"
    LOCAL_MANUAL = "01"
    LAMPS_OFF = "11"
    ALL_RED = "12"
    ALL_AMBER_FLASH = "13"
    FIXED = "21"
    ACTUATED = "22"
    ADAPTIVE = "23"
    LINE_FIXED = "31"
    LINE_ACTUATED = "32"
    LINE_ADAPTIVE = "33"
    AREA = "41"
    INTERVENED = "51"
    STAGE_LOCK = "52"
    PLAN_LOCK = "53"


class LampState(StrEnum):
    """What one lamp shows."""

    OFF = "off"
    RED = "red"
    AMBER = "amber"
    GREEN = "green"
    RED_AMBER = "red_amber"
    RED_FLASH = "red_flash"
    AMBER_FLASH = "amber_flash"
    GREEN_FLASH = "green_flash"
    UNKNOWN = "unknown"


class ControllerFault(StrEnum):
    """What is wrong with a controller; the values are the codes of GA/T 1049."""

    LAMP_OUTPUT = "1"
    POWER = "2"
    CLOCK = "3"
    RUN = "4"
    PLAN = "5"
    OTHER = "9"


class Presence(StrEnum):
    """Whether the system beyond the link reaches a controller; the values are its words."""

    ONLINE = "Online"
    OFFLINE = "Offline"
    FAULTY = "Error"
