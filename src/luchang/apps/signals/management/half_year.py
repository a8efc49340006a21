"""The invented timing and rearranging of junctions of January to August 2021."""

import json
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any, cast

from django.db import transaction

from luchang.apps.places import selectors as places
from luchang.apps.signals.bridge import plans
from luchang.apps.signals.models import (
    Candidate,
    CountSet,
    Junction,
    LayoutVersion,
    Reorganisation,
    Study,
)
from luchang.apps.signals.services.demo import cross
from luchang.apps.signals.states import (
    STUDY_WAY,
    CountSource,
    Days,
    Grade,
    LayoutOrigin,
    Measure,
    StudySource,
    WorkKind,
    WorkStatus,
)
from luchang.core.signals import layout_junction, webster
from luchang.core.signals.junction import Turn
from luchang.core.signals.layout import Layout
from luchang.kernel.clock import SHANGHAI
from luchang.kernel.demo import (
    LAST,
    Contribution,
    Intended,
    NothingToBuildOn,
    Season,
    Walks,
    register,
    take_away,
)
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.models import Organisation
from luchang.kernel.identity.states import OrganisationKind

SOURCE = "demo-2021"
RETIMED, REORGANISED = 20, 8
SERIES = "D2021"
"""Numbers of invented records carry a D: none can meet a real one."""

PEAKS = ((7 * 60, 9 * 60), (17 * 60, 19 * 60))
BUSY = {Turn.LEFT: 110.0, Turn.THROUGH: 420.0, Turn.RIGHT: 90.0}
DRAWN = "演示图纸"
MODELS = (Junction, LayoutVersion, CountSet, Study, Candidate, Reorganisation)


@transaction.atomic
def load(season: Season, *, by: Actor, at: datetime) -> int:
    """Junctions timed better and rearranged; how many records."""
    del at
    owners = list(
        Organisation.objects.filter(kind=OrganisationKind.BRIGADE, closed_at=None).order_by("path")
    )
    townships = [each for area in places.county_areas() for each in places.townships_of(area.code)]
    if not owners or not townships:
        raise NothingToBuildOn
    story = _Story(Walks(*MODELS, by=by), owners, townships)
    for number in range(season.scaled(RETIMED)):
        story.retime(number, season.dice("retimed", number))
    for number in range(season.scaled(REORGANISED)):
        story.reorganise(number, season.dice("reorganised", number))
    written = story.walks.write()
    for junction, layout in story.layouts.items():
        Junction.objects.filter(pk=junction).update(layout=layout)
    return written


class _Story:
    """A junction each, with what was done about it."""

    def __init__(
        self, walks: Walks, owners: list[Organisation], townships: list[places.Area]
    ) -> None:
        self.walks, self.owners, self.townships = walks, owners, townships
        self.layouts: dict[int, int] = {}
        self.told = 0

    def _junction(self, dice: Random, began: datetime) -> tuple[int, int, Organisation, Layout]:
        self.told += 1
        town, owner = dice.choice(self.townships), dice.choice(self.owners)
        key = self.walks.add(
            Junction,
            {
                "code": f"{SERIES}{self.told:04d}",
                "name": f"{town.name}演示路口{self.told}号",
                "grade": Grade.MAIN_SECONDARY.value,
                "longitude": town.longitude + dice.gauss(0, 0.01),
                "latitude": town.latitude + dice.gauss(0, 0.01),
                "township": town.code,
                "organisation_id": owner.pk,
                "controller_kind": "NONE",
                "controller_address": "",
                "controller_number": "",
                "controller_index": 1,
                "layout_id": None,
                "source": SOURCE,
            },
        )
        layout = cross()
        content = layout_junction.written(layout)
        version = self.walks.add(
            LayoutVersion,
            {
                "junction_id": key,
                "version": 1,
                "content": _json(content),
                "digest": layout_junction.digest(content),
                "origin": LayoutOrigin.FORM.value,
                "reason": "演示数据",
                "by_name": self.walks.by.name,
                "at": began - timedelta(days=300),
                "source": SOURCE,
            },
        )
        self.layouts[key] = version
        return key, version, owner, layout

    def retime(self, number: int, dice: Random) -> None:
        began = _moment(dice, first=date(2021, 1, 4), last=LAST - timedelta(days=75))
        junction, version, owner, layout = self._junction(dice, began)
        begins, ends = dice.choice(PEAKS)
        counts = self.walks.add(
            CountSet,
            {
                "junction_id": junction,
                "layout_id": version,
                "organisation_id": owner.pk,
                "day": (began + timedelta(days=3)).date(),
                "interval_min": 15,
                "origin": CountSource.MANUAL.value,
                "note": "演示数据",
                "by_name": self.walks.by.name,
                "at": began + timedelta(days=4),
                "source": SOURCE,
            },
        )
        times = _times(dice, began)
        study = self.walks.add(
            Study,
            {
                "number": f"PS{SERIES}{number + 1:04d}",
                "junction_id": junction,
                "organisation_id": owner.pk,
                "origin": dice.choice(list(StudySource)).value,
                "description": "高峰时段排队过长（演示）",
                "reference": "",
                "days": Days.WORKDAYS.value,
                "begins_min": begins,
                "ends_min": ends,
                "count_set_id": counts,
                "layout_id": version,
                "chosen_id": None,
                "job_id": None,
                "reported_at": began,
                "approved_at": times["APPROVED"],
                "approved_digest": "",
                "plan_no": 2,
                "scheduled_for": times["SCHEDULED"],
                "accepted_at": times["ACCEPTED"],
                "comparison": _json(_comparison(dice)),
                "source": SOURCE,
            },
            [(str(status), times[str(status)]) for status in STUDY_WAY],
        )
        self._advise(study, version, layout, dice, times["COMPUTED"])

    def _advise(
        self, study: int, version: int, layout: Layout, dice: Random, at: datetime
    ) -> None:
        flows = {
            way.key: BUSY[way.turn] * dice.uniform(0.7, 1.2)
            for way in layout.lamps
            if way.turn in BUSY
        }
        plan = webster.webster_plan(layout, flows, "D")
        found = webster.expected(layout, plan, flows)
        content = plans.written(plan)
        key = self.walks.add(
            Candidate,
            {
                "study_id": study,
                "ordinal": 1,
                "method": "webster",
                "content": _json(content),
                "digest": layout_junction.digest(content),
                "layout_id": version,
                "is_present": False,
                "delay_s": round(found.delay_s, 1),
                "stops": round(found.stops, 2),
                "queue_m": round(found.queue_m),
                "saturation": round(found.saturation, 2),
                "version": webster.VERSION,
                "seed": 1,
                "input_digest": "0" * 64,
                "at": at,
                "source": SOURCE,
            },
        )
        row = next(each for each in self.walks.rows[Study] if each["id"] == study)
        cast("dict[str, object]", row).update(
            chosen_id=key, approved_digest=layout_junction.digest(content)
        )

    def reorganise(self, number: int, dice: Random) -> None:
        began = _moment(dice, first=date(2021, 1, 4), last=LAST - timedelta(days=60))
        built = began + timedelta(days=dice.uniform(15, 40))
        accepted = built + timedelta(days=dice.uniform(1, 8))
        junction, _, owner, _ = self._junction(dice, began)
        self.walks.add(
            Reorganisation,
            {
                "number": f"LK{SERIES}{number + 1:04d}",
                "junction_id": junction,
                "organisation_id": owner.pk,
                "kind": dice.choice(list(WorkKind)[:5]).value,
                "description": "渠化和车道功能调整（演示）",
                "planned_at": began,
                "built_at": built,
                "result": "已按图施工（演示，无图纸）",
                "accepted_at": accepted,
                "source": SOURCE,
            },
            [
                (WorkStatus.PLANNED.value, began),
                (WorkStatus.BUILT.value, built),
                (WorkStatus.ACCEPTED.value, accepted),
            ],
        )


def _json(content: object) -> str:
    """As COPY takes it."""
    return json.dumps(content, ensure_ascii=False)


def _times(dice: Random, began: datetime) -> dict[str, datetime]:
    """When a study came to each state on the straight way."""
    found, at = {}, began
    for status, (least, most) in zip(
        STUDY_WAY,
        ((0, 0), (4, 8), (0.1, 1), (0.1, 1), (0.5, 3), (0.5, 2), (2, 6), (10, 20), (1, 4)),
        strict=True,
    ):
        at += timedelta(days=dice.uniform(least, most))
        found[str(status)] = at
    return found


def _comparison(dice: Random) -> dict[str, Any]:
    """Travel times before and after, as a comparison would have told them."""
    before = dice.uniform(70, 140)
    share = -dice.uniform(0.08, 0.3)
    spread = dice.uniform(0.02, 0.06)
    return {
        "measure": Measure.TRAVEL_S.value,
        "before_mean": round(before, 1),
        "after_mean": round(before * (1 + share), 1),
        "before_count": 30,
        "after_count": 30,
        "change": round(before * share, 1),
        "low": round(before * (share - spread), 1),
        "high": round(before * (share + spread), 1),
        "share": share,
        "share_low": share - spread,
        "share_high": share + spread,
        "level": 0.95,
        "seed": 0,
        "is_clear": True,
    }


def _moment(dice: Random, *, first: date, last: date) -> datetime:
    day = first + timedelta(days=dice.randint(0, (last - first).days))
    return datetime.combine(day, time(8), SHANGHAI) + timedelta(hours=dice.uniform(0, 10))


def _remove() -> int:
    """References that go round in a circle are let go of first."""
    Study.objects.filter(source=SOURCE).update(count_set=None)
    Junction.objects.filter(source=SOURCE).update(layout=None)
    return take_away(
        Reorganisation, Candidate, Study, CountSet, LayoutVersion, Junction, source=SOURCE
    )


SIGNALS = Contribution(
    code="signals",
    load=load,
    is_loaded=lambda: Study.objects.filter(source=SOURCE).exists(),
    remove=transaction.atomic(_remove),
    intended=(
        Intended("F062", "signals.junctions_reorganised", REORGANISED, last=LAST),
        Intended("F070", "signals.junctions_retimed", RETIMED, last=LAST),
    ),
)
register(SIGNALS)
