"""What is counted, as a closed set: people and attendances are not the same thing."""

from enum import StrEnum

from django.utils.translation import get_language


class Unit(StrEnum):
    """A unit as it is printed after a number. Its English stands beside it.

    人 counts people, each once; 人次 counts attendances, the same person again each time. 台 and
    台次 differ alike. A figure in one is never shown, summed or compared as the other.
    """

    english: str

    def __new__(cls, symbol: str, english: str) -> "Unit":
        unit = str.__new__(cls, symbol)
        unit._value_ = symbol
        unit.english = english
        return unit

    CASE = "起", "cases"
    TIME = "次", "times"
    PIECE = "个", "items"
    PERSON = "人", "people"
    MEMBER = "名", "persons"
    ATTENDANCE = "人次", "attendances"
    VEHICLE = "台", "vehicles"
    DEVICE = "套", "devices"
    VEHICLE_TURN = "台次", "vehicle turns"
    HOUSEHOLD = "家", "organisations"
    PLACE = "处", "places"
    LINE = "条", "pieces"
    COPY = "份", "copies"
    ARTICLE = "篇", "articles"
    EVENT = "场", "events"
    EVENT_TURN = "场次", "events held"
    LICENCE = "本", "licences"
    PLATE_SET = "副", "plate sets"
    HELMET = "顶", "helmets"
    LIST = "张", "lists"
    UNDERTAKING = "项", "undertakings"
    DECISION = "件", "files"
    KILOMETRE = "公里", "km"
    METRE = "米", "m"
    SECOND = "秒", "s"
    MINUTE = "分钟", "min"
    HOUR = "小时", "h"
    DAY = "天", "days"
    PERCENT = "%", "%"
    PLACE_IN_RANK = "名次", "place"
    POINT = "分", "points"
    YUAN = "元", "yuan"
    CASE_A_DAY = "起/日", "cases a day"
    TIME_A_DAY = "次/日", "times a day"
    CASE_PER_TEN_THOUSAND = "起/万人", "cases per 10,000 people"

    @classmethod
    def of(cls, symbol: str) -> "Unit":
        """The unit that is printed so.

        Raises:
            KeyError: it is none of ours.
        """
        return {unit.value: unit for unit in cls}[symbol]

    @property
    def label(self) -> str:
        """As the reader's language writes it."""
        return self.value if (get_language() or "zh").startswith("zh") else self.english

    @property
    def is_headcount(self) -> bool:
        """Whether each person or vehicle is in it once."""
        return self in {Unit.PERSON, Unit.MEMBER, Unit.VEHICLE}
