"""The indicators somebody may see, as the catalogue shows them."""

from dataclasses import dataclass

from luchang.apps.kpi import policies
from luchang.kernel.identity.actors import Actor
from luchang.kernel.metrics import AnyIndicator, Better, Kind, Scope, Unit, declared


@dataclass(frozen=True)
class Entry:
    """What one indicator says about itself, in the reader's language."""

    code: str
    title: str
    unit: Unit
    kind: Kind
    owner: str
    counts: str
    leaves_out: str
    better: Better
    target: float | None
    scopes: tuple[Scope, ...]
    is_stock: bool
    counts_penalties: bool

    @property
    def app(self) -> str:
        """The domain that answers for it."""
        return self.code.partition(".")[0]


def catalogue(by: Actor) -> list[Entry]:
    """The indicators `by` may see, by code."""
    return [entry_of(each) for each in declared() if policies.can_see(by, each)]


def entry_of(indicator: AnyIndicator) -> Entry:
    return Entry(
        code=indicator.code,
        title=str(indicator.title),
        unit=indicator.unit,
        kind=indicator.kind,
        owner=str(indicator.owner),
        counts=str(indicator.counts),
        leaves_out=str(indicator.leaves_out),
        better=indicator.better,
        target=indicator.target,
        scopes=indicator.scopes,
        is_stock=indicator.is_stock,
        counts_penalties=indicator.counts_penalties,
    )
