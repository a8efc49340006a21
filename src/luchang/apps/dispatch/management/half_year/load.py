"""Filling the season, day by day."""

from collections import Counter
from datetime import date, datetime
from random import Random

from django.db import transaction
from django.db.models import Model

from luchang.apps.dispatch.management.half_year.ground import Ground, survey
from luchang.apps.dispatch.management.half_year.ledgers import MODELS, Ledgers
from luchang.apps.dispatch.management.half_year.marks import SOURCE
from luchang.apps.dispatch.management.half_year.plan import Day, plan
from luchang.apps.dispatch.management.half_year.stories import Story, Storyteller
from luchang.apps.dispatch.models import Incident
from luchang.apps.dispatch.services.numbers import NO_DIVISION
from luchang.kernel.audit import services as audit
from luchang.kernel.audit.states import Action
from luchang.kernel.demo import Season, built_afterwards, events_of, kept_together
from luchang.kernel.history import attributed
from luchang.kernel.identity.actors import Actor

UNFOUNDED, DOUBLED = 0.02, 0.015
"""Cancelled and merged incidents for one that counts."""
MISSED = 0.035
"""Calls nobody answered for one action."""
STORIES_AT_ONCE = 20_000
"""Written together: they have to be kept in memory until then."""
FEW = 0.05
"""A scale up to which the indexes stay: for seconds gained nobody shall wait to read."""
SUBJECT, REASON = "dispatch.incident", "演示数据"


def is_loaded() -> bool:
    return Incident.objects.filter(source=SOURCE).exists()


@transaction.atomic
def load(season: Season, *, by: Actor, at: datetime) -> int:
    """Invent the calls, incidents, orders and feedback of eight months; how many records.

    What is reported for the half-year comes out exactly: incidents are dealt out over the days,
    and calls without an incident fill up what was done each day to what was intended.

    Raises:
        NothingToBuildOn: there is no demo city.
    """
    days = plan(season)
    incidents = sum(sum(day.incidents.values()) for day in days)
    ground = survey(season, incidents=incidents, by=by, at=at)
    ledgers = Ledgers(ground.desk.division_code[:6] or NO_DIVISION, by=by)
    in_use = Incident.objects.exists() or season.scale <= FEW
    with (
        attributed(by, reason=REASON),
        built_afterwards(*_models(), unless=in_use),
        kept_together(ledgers.tables.values()),
    ):
        _fill(season, days, ground, ledgers)
        ledgers.write()
    ledgers.finish()
    detail = {"source": SOURCE, "scale": season.scale, "seed": season.seed, "rows": ledgers.rows}
    audit.record(
        by=by, action=Action.CREATE, subject=SUBJECT, at=at, purpose=REASON, detail=detail
    )
    return ledgers.rows


def _models() -> list[type[Model]]:
    """The tables that are filled and those of their histories."""
    return [each for model in MODELS.values() for each in (model, events_of(model))]


def _fill(season: Season, days: list[Day], ground: Ground, ledgers: Ledgers) -> None:
    done: Counter[date] = Counter()
    owed = told = 0
    for day in days:
        dice = season.dice("day", day.date)
        teller = Storyteller(day.date, ground, dice)
        stories = _stories(day, teller, dice)
        for story in stories:
            ledgers.tell(story)
            done.update(each.date() for each in story.actions())
        owed = _fill_up(day, teller, ledgers, owed + day.actions - done.pop(day.date, 0))
        ledgers.end_day(day.date)
        told += len(stories)
        if told > STORIES_AT_ONCE:
            ledgers.write()
            told = 0
    for day_after in ledgers.days_waiting():
        ledgers.end_day(day_after)


def _stories(day: Day, teller: Storyteller, dice: Random) -> list[Story]:
    stories: list[Story] = []
    for area, number in day.incidents.items():
        real = [teller.incident(area) for _ in range(number)]
        stories += real
        for main in real:
            if dice.random() < UNFOUNDED:
                stories.append(teller.unfounded(area))
            if dice.random() < DOUBLED and (double := teller.doubled(main)):
                stories.append(double)
    return stories


def _fill_up(day: Day, teller: Storyteller, ledgers: Ledgers, owed: int) -> int:
    """Calls about nothing until the day's actions are reached; what remains to be taken back."""
    for _ in range(max(0, owed)):
        ledgers.tell_call(teller.apart())
    for _ in range(round(day.actions * MISSED)):
        ledgers.tell_call(teller.missed())
    return min(0, owed)
