"""From what was told to rows with keys and numbers, written month by month."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from luchang.apps.dispatch.management.half_year.stories import Story, Told, Values
from luchang.apps.dispatch.models import Call, Dispatch, Feedback, Incident
from luchang.apps.dispatch.services.numbers import CALL, DISPATCH, FEEDBACK, INCIDENT
from luchang.kernel.demo import FIRST, Ledger, Table, Written, elements, hold
from luchang.kernel.identity.actors import Actor
from luchang.kernel.records.models import Move
from luchang.kernel.records.numbering import count_on, last_numbers
from luchang.kernel.search import terms

KINDS = (INCIDENT, CALL, DISPATCH, FEEDBACK)
"""In the order in which one needs the keys of the other."""
MODELS = {INCIDENT: Incident, CALL: Call, DISPATCH: Dispatch, FEEDBACK: Feedback}
SERIES = f"^[{''.join(KINDS)}][0-9]{{6}}-{FIRST.year}[0-9]{{4}}$"
"""Every series of these months, as a pattern."""
SUBJECTS = {INCIDENT: "dispatch.incident", CALL: "dispatch.call", DISPATCH: "dispatch.dispatch"}


class Ledgers:
    """The four tables and the moves of their rows while they are filled."""

    def __init__(self, desk_division: str, *, by: Actor) -> None:
        hold(*MODELS.values())
        self.tables = {kind: Table(model) for kind, model in MODELS.items()}
        self.moves = Ledger(Move)
        self._by = by
        self._desk = desk_division
        self._waiting: dict[tuple[str, date], list[tuple[Told, str]]] = defaultdict(list)
        self._ready: dict[str, list[Values]] = {kind: [] for kind in KINDS}
        self._made: list[Values] = []
        self._last = last_numbers(SERIES)

    @property
    def rows(self) -> int:
        """Records written, their moves not counted."""
        return sum(table.rows for table in self.tables.values())

    def tell(self, story: Story) -> None:
        county = story.spot.county
        self._wait(INCIDENT, story.incident, county)
        for kind, told in (
            (CALL, story.calls),
            (DISPATCH, story.orders),
            (FEEDBACK, story.feedbacks),
        ):
            for each in told:
                self._wait(kind, each, self._desk if kind == CALL else county)

    def tell_call(self, call: Told) -> None:
        self._wait(CALL, call, self._desk)

    def end_day(self, day: date) -> None:
        """Give numbers and keys to what happened on that day: nothing is added to it any more."""
        for kind in KINDS:
            for told, division in sorted(
                self._waiting.pop((kind, day), []), key=lambda each: each[0].at
            ):
                self._number(kind, told, division, day)

    def days_waiting(self) -> list[date]:
        return sorted({day for _, day in self._waiting})

    def write(self) -> None:
        """Copy what is numbered into the tables."""
        for kind in KINDS:
            self.tables[kind].copy(self._ready[kind])
            self._ready[kind] = []
        self.moves.copy(self._made)
        self._made = []

    def finish(self) -> None:
        """Let keys and numbers go on behind ours."""
        self.write()
        for table in (*self.tables.values(), self.moves):
            table.finish()
        count_on(self._last)

    def _wait(self, kind: str, told: Told, division: str) -> None:
        self._waiting[kind, told.at.date()].append((told, division))

    def _number(self, kind: str, told: Told, division: str, day: date) -> None:
        series = f"{kind}{division}-{day:%Y%m%d}"
        self._last[series] = number = self._last.get(series, 0) + 1
        values = told.values
        values["id"] = self.tables[kind].new_id()
        values["number"] = f"{series}-{number:05d}"
        _join(kind, told)
        self._ready[kind].append(values)
        if kind in SUBJECTS:
            self._made += self._moves(SUBJECTS[kind], values["id"], told)

    def _moves(self, subject: str, key: int, told: Told) -> Iterator[Values]:
        before = ""
        for status, at, reason in told.moves:
            yield {
                "subject": subject,
                "subject_id": key,
                "before": before,
                "after": status,
                "at": at,
                "actor_id": self._by.user_id,
                "actor_name": self._by.name,
                "reason": reason,
            }
            before = status


def _join(kind: str, told: Told) -> None:
    """The keys of what the row belongs to, and what `save` would have computed."""
    values = told.values
    main = told.of.values["id"] if told.of is not None else None
    if kind == INCIDENT:
        values["merged_into_id"] = main
        values["version"] = len(told.moves)
        values["search"] = _terms(values)
    elif kind == DISPATCH:
        values |= {"incident_id": main, "original_incident_id": main, "version": len(told.moves)}
    else:
        values["incident_id"] = main
    if kind == FEEDBACK:
        values["dispatch_id"] = told.by.values["id"] if told.by is not None else None


def _terms(values: Values) -> Written:
    """The same terms in the same order as `save` finds; those of places are written once."""
    of_number = dict.fromkeys(terms(values["number"]))
    of_place, written = _place_terms(values["address"], values["description"])
    if of_place.isdisjoint(of_number):
        return Written(f"{{{elements(of_number)},{written}}}")
    both = terms(values["number"], values["address"], values["description"])
    return Written(f"{{{elements(dict.fromkeys(both))}}}")


@lru_cache(maxsize=20_000)
def _place_terms(address: str, description: str) -> tuple[frozenset[str], Written]:
    found = dict.fromkeys(terms(address, description))
    return frozenset(found), elements(found)
