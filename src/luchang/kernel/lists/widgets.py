"""The controls of the filter bar, ready to be drawn."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext

from luchang.kernel.lists.columns import Label
from luchang.kernel.lists.figures import filters_of
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
    says: str = ""
    """What is chosen, in words."""
    is_folded: bool = False
    """Behind 展开 until somebody asks for it."""

    @property
    def template(self) -> str:
        return f"lists/filters/{self.filter.kind}.html"

    @property
    def ordered(self) -> list[tuple[str, str]]:
        """Names of the parameters with their present values, in the filter's order."""
        return [(name, self.values[name]) for name in self.filter.names]


UNFOLDED = 4
"""Controls that stand in the bar without being asked for."""


def widgets_of(state: ListState) -> list[Widget]:
    says = {each.filter.key: each.says for each in state.given}
    return [
        Widget(
            filter=each,
            values={name: state.asked.one(name) for name in each.names},
            options=_options(each, state),
            is_set=each.key in says,
            says=says.get(each.key) or gettext("全部"),
            is_folded=place >= UNFOLDED and not each.is_always_shown,
        )
        for place, each in enumerate(filters_of(state.spec))
        if each.kind != "figure" or each.key in says
    ]


def _options(each: Filter, state: ListState) -> list[tuple[str, Label, bool]]:
    chosen = state.asked.many(each.key)
    if isinstance(each, Choice):
        return [(code, label, code in chosen) for code, (_, label) in each.options().items()]
    if isinstance(each, DateRange):
        return [(code, label, code in chosen) for code, label in each.presets.items()]
    return []
