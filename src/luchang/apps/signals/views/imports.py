"""Counts from workbooks: a manual sheet, or what a detector was read out to."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from luchang.apps.signals import selectors, services
from luchang.apps.signals.bridge.wording import parse_way, way_text
from luchang.apps.signals.models import Count, Junction
from luchang.apps.signals.models.junctions import clock_of
from luchang.apps.signals.policies import MANAGE
from luchang.apps.signals.states import CountSource
from luchang.core.signals.junction import Turn
from luchang.core.signals.layout import Direction, Way
from luchang.kernel.identity.actors import Actor
from luchang.kernel.lists.columns import Exported
from luchang.kernel.lists.imports.parsers import (
    CodeParser,
    DayParser,
    KnownParser,
    Looking,
    NumberParser,
    Wrong,
    text_of,
)
from luchang.kernel.lists.imports.reading import CellValue
from luchang.kernel.lists.imports.specs import ImportColumn, ImportSpec, Values

KEYS = [Way(arm, turn).key for arm in Direction for turn in Turn if turn != Turn.ON_FOOT]
MOST_VEHICLES = 10_000
INTERVALS = (5, 15)


@dataclass(frozen=True)
class ClockParser:
    """A time of day, as a time cell or as text."""

    def parse(self, cell: CellValue, looking: Looking) -> str:
        del looking
        if isinstance(cell, datetime | time):
            return clock_of(cell.hour * 60 + cell.minute)
        match = re.fullmatch(r"([01]?\d|2[0-3])[:：]([0-5]\d)(?::00)?", text_of(cell))
        if match is None:
            raise Wrong(gettext("不是时间"), self.hint())
        return clock_of(int(match[1]) * 60 + int(match[2]))

    def shown(self, value: str | None) -> Exported:
        return value or ""

    def hint(self) -> str:
        return gettext("时段的开始时间，如 07:15")


@dataclass(frozen=True)
class WayParser:
    """A movement: 东左转, 北直行."""

    def parse(self, cell: CellValue, looking: Looking) -> str:
        del looking
        key = parse_way(text_of(cell), KEYS)
        if key is None:
            raise Wrong(gettext("不是流向"), self.hint())
        return key

    def shown(self, value: str | None) -> Exported:
        return way_text(value) if value else ""

    def hint(self) -> str:
        return gettext("进口方向加转向，如 东左转、北直行、西南右转")


@dataclass(frozen=True)
class IntervalParser(NumberParser):
    def parse(self, cell: CellValue, looking: Looking) -> int:
        number = int(super().parse(cell, looking))
        if number not in INTERVALS:
            raise Wrong(gettext("间隔只能是5或15分钟"), self.hint())
        return number

    def hint(self) -> str:
        return gettext("5 或 15")


def _junctions(actor: Actor) -> Mapping[str, Junction]:
    return {each.code: each for each in selectors.managed_junctions(actor)}


def take(values: Values, by: Actor, at: datetime) -> None:
    """One line of a sheet."""
    hours, minutes = values["clock"].split(":")
    begins = int(hours) * 60 + int(minutes)
    services.take_counts(
        junction_id=values["junction"].pk,
        day=values["day"],
        interval_min=values["interval"],
        origin=CountSource(values["origin"]),
        readings=[services.Reading(values["way"], begins, values.get("vehicles"))],
        by=by,
        at=at,
    )


def change(count: Count, values: Values, by: Actor, at: datetime) -> None:
    services.correct_count(count_id=count.pk, vehicles=values.get("vehicles"), by=by, at=at)


COUNT_IMPORT = ImportSpec[Count](
    code="signals.counts",
    title=_("路口流量"),
    permission=MANAGE,
    key=("junction", "day", "interval", "origin", "clock", "way"),
    rows=selectors.counts,
    create=take,
    change=change,
    refusals=(services.Refused,),
    order=("count_set", "begins_min", "way"),
    columns=(
        ImportColumn(
            "junction",
            _("路口编号"),
            KnownParser(_junctions, lambda row: str(row.code), _("管辖内路口的编号")),
            value="count_set.junction",
        ),
        ImportColumn("day", _("日期"), DayParser(), value="count_set.day"),
        ImportColumn(
            "interval", _("间隔（分钟）"), IntervalParser(5, 15), value="count_set.interval_min"
        ),
        ImportColumn("origin", _("数据来源"), CodeParser(CountSource), value="count_set.origin"),
        ImportColumn("clock", _("时段"), ClockParser()),
        ImportColumn("way", _("流向"), WayParser()),
        ImportColumn(
            "vehicles",
            _("车辆数"),
            NumberParser(0, MOST_VEHICLES),
            is_required=False,
            empty=None,
        ),
    ),
)
