"""What the demo city is made from: names, offices, accounts, as data."""

import random
import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from luchang.kernel.identity.states import OrganisationKind, Scope

FILE = Path(__file__).with_name("names.toml")


@dataclass(frozen=True)
class Township:
    """A township or street, with a point inside [degrees, WGS-84]."""

    code: str
    name: str
    longitude: float
    latitude: float


@dataclass(frozen=True)
class Area:
    """One of the city's ten areas and its townships."""

    code: str
    name: str
    townships: tuple[Township, ...]


@dataclass(frozen=True)
class SkillRecipe:
    code: str
    name: str
    name_en: str


@dataclass(frozen=True)
class OfficeRecipe:
    code: str
    name: str
    kind: OrganisationKind = OrganisationKind.OFFICE


@dataclass(frozen=True)
class AccountRecipe:
    username: str
    role: str
    title: str
    at: str
    scope: Scope


@dataclass(frozen=True)
class Recipe:
    surnames: str
    given: str
    skills: tuple[SkillRecipe, ...] = field(default=())
    offices: tuple[OfficeRecipe, ...] = field(default=())
    departments: tuple[OfficeRecipe, ...] = field(default=())
    accounts: tuple[AccountRecipe, ...] = field(default=())

    def name(self, dice: random.Random) -> str:
        """An invented person: a surname and one or two characters."""
        given = "".join(dice.choice(self.given) for _ in range(dice.choice((1, 2, 2))))
        return dice.choice(self.surnames) + given


@cache
def recipe() -> Recipe:
    """The recipe as the file has it."""
    raw = tomllib.loads(FILE.read_text())
    return Recipe(
        surnames=raw["surnames"],
        given=raw["given"],
        skills=tuple(SkillRecipe(**row) for row in raw["skills"]),
        offices=tuple(
            OfficeRecipe(row["code"], row["name"], OrganisationKind(row.get("kind", "OFFICE")))
            for row in raw["offices"]
        ),
        departments=tuple(
            OfficeRecipe(row["code"], row["name"], OrganisationKind.DEPARTMENT)
            for row in raw["departments"]
        ),
        accounts=tuple(
            AccountRecipe(**{**row, "scope": Scope(row["scope"])}) for row in raw["accounts"]
        ),
    )
