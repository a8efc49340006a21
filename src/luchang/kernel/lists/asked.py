"""What somebody asked for in an address: any text may stand there, nothing may break on it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

LONGEST_VALUE = 200
MOST_VALUES = 100


class Unreadable(Exception):
    """A value in the address that a filter cannot make sense of."""


@dataclass(frozen=True)
class Asked:
    """The parameters of an address, cleaned of what no database takes."""

    values: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, parameters: Iterable[tuple[str, Iterable[str]]]) -> "Asked":
        """From the lists of a QueryDict; empty values are as good as absent."""
        cleaned = {
            name: tuple(filter(None, map(_clean, given)))[:MOST_VALUES]
            for name, given in parameters
        }
        return cls({name: given for name, given in cleaned.items() if given})

    def one(self, name: str) -> str:
        """The last value of that name, or an empty text."""
        return self.many(name)[-1] if self.many(name) else ""

    def many(self, name: str) -> tuple[str, ...]:
        return self.values.get(name, ())

    def whole(self, name: str, otherwise: int) -> int:
        """A whole number of plain digits; anything else is `otherwise`."""
        text = self.one(name)
        return int(text) if text.isascii() and text.isdigit() else otherwise

    def without(self, *names: str) -> "Asked":
        return Asked({name: given for name, given in self.values.items() if name not in names})

    def only(self, names: Iterable[str]) -> "Asked":
        kept = set(names)
        return Asked({name: given for name, given in self.values.items() if name in kept})

    def replaced(self, name: str, *given: str) -> "Asked":
        """The same with other values under `name`; none takes it away."""
        rest = dict(self.without(name).values)
        return Asked({**rest, name: given} if given else rest)

    def query(self) -> str:
        """As the part of an address after the question mark, in a stable order."""
        return urlencode(sorted(self.values.items()), doseq=True)


def _clean(text: str) -> str:
    """Without NUL and lone surrogates, which PostgreSQL refuses, and no longer than is sane."""
    kept = text[:LONGEST_VALUE].replace("\x00", "").strip()
    return kept.encode("utf-8", "ignore").decode()
