"""Many numbers in few queries: indicators over the same rows are asked together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Aggregate, Count, Q

from luchang.apps.kpi.models.keeping import KeptValue, Snapshot, snapshot_now
from luchang.apps.kpi.selectors.keys import Keys
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.models import Organisation
from luchang.kernel.metrics import (
    AnyIndicator,
    Indicator,
    Kind,
    Measured,
    Period,
    Ratio,
    Scope,
)
from luchang.kernel.metrics.definitions import Rows

NOWHERE = "-"


@dataclass(frozen=True)
class Question:
    """One indicator over one period and ground, in one branch of the tree or everywhere."""

    indicator: AnyIndicator
    period: Period
    scope: Scope = Scope.WHOLE
    branch: str = ""

    @property
    def base(self) -> Rows | None:
        """The rows that others may be asked about in the same query."""
        indicator = self.indicator
        if isinstance(indicator, Ratio):
            return indicator.denominator if indicator.where is not None else None
        if isinstance(indicator, Indicator) and indicator.kind != Kind.ZERO:
            return indicator.rows
        return None

    @property
    def aggregates(self) -> list[Aggregate]:
        """What is asked of these rows, to be read by `read`."""
        indicator = self.indicator
        if isinstance(indicator, Ratio):
            return [Count("pk"), Count("pk", filter=indicator.where)]
        assert isinstance(indicator, Indicator)  # noqa: S101 - `base` said so
        if indicator.aggregate is None:
            field, is_distinct = indicator.distinct or "pk", bool(indicator.distinct)
            return [Count(field, distinct=is_distinct, filter=indicator.where)]
        return [_filtered(indicator.aggregate, indicator.where)]

    def read(self, found: Sequence[Any]) -> Measured:
        indicator = self.indicator
        if isinstance(indicator, Ratio):
            eligible, counted = found
            return indicator.made_of(counted, eligible)
        assert isinstance(indicator, Indicator)  # noqa: S101 - `base` said so
        return indicator.made_of(found[0])


def measured(questions: Sequence[Question], *, by: Actor) -> list[Measured]:
    """The answers, in the order of the questions: kept ones where they still stand."""
    paths = _branch_paths(questions)
    known = Keys(by)
    keys = [
        known.key_of(each.indicator, each.period, each.scope, paths[each.branch])
        for each in questions
    ]
    kept = KeptValue.standing(list({key for key in keys if key}))
    missing = [place for place, key in enumerate(keys) if key not in kept]
    if not missing:
        return [kept[key] for key in keys]
    snapshot = snapshot_now()
    found = _counted([questions[each] for each in missing], by, paths)
    counted = dict(zip(missing, found, strict=True))
    KeptValue.keep(
        _row(keys[place], questions[place], answer, snapshot)
        for place, answer in counted.items()
        if keys[place]
    )
    return [counted.get(place) or kept[key] for place, key in enumerate(keys)]


def _row(key: str, question: Question, answer: Measured, snapshot: Snapshot) -> KeptValue:
    tables = {_table(source.model) for source in question.indicator.sources}
    return KeptValue(
        key=key,
        code=question.indicator.code,
        sources=sorted(tables | {Organisation._meta.db_table}),  # noqa: SLF001 - public by Django
        starts_at=question.period.start,
        ends_at=question.period.end,
        number=answer.number,
        numerator=answer.numerator,
        denominator=answer.denominator,
        snapshot=snapshot.seen,
        cluster=snapshot.cluster,
    )


def _table(model: str) -> str:
    name: str = apps.get_model(model)._meta.db_table  # noqa: SLF001 - public by Django
    return name


def _counted(questions: Sequence[Question], by: Actor, paths: Mapping[str, str]) -> list[Measured]:
    together: dict[Any, list[int]] = {}
    for place, question in enumerate(questions):
        together.setdefault(_key(question, place), []).append(place)
    answers: dict[int, Measured] = {}
    for places in together.values():
        group = [questions[place] for place in places]
        answers |= dict(zip(places, _asked_together(group, by, paths), strict=True))
    return [answers[place] for place in range(len(questions))]


def _key(question: Question, place: int) -> Any:
    """Equal for questions one query answers."""
    base = question.base
    if base is None:
        return place
    indicator = question.indicator
    ground = indicator.ground.get(question.scope, Q())
    # of the same rows one may ask by finder, another by receiver: another branch of them each
    way = indicator.organisation if question.branch else ""
    return (base, question.period, question.scope, str(ground), question.branch, way)


def _asked_together(
    questions: Sequence[Question], by: Actor, paths: Mapping[str, str]
) -> list[Measured]:
    first = questions[0]
    indicator = first.indicator
    if first.branch:
        indicator = indicator.below(paths[first.branch])
    base = Question(indicator, first.period, first.scope).base
    if base is None:
        return [indicator.measure(first.period, by=by, scope=first.scope)]
    rows = indicator.narrowed(base(by, first.period), first.scope).order_by()
    asked = [question.aggregates for question in questions]
    names = [[f"a{i}_{j}" for j, _ in enumerate(each)] for i, each in enumerate(asked)]
    found = rows.aggregate(
        **{
            name: aggregate
            for each, aggregates in zip(names, asked, strict=True)
            for name, aggregate in zip(each, aggregates, strict=True)
        }
    )
    return [
        question.read([found[name] for name in each])
        for question, each in zip(questions, names, strict=True)
    ]


def _branch_paths(questions: Sequence[Question]) -> dict[str, str]:
    """The paths of the branches by their codes, empty for everywhere.

    Of a code no organisation has, a path nothing lies below.
    """
    codes = {each.branch for each in questions if each.branch}
    paths = {"": "", **dict.fromkeys(codes, NOWHERE)}
    if codes:
        found = Organisation.objects.filter(code__in=codes).values_list("code", "path")
        paths.update(found)
    return paths


def _filtered(aggregate: Aggregate, where: Q | None) -> Aggregate:
    """The same aggregate over the rows of which `where` holds."""
    copy = aggregate.copy()
    if where is not None:
        copy.filter = where
    return copy
