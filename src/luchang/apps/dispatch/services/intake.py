"""What is known of a call and of what it reports, checked before anything is stored."""

import math
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from luchang.apps.dispatch.selectors import categories
from luchang.apps.dispatch.services.refusals import BadFacts
from luchang.apps.dispatch.states import CallChannel, Grade

LONGITUDE_LIMIT, LATITUDE_LIMIT = 180.0, 90.0
LONGEST_TEXT, LONGEST_ADDRESS, LONGEST_NUMBER = 4_000, 200, 32
MOST_PLATES, LONGEST_PLATE = 20, 12
MOST_PEOPLE = 10_000
AHEAD = timedelta(minutes=5)
"""Clocks of callers and of other systems may run ahead of ours by this much."""


@dataclass(frozen=True, kw_only=True)
class CallFacts:
    """The call itself: who, by which way, when."""

    channel: str = CallChannel.PHONE_122
    caller_number: str = ""
    subscriber_name: str = ""
    subscriber_address: str = ""
    caller_name: str = ""
    contact_number: str = ""
    recording: str = ""
    source: str = ""
    queued_at: datetime | None = None
    """When the switch put it in the queue; None: at this moment."""
    answered_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class IncidentFacts:
    """What is reported."""

    category: str
    grade: str
    address: str
    longitude: float | None = None
    latitude: float | None = None
    description: str = ""
    plates: tuple[str, ...] = ()
    injured: int | None = None
    dead: int | None = None
    has_hazardous_goods: bool = False
    is_hit_and_run: bool = False
    fled_vehicle: str = ""
    occurred_at: datetime | None = None
    area_class: str = ""
    """Empty: from the map."""


def check_call(facts: CallFacts, *, at: datetime) -> None:
    """Raise BadFacts for what no call can be."""
    if facts.channel not in CallChannel.values:
        raise BadFacts(_("来话渠道不存在。"))
    if len(facts.caller_number) > LONGEST_NUMBER or len(facts.contact_number) > LONGEST_NUMBER:
        raise BadFacts(_("电话号码过长。"))
    if len(facts.source) > 60 or len(facts.recording) > 60:  # noqa: PLR2004 - column width
        raise BadFacts(_("来源或录音号过长。"))
    _check_texts(facts)
    for moment in (facts.queued_at, facts.answered_at):
        _check_not_ahead(moment, at=at)
    if facts.queued_at and facts.answered_at and facts.answered_at < facts.queued_at:
        raise BadFacts(_("接听时间早于来话时间。"))


def check_incident(facts: IncidentFacts, *, at: datetime) -> None:
    """Raise BadFacts for what no incident can be."""
    if categories.category(facts.category) is None:
        raise BadFacts(_("警情类别不存在。"))
    if facts.grade not in Grade.values:
        raise BadFacts(_("警情级别为1至4。"))
    if not facts.address.strip():
        raise BadFacts(_("请填写地点。"))
    if len(facts.address) > LONGEST_ADDRESS or len(facts.description) > LONGEST_TEXT:
        raise BadFacts(_("地点或描述过长。"))
    _check_texts(facts)
    _check_point(facts.longitude, facts.latitude)
    _check_plates(facts.plates)
    for people in (facts.injured, facts.dead):
        if people is not None and not 0 <= people <= MOST_PEOPLE:
            raise BadFacts(_("伤亡人数不合理。"))
    _check_not_ahead(facts.occurred_at, at=at)


def normal_plate(text: str) -> str:
    """As a plate is stored: upper case, without blanks and dots."""
    return "".join(text.upper().split()).replace("·", "").replace("．", "").replace(".", "")


def _check_texts(facts: CallFacts | IncidentFacts) -> None:
    """PostgreSQL keeps no NUL, and a lone surrogate cannot be encoded."""
    for each in fields(facts):
        text = getattr(facts, each.name)
        if isinstance(text, str) and ("\x00" in text or not _encodable(text)):
            raise BadFacts(_("文字中含有无法保存的字符。"))


def _encodable(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _check_point(longitude: float | None, latitude: float | None) -> None:
    if (longitude is None) != (latitude is None):
        raise BadFacts(_("经度和纬度必须同时填写。"))
    if longitude is None or latitude is None:
        return
    if not (math.isfinite(longitude) and math.isfinite(latitude)):
        raise BadFacts(_("坐标不是有效的数值。"))
    if abs(longitude) > LONGITUDE_LIMIT or abs(latitude) > LATITUDE_LIMIT:
        raise BadFacts(_("坐标不在地球上。"))


def _check_plates(plates: tuple[str, ...]) -> None:
    if len(plates) > MOST_PLATES:
        raise BadFacts(_("号牌过多。"))
    for plate in plates:
        if len(normal_plate(plate)) > LONGEST_PLATE or "\x00" in plate or not _encodable(plate):
            raise BadFacts(_("号牌格式不正确。"))


def _check_not_ahead(moment: datetime | None, *, at: datetime) -> None:
    if moment is not None and moment > at + AHEAD:
        raise BadFacts(_("时间晚于当前时间。"))
