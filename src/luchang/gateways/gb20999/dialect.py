"""How one make of controller speaks: what the sources of this standard differ in or leave open."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from luchang.apps.signals.ports import LinkRefused
from luchang.core.signals.control import ControlMode, LampState
from luchang.gateways.addresses import MOST_PORT
from luchang.gateways.gb20999.frame import DataClass, Place

MOST_BYTE = 0xFF
ANSWERS_SEEN = (0x80, 0x71)
"""Types that answer a heartbeat, each in one source."""

MODES: Mapping[int, ControlMode] = {
    0x21: ControlMode.FIXED,
    0x22: ControlMode.ACTUATED,
    0x23: ControlMode.LINE_FIXED,
    0x24: ControlMode.ADAPTIVE,
    0x25: ControlMode.LOCAL_MANUAL,
    0x31: ControlMode.ALL_AMBER_FLASH,
    0x32: ControlMode.ALL_RED,
    0x33: ControlMode.LAMPS_OFF,
}
"""Modes of one published implementation; a controller was seen to report 0x23."""

LAMPS: Mapping[int, LampState] = {
    0x01: LampState.OFF,
    0x10: LampState.RED,
    0x11: LampState.RED_FLASH,
    0x12: LampState.RED_FLASH,
    0x20: LampState.GREEN,
    0x21: LampState.GREEN_FLASH,
    0x22: LampState.GREEN_FLASH,
    0x30: LampState.AMBER,
    0x31: LampState.AMBER_FLASH,
    0x32: LampState.AMBER_FLASH,
    0x40: LampState.RED_AMBER,
}
"""Lamp states of one published implementation; a controller was seen to report 0x01."""


class Chain(StrEnum):
    """Which end of a chain of stages the first stage stands at."""

    FIRST_LAST = "first_last"
    FIRST_FIRST = "first_first"


@dataclass(frozen=True, slots=True)
class Dialect:
    """One make's way of speaking.

    Attributes
    ----------
    version, host
        Version of the frames, and the number we go by.
    heartbeat_answer
        Type that answers a controller's heartbeat. Unconfirmed: 0x80 or 0x71.
    chain
        A controller was seen to put the first stage last.
    port, controller_port
        Ours, and a controller's where its address names none.
    tries, answer_s
        A datagram may be lost: how often a question is asked, and how long we wait each time [s].
    poll_s
        How often a controller is asked while we listen [s].
    match_serial
        Whether an answer must carry the question's serial. The standard says so; a controller
        was seen to count on instead.
    """

    version: int = 0x0100
    host: int = 1
    heartbeat_answer: int = ANSWERS_SEEN[0]
    chain: Chain = Chain.FIRST_LAST
    port: int = 0
    controller_port: int = 4050
    tries: int = 3
    answer_s: float = 1.0
    poll_s: float = 1.0
    match_serial: bool = False
    modes: Mapping[int, ControlMode] = field(default_factory=lambda: MODES)
    lamps: Mapping[int, LampState] = field(default_factory=lambda: LAMPS)

    def __post_init__(self) -> None:
        fits = 0 <= self.host <= MOST_BYTE and 0 <= self.port <= MOST_PORT
        if not fits or self.heartbeat_answer not in ANSWERS_SEEN:
            raise ValueError("our number, our port or the heartbeat's answer is out of range")

    @property
    def unconfirmed(self) -> list[str]:
        """What of this dialect stands on one source only, for the page of the link."""
        return [
            str(_("心跳应答帧类型：%(value)s")) % {"value": f"0x{self.heartbeat_answer:02X}"},
            str(_("运行模式与灯色代码来自单一公开实现")),
            str(_("方案阶段链首段位置：%(value)s")) % {"value": self.chain},
            str(_("设置应答、相位阶段与灯组的对应未确认，本接口只读")),
        ]


def dialect() -> Dialect:
    """The dialect this installation is configured with.

    Raises:
        LinkRefused: `not_configured`, with a value that is none.
    """
    told = os.environ
    try:
        return Dialect(
            host=int(told.get("LUCHANG_GB20999_HOST", "1")),
            port=int(told.get("LUCHANG_GB20999_PORT", "5051")),
            heartbeat_answer=int(told.get("LUCHANG_GB20999_HEARTBEAT_ANSWER", "0x80"), 0),
            chain=Chain(told.get("LUCHANG_GB20999_CHAIN", Chain.FIRST_LAST)),
        )
    except ValueError as strange:
        raise LinkRefused("not_configured") from strange


def mode_at(junction: int) -> Place:
    return Place(DataClass.RUNNING, 2, 2, junction)


def plan_at(junction: int) -> Place:
    return Place(DataClass.RUNNING, 2, 3, junction)


def stage_at(junction: int) -> Place:
    return Place(DataClass.RUNNING, 2, 4, junction)


def lamp_at(lamp: int) -> Place:
    """A lamp's state; lamp groups are numbered from 1."""
    return Place(DataClass.LAMP_GROUP, 3, 1, lamp + 1)


def cycle_of(plan_no: int) -> Place:
    return Place(DataClass.PLAN, 2, 3, plan_no)


def offset_of(plan_no: int) -> Place:
    return Place(DataClass.PLAN, 2, 5, plan_no)


def stages_of(plan_no: int) -> Place:
    return Place(DataClass.PLAN, 2, 6, plan_no)


def times_of(plan_no: int) -> Place:
    return Place(DataClass.PLAN, 2, 7, plan_no)
