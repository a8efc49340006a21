"""The controls of the filter bar, ready to be drawn."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from luchang.kernel.lists.columns import Label
from luchang.kernel.lists.filters import Choice, DateRange, Filter
from luchang.kernel.lists.states import ListState


@dataclass(frozen=True)
class Widget:
    """One control, as its template `lists/filters/<kind>.html` wants it."""

    filter: Filter
    values: Mapping[str, str]
    """What stands in each of the filter's parameters now."""
    options: list[tuple[str, Label, bool]] = field(default_factory=list)
    """Code, label and whether it is chosen."""
    is_set: bool = False
    is_unreadable: bool = False

    @property
    def template(self) -> str:
        return f"lists/filters/{self.filter.kind}.html"

    @property
    def ordered(self) -> list[tuple[str, str]]:
        """Names of the parameters with their present values, in the filter's order."""
        return [(name, self.values[name]) for name in self.filter.names]


def widgets_of(state: ListState) -> list[Widget]:
    chosen = {each.filter.key for each in state.given}
    return [
        Widget(
            filter=each,
            values={name: state.asked.one(name) for name in each.names},
            options=_options(each, state),
            is_set=each.key in chosen,
            is_unreadable=each in state.unreadable,
        )
        for each in state.spec.filters
    ]


def _options(each: Filter, state: ListState) -> list[tuple[str, Label, bool]]:
    chosen = state.asked.many(each.key)
    if isinstance(each, Choice):
        return [(code, label, code in chosen) for code, (_, label) in each.options().items()]
    if isinstance(each, DateRange):
        return [(code, label, code in chosen) for code, label in each.presets.items()]
    return []
