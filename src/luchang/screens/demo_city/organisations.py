"""The demo city's force and its partners, as a tree."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from luchang.kernel.identity.models import Organisation
from luchang.kernel.identity.states import OrganisationKind as Kind
from luchang.screens.demo_city.recipe import Area, Township, recipe

CITY = "430200"
TOWNSHIPS_PER_SQUADRON = 5


@dataclass(frozen=True)
class Squadron:
    """A squadron and the townships it patrols."""

    organisation: Organisation
    townships: tuple[Township, ...]


@dataclass
class Tree:
    """What was founded, by the names the accounts use."""

    detachment: Organisation
    offices: dict[str, Organisation] = field(default_factory=dict)
    brigades: list[Organisation] = field(default_factory=list)
    squadrons: list[Squadron] = field(default_factory=list)
    stations: list[Organisation] = field(default_factory=list)
    governments: list[Organisation] = field(default_factory=list)

    def place(self, name: str) -> Organisation:
        """An office by its code, or the first of a kind."""
        firsts = {
            "detachment": [self.detachment],
            "brigade": self.brigades,
            "squadron": [squadron.organisation for squadron in self.squadrons],
            "station": self.stations,
            "government": self.governments,
        }
        return self.offices[name] if name in self.offices else firsts[name][0]


def found_tree(areas: Sequence[Area]) -> Tree:
    """Detachment, offices, a brigade an area with its squadrons and stations, and partners."""
    tree = Tree(
        Organisation.found(
            parent=None,
            code=_code(CITY, "0"),
            name="株洲市公安局交通警察支队",
            short_name="市交警支队",
            kind=Kind.DETACHMENT,
            division_code=CITY,
        )
    )
    for office in recipe().offices:
        tree.offices[office.code] = Organisation.found(
            parent=tree.detachment,
            code=_code(CITY, office.code),
            name=office.name,
            short_name=office.name,
            kind=office.kind,
            division_code=CITY,
        )
    city_government = _government(None, CITY, "株洲市人民政府", "市政府")
    for area in areas:
        _found_area(tree, area)
        tree.governments.append(
            _government(city_government, area.code, f"{area.name}人民政府", area.name)
        )
    return tree


def _found_area(tree: Tree, area: Area) -> None:
    short = area.name.removesuffix("示范区").rstrip("区县市")
    brigade = Organisation.found(
        parent=tree.detachment,
        code=_code(area.code, "B"),
        name=f"{area.name}交警大队",
        short_name=f"{short}大队",
        kind=Kind.BRIGADE,
        division_code=area.code,
    )
    tree.brigades.append(brigade)
    for number, start in enumerate(range(0, len(area.townships), TOWNSHIPS_PER_SQUADRON), 1):
        townships = area.townships[start : start + TOWNSHIPS_PER_SQUADRON]
        tree.squadrons.append(_squadron(brigade, area, short, number, townships))
    for number, township in enumerate(area.townships, 1):
        tree.stations.append(_station(brigade, area, number, township))


def _squadron(
    brigade: Organisation, area: Area, short: str, number: int, townships: tuple[Township, ...]
) -> Squadron:
    founded = Organisation.found(
        parent=brigade,
        code=_code(area.code, f"C{number:02d}"),
        name=f"{area.name}交警大队{number}中队",
        short_name=f"{short}{number}中队",
        kind=Kind.SQUADRON,
        division_code=area.code,
    )
    return Squadron(founded, townships)


def _station(brigade: Organisation, area: Area, number: int, township: Township) -> Organisation:
    short = township.name.removesuffix("街道办事处").removesuffix("街道")
    return Organisation.found(
        parent=brigade,
        code=_code(area.code, f"P{number:02d}"),
        name=f"{short}派出所",
        short_name=f"{short}派出所",
        kind=Kind.POLICE_STATION,
        division_code=township.code,
    )


def _government(parent: Organisation | None, division: str, name: str, short: str) -> Organisation:
    government = Organisation.found(
        parent=parent,
        code=_code(division, "G"),
        name=name,
        short_name=short,
        kind=Kind.GOVERNMENT,
        division_code=division,
    )
    for department in recipe().departments:
        Organisation.found(
            parent=government,
            code=_code(division, department.code),
            name=f"{short}{department.name}",
            short_name=department.name,
            kind=department.kind,
            division_code=division,
        )
    return government


def _code(division: str, mark: str) -> str:
    """Twelve characters: the division, D for demo, and what it is."""
    return f"{division}D{mark}".ljust(12, "0")
