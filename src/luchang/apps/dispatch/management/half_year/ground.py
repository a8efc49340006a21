"""Where things can happen in the demo city, and whom there is to send."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, time
from random import Random

from luchang.apps.dispatch.management.half_year.words import SURNAMES
from luchang.apps.dispatch.models import Call, ServiceLevel
from luchang.apps.dispatch.selectors.categories import categories
from luchang.apps.dispatch.selectors.jurisdictions import area_class_at, brigade_for
from luchang.apps.dispatch.selectors.rules import service_level_for
from luchang.apps.dispatch.services.rules import load_default_service_levels
from luchang.apps.dispatch.states import AreaClass, CategoryGroup, Grade
from luchang.apps.force import selectors as force
from luchang.apps.places import selectors as places
from luchang.kernel import clock
from luchang.kernel.crypto.fields import EncryptedTextField
from luchang.kernel.demo import FIRST, NothingToBuildOn, Season
from luchang.kernel.identity.actors import SYSTEM, Actor
from luchang.kernel.identity.models import Organisation

SPREAD_DEG = 0.004
FEWEST, MOST = 60, 600
INCIDENTS_A_SPOT = 50
CALLERS = 200
PARTS = 2
"""Of an address: area and road; every character more makes six terms to search by."""
FEWEST_CREWS = 2


@dataclass(frozen=True)
class Spot:
    """A place where something happens now and then."""

    longitude: float
    latitude: float
    address: str
    division: str
    brigade: Organisation
    """Answers for the ground."""

    @property
    def county(self) -> str:
        """What numbers of records here begin with."""
        return self.brigade.division_code[:6]


@dataclass
class Crew:
    """A unit and when it is free again."""

    unit_id: int
    call_sign: str
    organisation_id: int
    free_at: datetime


@dataclass
class Ground:
    """All that is looked up before anything is invented."""

    desk: Organisation
    spots: dict[AreaClass, list[Spot]]
    crews: dict[int, list[Crew]]
    """By the brigade that sends them."""
    levels: dict[tuple[str, str, str], ServiceLevel | None]
    phones: list[str]
    names: list[str]
    """Of callers, as they are stored: encrypted once and used again and again."""

    def level(self, area: str, grade: str, group: str) -> ServiceLevel | None:
        return self.levels[area, grade, group]

    def crew_for(self, spot: Spot, dice: Random, *, besides: int = 0) -> Crew:
        """Of three crews of the brigade the one that is free first, another than that unit."""
        crews = [each for each in self.crews[spot.brigade.pk] if each.unit_id != besides]
        return min(dice.choices(crews, k=3), key=lambda crew: crew.free_at)


def survey(season: Season, *, incidents: int, by: Actor, at: datetime) -> Ground:
    """Look up places, crews and limits; an installation without limits gets the default ones.

    Raises:
        NothingToBuildOn: there is no demo city yet.
    """
    begins = datetime.combine(FIRST, time.min, clock.SHANGHAI)
    desk = Organisation.objects.open().order_by("path").first()
    if desk is None:
        raise NothingToBuildOn
    load_default_service_levels(by=by, valid_from=begins, at=at)
    wanted = min(MOST, max(FEWEST, incidents // INCIDENTS_A_SPOT))
    spots = _spots(season.dice("spots"), wanted)
    levels = {
        (area, grade, group): service_level_for(
            area_class=area, grade=grade, category_group=group, at=begins
        )
        for area in AreaClass.values
        for grade in Grade.values
        for group in {each.group.value for each in categories()}
    }
    dice = season.dice("callers")
    phones = [f"1380000{dice.randrange(10_000):04d}" for _ in range(CALLERS)]
    names = [f"{surname}某" for surname in SURNAMES]
    return Ground(
        desk,
        spots,
        _crews(spots, begins),
        levels,
        [_stored("caller_number", each) for each in phones],
        [_stored("caller_name", each) for each in names],
    )


def _stored(field: str, clear: str) -> str:
    found = Call._meta.get_field(field)  # noqa: SLF001 - Django's public name
    assert isinstance(found, EncryptedTextField)  # noqa: S101 - both of them are
    return str(found.get_prep_value(clear))


def _spots(dice: Random, wanted: int) -> dict[AreaClass, list[Spot]]:
    """As many for each kind of ground; where a city has none of a kind, any ground serves."""
    of_class: dict[AreaClass, list[tuple[places.Area, Organisation]]] = defaultdict(list)
    for county in places.county_areas():
        brigade = brigade_for(county.code)
        if brigade is None:
            continue
        for each in places.townships_of(county.code):
            of_class[area_class_at(each.longitude, each.latitude)].append((each, brigade))
    anywhere = [each for found in of_class.values() for each in found]
    if not anywhere:
        raise NothingToBuildOn
    return {
        area: [
            _spot(*dice.choice(of_class[area] or anywhere), dice)
            for _ in range(max(1, wanted // len(AreaClass)))
        ]
        for area in AreaClass
    }


def _spot(township: places.Area, brigade: Organisation, dice: Random) -> Spot:
    longitude = round(township.longitude + dice.gauss(0, SPREAD_DEG), 6)
    latitude = round(township.latitude + dice.gauss(0, SPREAD_DEG), 6)
    address = " ".join(places.describe_point(longitude, latitude).split()[:PARTS])
    return Spot(longitude, latitude, address, township.code, brigade)


def _crews(spots: dict[AreaClass, list[Spot]], begins: datetime) -> dict[int, list[Crew]]:
    """The units of each brigade; of one that has too few, those of the whole city."""
    brigades = {spot.brigade.pk: spot.brigade for found in spots.values() for spot in found}
    units = [unit for unit in force.units(SYSTEM).order_by("call_sign") if not unit.disbanded_at]
    crews = {
        unit.pk: Crew(unit.pk, unit.call_sign, unit.organisation_id, begins) for unit in units
    }
    if len(crews) < FEWEST_CREWS:
        raise NothingToBuildOn
    own = {
        pk: [crews[unit.pk] for unit in units if unit.organisation.path.startswith(brigade.path)]
        for pk, brigade in brigades.items()
    }
    everybody = list(crews.values())
    return {pk: found if len(found) >= FEWEST_CREWS else everybody for pk, found in own.items()}


GROUP_OF = {each.code: CategoryGroup(each.group).value for each in categories()}
GRADE_OF = {each.code: Grade(each.grade) for each in categories()}
