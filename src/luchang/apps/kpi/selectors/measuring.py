"""Many numbers in few queries: indicators over the same rows are asked together."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.exceptions import EmptyResultSet
from django.db.models import Aggregate, Count, Q

from luchang.apps.kpi.models.keeping import KeptValue, Snapshot, snapshot_now
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.models import Organisation
from luchang.kernel.metrics import (
    AnyIndicator,
    Indicator,
    Kind,
    Measured,
    Part,
    Period,
    Rate,
    Ratio,
    Scope,
)
from luchang.kernel.metrics.definitions import Rows


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
    keys = [key_of(question, by) for question in questions]
    kept = KeptValue.standing([key for key in keys if key])
    missing = [place for place, key in enumerate(keys) if key not in kept]
    if not missing:
        return [kept[key] for key in keys]
    snapshot = snapshot_now()
    counted = dict(zip(missing, _counted([questions[each] for each in missing], by), strict=True))
    KeptValue.keep(
        _row(keys[place], questions[place], answer, snapshot)
        for place, answer in counted.items()
        if keys[place]
    )
    return [counted.get(place) or kept[key] for place, key in enumerate(keys)]


def key_of(question: Question, by: Actor) -> str:
    """The digest of what would be asked of the database; empty where the answer is not kept.

    Only whole days are kept: a period that ends this very moment is asked about once.
    """
    indicator, period = question.indicator, question.period
    if not indicator.sources or not period.is_of_days:
        return ""
    if question.branch:
        indicator = indicator.below(branch_path(question.branch))
    try:
        asked = [
            indicator.records(period, by=by, scope=question.scope, part=part)
            .order_by()
            .query.sql_with_params()
            for part in Part
        ]
    except EmptyResultSet:  # nothing is reached
        return ""
    made = (
        getattr(indicator, "expression", None) if isinstance(indicator, Indicator) else "",
        getattr(indicator, "per", 1.0),
        indicator.base(by, period) if isinstance(indicator, Rate) else 0,
    )
    said = repr((indicator.code, indicator.kind.value, period, asked, made))
    return hashlib.sha256(said.encode()).hexdigest()


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


def _counted(questions: Sequence[Question], by: Actor) -> list[Measured]:
    together: dict[Any, list[int]] = {}
    for place, question in enumerate(questions):
        together.setdefault(_key(question, place), []).append(place)
    answers: dict[int, Measured] = {}
    for places in together.values():
        group = [questions[place] for place in places]
        answers |= dict(zip(places, _asked_together(group, by), strict=True))
    return [answers[place] for place in range(len(questions))]


def _key(question: Question, place: int) -> Any:
    """Equal for questions one query answers."""
    base = question.base
    if base is None:
        return place
    ground = question.indicator.ground.get(question.scope, Q())
    return (base, question.period, question.scope, str(ground), question.branch)


def _asked_together(questions: Sequence[Question], by: Actor) -> list[Measured]:
    first = questions[0]
    indicator = first.indicator
    if first.branch:
        indicator = indicator.below(branch_path(first.branch))
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


def branch_path(code: str) -> str:
    """The path of an organisation; of one that does not exist, a path nothing lies below."""
    paths = Organisation.objects.filter(code=code).values_list("path", flat=True)
    return paths.first() or "-"


def _filtered(aggregate: Aggregate, where: Q | None) -> Aggregate:
    """The same aggregate over the rows of which `where` holds."""
    copy = aggregate.copy()
    if where is not None:
        copy.filter = where
    return copy
