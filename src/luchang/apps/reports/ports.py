"""What a report needs before it may be issued: somebody who reads its text for contradictions.

The check is configured (`REPORT_CHECK`) and never optional: without one nothing is issued.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from typing import Any, Protocol, cast

from django.conf import settings
from django.utils.module_loading import import_string

from luchang.kernel.identity.actors import Actor


@dataclass(frozen=True)
class Finding:
    """One contradiction in a text, told with its arithmetic."""

    kind: str
    title: str
    quotes: tuple[str, ...]
    arithmetic: str
    likely: str = ""
    """The value most likely meant, empty where nobody can tell."""

    @property
    def key(self) -> str:
        """The same finding in a text that was edited elsewhere."""
        return "|".join((self.kind, *self.quotes))

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"key": self.key}


@dataclass(frozen=True)
class Checked:
    """What the check found, and in how many statistics it looked."""

    statistics: int
    findings: Sequence[Finding]


class CheckUnavailable(Exception):
    """The installation has no figure check, so nothing may be issued."""


class FigureCheck(Protocol):
    """Reads the text of a report and finds its contradictions.

    Raises:
        CheckUnavailable: it cannot be done here.
    """

    def __call__(self, text: str, *, year: int, by: Actor, at: datetime) -> Checked: ...


@cache
def figure_check() -> FigureCheck:
    """The check this installation is configured with."""
    return cast("FigureCheck", import_string(settings.REPORT_CHECK))
