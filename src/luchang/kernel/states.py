"""State tables: what may follow what, as data. The database is made to hold the same table."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

import pgtrigger
from django.db.models import TextChoices

S = TypeVar("S", bound=TextChoices)


class IllegalTransition(Exception):
    """The record cannot go from where it is to where it was asked to go."""


@dataclass(frozen=True)
class TransitionTable(Generic[S]):
    """Where a record starts and which state may follow which."""

    start: S
    moves: Mapping[S, frozenset[S]]

    def __post_init__(self) -> None:
        named = {self.start, *self.moves, *(s for after in self.moves.values() for s in after)}
        missing = set(type(self.start)) - set(self.moves)
        if missing or not named <= set(type(self.start)):
            raise ValueError(f"no row for {sorted(missing)} in the table of {type(self.start)}")

    @property
    def final(self) -> frozenset[S]:
        """States nothing follows."""
        return frozenset(state for state, after in self.moves.items() if not after)

    @property
    def open(self) -> frozenset[S]:
        return frozenset(self.moves) - self.final

    def allows(self, before: S, after: S) -> bool:
        return after in self.moves[before]

    def check(self, before: S, after: S) -> None:
        """Raise IllegalTransition unless `after` may follow `before`."""
        if not self.allows(before, after):
            raise IllegalTransition(f"{before.label} → {after.label}")

    def edges(self) -> Iterable[tuple[S, S]]:
        return ((before, after) for before, row in self.moves.items() for after in sorted(row))

    def guard(self, field: str = "status") -> pgtrigger.FSM:
        """A trigger that refuses what the table refuses, bulk updates included."""
        return pgtrigger.FSM(
            name=f"{field}_follows_table",
            field=field,
            transitions=[(before.value, after.value) for before, after in self.edges()],
        )
