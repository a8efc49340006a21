"""What a dispatch question is made of: the incident, the units, the state of the roads."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from operator import attrgetter
from typing import Any

from luchang.core.dispatch import VERSION


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit on duty as the desk knows it.

    Attributes
    ----------
    unit_id
        Identity; the last tie-breaker of every ranking.
    lon, lat
        Last position [WGS-84 degrees], None when it never sent one.
    fix_age_s
        Age of that position [s].
    kind
        Code of the kind of unit: car, motorcycle, foot patrol, as the caller names them.
    skills
        Codes of what its crew and equipment can do.
    free_in_s
        Expected time until it is free [s]; 0: free now.
    load
        Tasks it has had in this shift; evens out the work between equals.
    """

    unit_id: int
    lon: float | None
    lat: float | None
    fix_age_s: float = 0.0
    kind: str = ""
    skills: frozenset[str] = frozenset()
    free_in_s: float = 0.0
    load: int = 0


_UNIT_FIELDS = tuple(column.name for column in fields(Unit))
_row_of = attrgetter(*_UNIT_FIELDS)


@dataclass(frozen=True, slots=True)
class Incident:
    """A place where a unit is wanted.

    Attributes
    ----------
    lon, lat
        Where [WGS-84 degrees].
    urgency
        Class of urgency, 1 the highest.
    needs
        Skills a unit must have, every one.
    suited_kinds
        Kinds of unit that fit; empty: every kind does.
    """

    incident_id: int
    lon: float
    lat: float
    urgency: int = 1
    needs: frozenset[str] = frozenset()
    suited_kinds: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class RoadConditions:
    """Live state of the network: sections closed, and slower by a factor."""

    closed: frozenset[int] = frozenset()
    factors: Mapping[int, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RankingParameters:
    """What counts in a ranking; every figure is in seconds of equivalent driving time.

    Attributes
    ----------
    siren_speed
        Speed of a unit on call over the average traffic [-].
    walk_m_s
        Speed off the network, from a fix beside the road and to the scene [m/s].
    off_road_m
        A place farther than this from every road is on none [m].
    fresh_s
        A position this old is as good as new [s].
    stale_s_per_s, stale_most_s
        Beyond it every second of age costs this much [-], up to this much [s].
    lost_s
        A position older than this says nothing [s].
    busy_most_s
        Units free only later than this are not proposed [s].
    busy_margin
        Estimates of remaining time are multiplied by this: they tend to be short [-].
    unsuited_s
        Cost of a kind of unit that does not fit [s].
    load_s, load_most_s
        Cost of every task already had [s], up to this much [s].
    """

    siren_speed: float = 1.25
    walk_m_s: float = 1.5
    off_road_m: float = 1_500.0
    fresh_s: float = 60.0
    stale_s_per_s: float = 0.2
    stale_most_s: float = 240.0
    lost_s: float = 1_800.0
    busy_most_s: float = 900.0
    busy_margin: float = 1.2
    unsuited_s: float = 300.0
    load_s: float = 6.0
    load_most_s: float = 60.0

    def __post_init__(self) -> None:
        wrong = [name for name, value in asdict(self).items() if not value >= 0]
        if wrong or not (self.siren_speed and self.walk_m_s and self.busy_margin >= 1):
            raise ValueError(f"not usable: {wrong or 'a speed of 0 or a busy margin below 1'}")


@dataclass(frozen=True, slots=True)
class RankingProblem:
    """The question which of these units should go to this incident."""

    incident: Incident
    units: tuple[Unit, ...]
    conditions: RoadConditions = field(default_factory=RoadConditions)
    parameters: RankingParameters = field(default_factory=RankingParameters)

    def to_json(self) -> str:
        """Everything but the network, in one canonical text: equal problems, equal text."""
        return canonical_json(self)

    @classmethod
    def from_json(cls, text: str) -> RankingProblem:
        """Read what `to_json` wrote."""
        stored = json.loads(text)
        return cls(
            incident=_incident(stored["incident"]),
            units=tuple(_unit(unit) for unit in stored["units"]),
            conditions=_conditions(stored["conditions"]),
            parameters=RankingParameters(**stored["parameters"]),
        )


def canonical_json(problem: Any) -> str:
    """Text of a problem, sorted and without spaces; sets become sorted lists."""
    return json.dumps(
        problem,
        default=_plain,
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
        allow_nan=True,
    )


def _plain(value: Any) -> Any:
    """Sorted list of a set, a unit as a row (there are a thousand), others by named fields."""
    if isinstance(value, Unit):
        return _row_of(value)
    if isinstance(value, frozenset):
        return sorted(value)
    return {name: getattr(value, name) for name in value.__dataclass_fields__}


def input_hash(problem: Any, network_digest: str) -> str:
    """SHA-256 of version, network and problem: equal hashes give equal advice."""
    text = f"{VERSION}\n{network_digest}\n{canonical_json(problem)}"
    return hashlib.sha256(text.encode()).hexdigest()


def _incident(stored: dict[str, Any]) -> Incident:
    sets = {name: frozenset(stored[name]) for name in ("needs", "suited_kinds")}
    return Incident(**(stored | sets))


def _unit(row: list[Any]) -> Unit:
    stored = dict(zip(_UNIT_FIELDS, row, strict=True))
    return Unit(**(stored | {"skills": frozenset(stored["skills"])}))


def _conditions(stored: dict[str, Any]) -> RoadConditions:
    return RoadConditions(
        closed=frozenset(stored["closed"]),
        factors={int(section): factor for section, factor in stored["factors"].items()},
    )
