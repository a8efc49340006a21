"""What a page of figures is asked for: a period, a ground, a unit."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.http import HttpRequest

from luchang.apps.kpi.selectors.spans import asked_period
from luchang.apps.kpi.states import Span
from luchang.kernel.lists.asked import Asked
from luchang.kernel.lists.figures import period_words
from luchang.kernel.metrics import Period, Scope


@dataclass(frozen=True)
class Looking:
    """One way of looking at figures, read from an address."""

    span: Span | None
    period: Period
    scope: Scope
    branch: str
    words: str
    """What the filter bar looks for in titles."""

    @property
    def says(self) -> str:
        return period_words(self.period)

    @property
    def query(self) -> str:
        """The same look at another page."""
        asked = {
            "span": self.span.value if self.span else "",
            "from": "" if self.span else self.period.first_day.isoformat(),
            "to": "" if self.span else self.period.last_day.isoformat(),
            "scope": self.scope.value,
            "branch": self.branch,
        }
        return urlencode({name: value for name, value in asked.items() if value})

    @property
    def spans(self) -> list[tuple[str, str, bool]]:
        return [(each.value, str(each.label), each == self.span) for each in Span]

    @property
    def scopes(self) -> list[tuple[str, str, bool]]:
        return [(each.value, str(each.label), each == self.scope) for each in Scope]


def looking_at(request: HttpRequest, *, at: datetime) -> Looking:
    """Whatever stands in the address; what cannot be meant counts as not said."""
    asked = Asked.of(request.GET.lists())
    span, period = asked_period(asked.one("span"), asked.one("from"), asked.one("to"), at)
    scope = asked.one("scope")
    return Looking(
        span=span,
        period=period,
        scope=Scope(scope) if scope in set(Scope) else Scope.WHOLE,
        branch=asked.one("branch"),
        words=asked.one("q"),
    )
