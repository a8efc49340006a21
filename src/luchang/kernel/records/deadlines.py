"""Deadlines 时限: a rule with its article, a clock that runs with no browser open.

    deadlines.declare(Rule(code="dispatch.sign", title="签收", amount=1, unit=Unit.MINUTES, ...))
    deadlines.start(subject=dispatch, code="dispatch.sign", ...)
    deadlines.stop(subject=dispatch, code="dispatch.sign", ...)

A declared rule is the first version; the table of rules is edited from then on, and each clock
keeps the version it was started with.
"""

from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from django.db import connection, models, transaction

from luchang.kernel.audit import services as audit
from luchang.kernel.audit.states import Action
from luchang.kernel.clock import local
from luchang.kernel.identity.actors import Actor
from luchang.kernel.jobs import outbox
from luchang.kernel.records import notices, policies
from luchang.kernel.records.calendar import Calendar, Unit
from luchang.kernel.records.events import DeadlineStepTaken
from luchang.kernel.records.holders import holders_from
from luchang.kernel.records.holidays import calendar
from luchang.kernel.records.kinds import DeadlineStatus, StepKind
from luchang.kernel.records.models import Deadline, DeadlineRule, DeadlineStep
from luchang.kernel.records.moves import subject_of
from luchang.kernel.together import remembered, write

NOTICE = "records.deadline"
ALWAYS = date(2000, 1, 1)


@dataclass(frozen=True)
class Step:
    """One level of escalation: so long after the due time, told to these holders."""

    after_s: int
    permission: str
    levels_up: int = 0


@dataclass(frozen=True)
class Rule:
    """The first version of a rule, as the module that needs it declares it."""

    code: str
    title: str
    amount: int
    unit: Unit
    variant: str = ""
    """Tells apart cases of one rule, such as grades; the empty one is for all others."""
    rolls_over: bool = False
    warn_before_s: int = 0
    steps: tuple[Step, ...] = ()
    article: str = ""
    is_confirmed: bool = False
    valid_from: date = ALWAYS


class RuleMissing(Exception):
    """No rule of this code holds on that day."""


_declared: dict[tuple[str, str], Rule] = {}


def declare(*rules: Rule) -> None:
    """Make rules known; belongs in an app's `policies`."""
    for rule in rules:
        if _declared.setdefault((rule.code, rule.variant), rule) != rule:
            raise ValueError(f"{rule.code} {rule.variant} is declared twice")


def rule_for(*, code: str, variant: str = "", on: date) -> DeadlineRule:
    """The version that holds on that day; the rule without variant where there is no own one.

    Raises:
        RuleMissing: there is none.
    """
    found = remembered(("rules", code, variant, on), lambda: _rules(code, variant, on))
    rule = found.get(variant) or found.get("")
    if rule is None:
        raise RuleMissing(f"{code} {variant} on {on}")
    return rule


def _rules(code: str, variant: str, on: date) -> dict[str, DeadlineRule]:
    load_declared()
    rows = DeadlineRule.objects.valid(on=on).filter(code=code, variant__in=[variant, ""])
    return {each.variant: each for each in rows}


def load_declared() -> int:
    """Write the first version of each declared rule the table does not know; how many."""
    known = set(DeadlineRule.objects.values_list("code", "variant").distinct())
    missing = [rule for key, rule in sorted(_declared.items()) if key not in known]
    for rule in missing:
        _write_first(rule)
    return len(missing)


def due_at(*, rule: DeadlineRule, start: datetime, on: Calendar | None = None) -> datetime:
    """When a clock of this rule that starts then is due."""
    return rule.term.ends_at(start, on or calendar())


@transaction.atomic
def start(  # noqa: PLR0913 - each is named at the call
    *,
    subject: models.Model,
    code: str,
    title: str,
    organisation_id: int,
    at: datetime,
    variant: str = "",
    assignee_id: int | None = None,
    url: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    is_new: bool = False,
) -> Deadline:
    """Start a clock for a record, by the rule that holds today; it keeps that version.

    `since` is when the term began if that was before now; `until` is a due time that a document
    set, to which warning and escalation of the rule are applied instead of its term. A clock of
    this code that runs already for this record is returned as it is; `is_new` says that the
    record was made in this transaction: there is none, and the clock is written together with
    others where that is in force.

    Raises:
        RuleMissing: there is no rule.
    """
    known = None if is_new else _running(subject, code)
    if known is not None:
        return known
    begun = since or at
    rule = rule_for(code=code, variant=variant, on=local(begun).date())
    days = calendar()
    due = until or due_at(rule=rule, start=begun, on=days)
    warn = due - timedelta(seconds=rule.warn_before_s) if rule.warn_before_s else None
    deadline = Deadline(
        subject=subject_of(subject),
        subject_id=subject.pk,
        code=code,
        rule=rule,
        rule_applied=rule.applied_text(),
        title=title,
        url=url,
        organisation_id=organisation_id,
        assignee_id=assignee_id,
        started_at=begun,
        warn_at=warn,
        due_at=due,
        is_announced=until is not None or _is_announced(rule, due, days),
        plan=_plan(rule, warn=warn, due=due),
    )
    deadline.plan_first_step()
    if is_new:
        write(deadline)
    else:
        deadline.begin()
    return deadline


@transaction.atomic
def extend(*, subject: models.Model, code: str, until: datetime, at: datetime) -> Deadline | None:
    """A later due time for a clock that runs; warning and escalation move with it.

    Steps that were taken stay in its history, and those of the new due time come anew. None when
    no such clock runs.

    Raises:
        ValueError: the new due time is not later.
    """
    deadline = _running(subject, code)
    if deadline is None:
        return None
    if until <= deadline.due_at or until <= at:
        raise ValueError(f"{deadline} is not extended by {until}")
    rule = deadline.rule
    warn = until - timedelta(seconds=rule.warn_before_s) if rule.warn_before_s else None
    deadline.extend(until, warn_at=warn, steps=_plan(rule, warn=warn, due=until))
    return deadline


@transaction.atomic
def stop(*, subject: models.Model, code: str, at: datetime) -> Deadline | None:
    """Stop the clock because the thing was done, in time or late; None when none runs."""
    deadline = _running(subject, code)
    if deadline is not None:
        late = at > deadline.due_at
        deadline.end(DeadlineStatus.LATE if late else DeadlineStatus.MET, at=at)
    return deadline


@transaction.atomic
def withdraw(*, subject: models.Model, code: str, at: datetime) -> Deadline | None:
    """Stop the clock because the thing need not be done any more; None when none runs."""
    deadline = _running(subject, code)
    if deadline is not None:
        deadline.end(DeadlineStatus.WITHDRAWN, at=at)
    return deadline


@transaction.atomic
def revise(
    *, rule_id: int, amount: int, valid_from: date, article: str, by: Actor, at: datetime
) -> DeadlineRule:
    """A new version of a rule from a day on; the old one ends there and is never changed.

    Clocks that run keep the version they were started with.

    Raises:
        Forbidden: `by` does not keep the rules.
        ValueError: the new version would begin before the one it follows.
    """
    by.check(policies.MANAGE_RULES)
    old = DeadlineRule.objects.select_for_update().get(pk=rule_id)
    new = old.followed_by(amount=amount, article=article, valid_from=valid_from)
    audit.record(
        by=by,
        action=Action.CHANGE,
        subject="records.deadlinerule",
        subject_id=new.pk,
        at=at,
        detail={"before": old.applied_text(), "after": new.applied_text()},
    )
    return new


def evaluate(*, at: datetime, at_most: int = 500) -> int:
    """Take the steps that are due, each in a transaction of its own; how many were taken.

    A step and what follows from it commit together, so none is taken twice, whoever dies. A
    clock that jumps back only waits; one that jumps ahead takes the missed steps in order.
    """
    taken = 0
    while taken < at_most and _take_next(at=at):
        taken += 1
    return taken


@transaction.atomic
def _take_next(*, at: datetime) -> bool:
    deadline = (
        Deadline.objects.due_for_a_step(at=at)
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("organisation")
        .order_by("next_at", "pk")
        .first()
    )
    if deadline is None:
        return False
    step = deadline.plan[deadline.taken]
    told = _tell(deadline, step, at=at)
    DeadlineStep.objects.create(
        deadline=deadline,
        position=deadline.taken,
        kind=step["kind"],
        planned_at=datetime.fromisoformat(step["at"]),
        at=at,
        told=told,
    )
    outbox.publish(
        DeadlineStepTaken(
            at=at,
            deadline_id=deadline.pk,
            subject=deadline.subject,
            subject_id=deadline.subject_id,
            code=deadline.code,
            position=deadline.taken,
            kind=step["kind"],
        ),
        line=f"deadline {deadline.pk}",
    )
    deadline.take_step()
    return True


def _tell(deadline: Deadline, step: dict[str, object], *, at: datetime) -> list[int]:
    """Whom a step concerns: its holders, and for a warning and the due time the assignee."""
    people: set[int] = set()
    if step["kind"] != StepKind.ESCALATE and deadline.assignee_id is not None:
        people.add(deadline.assignee_id)
    if step["permission"]:
        _, found = holders_from(
            permission=str(step["permission"]),
            organisation=deadline.organisation,
            levels_up=int(str(step["levels_up"])),
            at=at,
        )
        people.update(found)
    kind = StepKind(str(step["kind"]))
    notices.notify(
        user_ids=people,
        kind=NOTICE,
        key=f"deadline-{deadline.pk}-{deadline.taken}",
        title=f"{kind.label}：{deadline.title}",
        body=deadline.rule_applied,
        url=deadline.url,
        at=at,
    )
    return sorted(people)


def _plan(rule: DeadlineRule, *, warn: datetime | None, due: datetime) -> list[dict[str, object]]:
    first = rule.steps[0]["permission"] if rule.steps else ""
    plan = [_point(StepKind.OVERDUE, due, first, 0)]
    if warn is not None:
        plan.insert(0, _point(StepKind.WARN, warn, first, 0))
    for step in sorted(rule.steps, key=lambda step: step["after_s"]):
        moment = due + timedelta(seconds=step["after_s"])
        plan.append(_point(StepKind.ESCALATE, moment, step["permission"], step["levels_up"]))
    return plan


def _point(kind: StepKind, moment: datetime, permission: str, levels_up: int) -> dict[str, object]:
    return {
        "kind": kind.value,
        "at": moment.isoformat(),
        "permission": permission,
        "levels_up": levels_up,
    }


def _is_announced(rule: DeadlineRule, due: datetime, days: Calendar) -> bool:
    """False where the due day rests on holidays that are not announced yet."""
    counts_days = rule.unit == Unit.WORKING_DAYS or rule.rolls_over
    return not counts_days or days.is_announced(local(due).date())


def _running(subject: models.Model, code: str) -> Deadline | None:
    return (
        Deadline.objects.running()
        .of(subject_of(subject), subject.pk)
        .filter(code=code)
        .select_for_update(of=("self",))
        .first()
    )


def _write_first(rule: Rule) -> None:
    """Several processes may come here at once; one writes, the others find it done."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('deadline rules', 2))")
        if DeadlineRule.objects.filter(code=rule.code, variant=rule.variant).exists():
            return
        fields = asdict(rule)
        fields["steps"] = [asdict(step) for step in rule.steps]
        DeadlineRule.first(**fields)
