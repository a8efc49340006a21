"""Questions to the store: what may be asked, how it is written down, and why it is refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from functools import wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from django.utils.translation import gettext_lazy as _

from luchang.apps.passages.policies import SEARCH
from luchang.apps.passages.selectors.cameras import numbers_of
from luchang.apps.passages.selectors.store import the_store
from luchang.apps.passages.states import EnquiryKind, plate_type_label
from luchang.core.common.identifiers import PROVINCE_CHARACTERS, Invalid, check_plate, plain
from luchang.kernel.clock import local
from luchang.kernel.records import refused

if TYPE_CHECKING:
    from django.utils.functional import Promise

    from luchang.apps.passages.models import Enquiry
    from luchang.kernel.identity.actors import Actor

ANY_PLATE, UNREAD = "*", "-"
KNOWN = 3
"""Characters a partial plate needs before a long time may be searched for it."""
OPEN_SPAN = timedelta(hours=1)
"""How long a time may be searched for nearly any plate at every camera."""
CAMERA_SPAN = timedelta(days=1)
"""The same at cameras that were named."""
MOST_CAMERAS = 500
PLATE_TYPES = 100
_PATTERN = re.compile(
    rf"[{PROVINCE_CHARACTERS}A-Z0-9?*警学挂港澳使领应急]{{1,15}}|{re.escape(UNREAD)}"
)
_NO_PLATE = frozenset({UNREAD, "－", "—", "未识别", "无牌"})

TEXTS: Mapping[str, str | Promise] = {
    "purpose_unknown": _("请选择查询事由"),
    "reason_short": _("请写明查询的具体原因，不少于4个字"),
    "case_number_missing": _("此类查询须填写案件编号"),
    "case_number_needed": _("事由“%(purpose)s”须填写案件编号"),
    "plate_malformed": _(
        "“%(plate)s”不是号牌，正确的如 湘B12345、湘BD12345；看不清的位用 ? 代替一位，用 * 代替多位"
    ),
    "plate_open": _("此类查询须填写完整号牌；只知道部分号牌时请先用过车检索"),
    "ends_before_start": _("结束时间须晚于开始时间"),
    "not_yet": _("开始时间晚于现在，还没有过车记录"),
    "too_long": _("时间跨度最长%(days)s天，请缩短时间"),
    "too_broad": _(
        "条件太宽：号牌已知的字符不足%(known)s位时，选定设备的最长查%(hours)s小时，"
        "不选设备的最长查%(open)s小时。请补全号牌、选定设备或缩短时间"
    ),
    "too_many_cameras": _("一次最多选定%(most)s台设备；查全部设备时不必选"),
    "no_camera": _("所选设备不在您的管辖范围，或您的管辖范围内没有过车设备"),
    "no_section": _("管辖范围内没有已确认的测速区间，或所选区间不在您的管辖范围"),
    "which_type": _("该号牌有多种号牌种类的过车记录（%(types)s），请选定一种"),
    "vehicle_gone": _("该车辆的过车记录已被删除或已过保存期"),
    "store_damaged": _("过车存储损坏，现在无法回答。请联系系统管理员校验过车存储"),
    "out_of_date": _("查询结果只在%(hours)s小时内可看，请重新查询"),
}


class EnquiryRefused(refused.Refused):
    """The question is not answered like this; the text says what to mend."""

    texts = TEXTS


@dataclass(frozen=True)
class Asked:
    """One question. Empty sets and None hold for all."""

    kind: EnquiryKind
    first: datetime
    last: datetime
    """Before this moment."""
    plate: str = ANY_PLATE
    plate_type: int | None = None
    cameras: tuple[int, ...] = ()
    """Numbers the store knows them by."""
    plate_colours: tuple[int, ...] = ()
    body_colours: tuple[int, ...] = ()
    kinds: tuple[int, ...] = ()
    common: int = 5
    """Companions: least number of common cameras."""
    within_s: int = 60
    """Companions: how close behind one another [s]."""
    jaccard_percent: int = 50
    """Companions: least share of common cameras among those either passed [%]."""
    trips: int = 2
    """Companions: shared trips from which on it does not matter how steady the gap was."""
    absent_days: int = 7
    """How many days without a passage make an absence, or a newcomer."""
    sections: tuple[int, ...] = ()
    """Keys of certified sections."""
    over_percent: int = 0
    """Sections: drives less above their limit than this are not listed [%]."""

    @property
    def more(self) -> dict[str, object]:
        """What has no column of its own in the record."""
        own = {"kind", "first", "last", "plate", "plate_type"}
        return {name: value for name, value in asdict(self).items() if name not in own}

    @property
    def first_day(self) -> date:
        return local(self.first).date()

    @property
    def last_day(self) -> date:
        """The last day any moment of which is asked about."""
        return local(self.last - timedelta(milliseconds=1)).date()

    @property
    def days(self) -> tuple[date, ...]:
        count = (self.last_day - self.first_day).days + 1
        return tuple(self.first_day + timedelta(days=each) for each in range(count))


def asked_in(enquiry: Enquiry) -> Asked:
    """The question as it was written down."""
    lists = {name: tuple(each) for name, each in enquiry.asked.items() if isinstance(each, list)}
    return Asked(
        kind=EnquiryKind(enquiry.kind),
        first=enquiry.first,
        last=enquiry.last,
        plate=enquiry.plate or ANY_PLATE,
        plate_type=enquiry.plate_type,
        **{**enquiry.asked, **lists},
    )


def pattern_of(text: str) -> str:
    """A plate as the store is asked for it: `?` one character, `*` any number, `-` unread.

    Raises:
        EnquiryRefused: neither a plate nor a part of one.
    """
    if text.strip() in _NO_PLATE:
        return UNREAD
    pattern = re.sub(r"\*+", ANY_PLATE, plain(text)) or ANY_PLATE
    if not _PATTERN.fullmatch(pattern):
        raise EnquiryRefused("plate_malformed", plate=text.strip()[:20])
    return pattern if is_open(pattern) else whole_plate(text)


def whole_plate(text: str) -> str:
    """A whole plate without separators.

    Raises:
        EnquiryRefused: it is open in places, or follows the grammar of no plate.
    """
    if is_open(text):
        raise EnquiryRefused("plate_open")
    try:
        return check_plate(text)
    except Invalid as wrong:
        raise EnquiryRefused("plate_malformed", plate=text.strip()[:20]) from wrong


def check_one_vehicle(plate: str) -> None:
    """Refuse what may mean many vehicles; a misread plate that follows no grammar is one.

    Raises:
        EnquiryRefused.
    """
    if is_open(plate) or plate == UNREAD:
        raise EnquiryRefused("plate_open")


def is_open(plate: str) -> bool:
    return any(sign in plain(plate) for sign in "?*")


MOST_DAYS: Mapping[EnquiryKind, int] = {
    EnquiryKind.SEARCH: 31,
    EnquiryKind.TRACK: 31,
    EnquiryKind.COMPANIONS: 7,
    EnquiryKind.PRESENCE: 366,
    EnquiryKind.NEWCOMERS: 1,
    EnquiryKind.STAYS: 31,
    EnquiryKind.SECTIONS: 7,
}
OF_ONE_VEHICLE = frozenset(
    {EnquiryKind.TRACK, EnquiryKind.COMPANIONS, EnquiryKind.PRESENCE, EnquiryKind.STAYS}
)


def check(asked: Asked, *, at: datetime) -> None:
    """Refuse what takes too long, or would name half the city.

    Raises:
        EnquiryRefused: with what to narrow.
    """
    if asked.last <= asked.first:
        raise EnquiryRefused("ends_before_start")
    if asked.first > at:
        raise EnquiryRefused("not_yet")
    if len(asked.days) > MOST_DAYS[asked.kind] + 1:
        raise EnquiryRefused("too_long", days=MOST_DAYS[asked.kind])
    if len(asked.cameras) > MOST_CAMERAS:
        raise EnquiryRefused("too_many_cameras", most=MOST_CAMERAS)
    if asked.kind == EnquiryKind.SEARCH:
        _check_breadth(asked)


def _check_breadth(asked: Asked) -> None:
    known = sum(sign not in "?*-" for sign in asked.plate)
    most = CAMERA_SPAN if asked.cameras else OPEN_SPAN
    if known < KNOWN and asked.last - asked.first > most:
        raise EnquiryRefused(
            "too_broad",
            known=KNOWN,
            hours=int(CAMERA_SPAN / timedelta(hours=1)),
            open=int(OPEN_SPAN / timedelta(hours=1)),
        )


def cameras_within(asked: Asked, actor: Actor) -> frozenset[int]:
    """Cameras to look at: those chosen, as far as the actor reaches them; empty for all.

    Raises:
        EnquiryRefused: he reaches none of them.
    """
    if actor.reach(SEARCH).everything:
        return frozenset(asked.cameras)
    reached = numbers_of(actor, SEARCH)
    found = reached & set(asked.cameras) if asked.cameras else reached
    if not found:
        raise EnquiryRefused("no_camera")
    return found


P = ParamSpec("P")
R = TypeVar("R")


def answered(question: Callable[P, R]) -> Callable[P, R]:
    """A damaged store is told in words, whichever question met it."""

    @wraps(question)
    def ask(*args: P.args, **named: P.kwargs) -> R:
        from luchang.kernel.segments import Damaged  # noqa: PLC0415 - kernels take a second to load

        try:
            return question(*args, **named)
        except Damaged as fault:
            raise EnquiryRefused("store_damaged") from fault

    return ask


@answered
def vehicle_meant(asked: Asked) -> Asked:
    """The question with the plate type the store knows, where none was chosen.

    Raises:
        EnquiryRefused: the plate is on vehicles of several types.
    """
    if asked.plate_type is not None:
        return asked
    types = types_of(asked.plate, asked)
    if len(types) > 1:
        names = "、".join(str(plate_type_label(each)) for each in types)
        raise EnquiryRefused("which_type", types=names)
    return replace(asked, plate_type=types[0]) if types else asked


def types_of(plate: str, asked: Asked) -> list[int]:
    """Plate types under which the store knows a plate, from what is sealed or from the log."""
    from luchang.kernel.segments import Question  # noqa: PLC0415 - kernels take a second to load

    store = the_store()
    known = [each for each in range(PLATE_TYPES) if store.number_of(plate, each) is not None]
    if known:
        return known
    fresh = store.search(Question(asked.first, asked.last, plate)).rows
    return sorted({each.passage.plate_type for each in fresh})


@answered
def vehicle_numbered(number: int) -> tuple[str, int]:
    """Plate and plate type of a vehicle that another answer named by its number.

    Raises:
        EnquiryRefused: nobody has the number, or the vehicle was erased.
    """
    store = the_store()
    try:
        plate, plate_type = store.plates([number])[0]
    except IndexError as unknown:
        raise EnquiryRefused("vehicle_gone") from unknown
    if not plate or plate == UNREAD:
        raise EnquiryRefused("vehicle_gone")
    return plate, plate_type


def number_of(asked: Asked) -> int | None:
    """The number of the one vehicle asked about; None where there is none, or no store."""
    if asked.kind not in OF_ONE_VEHICLE or asked.plate_type is None:
        return None
    try:
        return _number_of(asked.plate, asked.plate_type)
    except EnquiryRefused:
        return None


@answered
def _number_of(plate: str, plate_type: int) -> int | None:
    return the_store().number_of(plate, plate_type)


@answered
def store_version() -> int:
    return the_store().version()


@answered
def days_without(asked: Asked, *, at: datetime) -> tuple[date, ...]:
    """Days asked about, before today, of which nothing is kept."""
    kept = set(the_store().days())
    today = local(at).date()
    return tuple(day for day in asked.days if day < today and day not in kept)
