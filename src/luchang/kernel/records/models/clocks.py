from datetime import date, datetime
from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import (
    ArrayField,
    DateRangeField,
    RangeBoundary,
    RangeOperators,
)
from django.db import models
from django.db.models import CheckConstraint, F, Func, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from luchang.kernel.history import tracked
from luchang.kernel.identity.models import Organisation, User
from luchang.kernel.records.calendar import Term, Unit
from luchang.kernel.records.kinds import DEADLINES, Colour, DeadlineStatus, StepKind, TermUnit
from luchang.kernel.records.querysets import DeadlineQuerySet, DeadlineRuleQuerySet


def validity() -> Func:
    """The days from `valid_from` up to and without `valid_to`."""
    return Func(
        F("valid_from"),
        F("valid_to"),
        RangeBoundary(inclusive_lower=True, inclusive_upper=False),
        function="daterange",
        output_field=DateRangeField(),
    )


@tracked()
class Holiday(models.Model):
    """A correction of the announced calendar: this day is worked, or it is not."""

    day = models.DateField(_("日期"), unique=True)
    is_working = models.BooleanField(_("上班"))
    name = models.CharField(_("名称"), max_length=60)
    source = models.CharField(_("依据"), max_length=200)
    changed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(_("修改时间"))

    class Meta:
        ordering = ["day"]
        verbose_name = _("节假日调整")

    def __str__(self) -> str:
        return f"{self.day} {self.name}"

    def correct(
        self, *, is_working: bool, name: str, source: str, by_id: int | None, at: datetime
    ) -> None:
        self.is_working, self.name, self.source = is_working, name, source
        self.changed_by_id, self.changed_at = by_id, at
        self.full_clean(exclude=["changed_by"])
        self.save()


@tracked()
class DeadlineRule(models.Model):
    """How long one kind of step may take, by which article, and from when that held."""

    code = models.CharField(_("代码"), max_length=60)
    variant = models.CharField(_("适用情形"), max_length=60, blank=True)
    title = models.CharField(_("名称"), max_length=80)
    amount = models.PositiveIntegerField(_("时限"))
    unit = models.CharField(_("单位"), max_length=16, choices=TermUnit.choices)
    rolls_over = models.BooleanField(_("遇节假日顺延"), default=False)
    warn_before_s = models.PositiveIntegerField(_("提前预警秒数"), default=0)
    steps = models.JSONField(default=list, blank=True)
    article = models.CharField(_("依据"), max_length=200, blank=True)
    is_confirmed = models.BooleanField(_("已核实"), default=False)
    valid_from = models.DateField(_("生效日期"))
    valid_to = models.DateField(_("失效日期"), null=True, blank=True)

    objects = models.Manager.from_queryset(DeadlineRuleQuerySet)()

    class Meta:
        ordering = ["code", "variant", "valid_from"]
        verbose_name = _("时限规则")
        constraints = [
            CheckConstraint(
                name="rule_ends_after_it_begins",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
            ),
            ExclusionConstraint(
                name="one_rule_at_a_time",
                expressions=[
                    ("code", RangeOperators.EQUAL),
                    ("variant", RangeOperators.EQUAL),
                    (validity(), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.amount}{self.get_unit_display()}"

    # Changes

    @classmethod
    def first(cls, **fields: Any) -> "DeadlineRule":
        made = cls(**fields)
        made.full_clean(validate_constraints=False)
        made.save()
        return made

    def followed_by(self, *, amount: int, article: str, valid_from: date) -> "DeadlineRule":
        """The next version; this one ends where it begins."""
        if valid_from <= self.valid_from or self.valid_to is not None:
            raise ValueError(f"{self} from {self.valid_from} cannot be followed on {valid_from}")
        self.valid_to = valid_from
        self.save(update_fields=["valid_to"])
        kept = ("code", "variant", "title", "unit", "rolls_over", "warn_before_s", "steps")
        return DeadlineRule.first(
            amount=amount,
            article=article,
            is_confirmed=True,
            valid_from=valid_from,
            **{name: getattr(self, name) for name in kept},
        )

    # Questions

    @property
    def term(self) -> Term:
        return Term(self.amount, Unit(self.unit), rolls_over=self.rolls_over)

    def applied_text(self) -> str:
        """What is kept on the record: the rule as it was when the clock was started."""
        parts = [str(self), self.article, f"{self.valid_from:%Y-%m-%d}"]
        return "；".join(part for part in parts if part)


class Deadline(models.Model):
    """One running or stopped clock of one record."""

    subject = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    code = models.CharField(max_length=60)
    rule = models.ForeignKey(DeadlineRule, on_delete=models.PROTECT, related_name="+")
    rule_applied = models.CharField(_("适用规则"), max_length=400)
    title = models.CharField(_("事项"), max_length=160)
    url = models.CharField(max_length=300, blank=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    assignee = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField(_("开始时间"))
    warn_at = models.DateTimeField(_("预警时间"), null=True)
    due_at = models.DateTimeField(_("截止时间"))
    is_announced = models.BooleanField(default=True)
    status = models.CharField(
        _("状态"), max_length=12, choices=DeadlineStatus.choices, default=DeadlineStatus.RUNNING
    )
    ended_at = models.DateTimeField(_("结束时间"), null=True)
    plan = models.JSONField(default=list)
    taken = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)

    objects = models.Manager.from_queryset(DeadlineQuerySet)()

    class Meta:
        ordering = ["due_at"]
        verbose_name = _("时限")
        constraints = [
            UniqueConstraint(
                name="deadline_runs_once",
                fields=["subject", "subject_id", "code"],
                condition=Q(status="RUNNING"),
            ),
            CheckConstraint(
                name="deadline_ended_at_iff_over",
                condition=Q(status="RUNNING", ended_at__isnull=True)
                | (~Q(status="RUNNING") & Q(ended_at__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(
                name="deadline_next_step", fields=["next_at"], condition=Q(status="RUNNING")
            ),
            models.Index(name="deadline_subject", fields=["subject", "subject_id"]),
        ]
        triggers = [DEADLINES.guard()]

    def __str__(self) -> str:
        return f"{self.title} {self.due_at:%F %T}"

    # Changes

    def plan_first_step(self) -> None:
        self.next_at = self._planned(0)

    def begin(self) -> None:
        self.save()

    def end(self, status: DeadlineStatus, *, at: datetime) -> None:
        DEADLINES.check(DeadlineStatus(self.status), status)
        self.status, self.ended_at, self.next_at = status, at, None
        self.save(update_fields=["status", "ended_at", "next_at"])

    def extend(
        self, due_at: datetime, *, warn_at: datetime | None, steps: list[dict[str, Any]]
    ) -> None:
        """Steps that were taken keep their positions; what is planned anew follows them."""
        self.due_at, self.warn_at = due_at, warn_at
        self.plan = [*self.plan[: self.taken], *steps]
        self.next_at = self._planned(self.taken)
        self.save(update_fields=["due_at", "warn_at", "plan", "next_at"])

    def take_step(self) -> None:
        self.taken += 1
        self.next_at = self._planned(self.taken)
        self.save(update_fields=["taken", "next_at"])

    # Questions

    def colour(self, *, at: datetime) -> Colour:
        """How it looks at that moment; a stopped clock keeps the colour it stopped with."""
        return colour_of(due_at=self.due_at, warn_at=self.warn_at, at=self.ended_at or at)

    def left_s(self, *, at: datetime) -> float:
        """Seconds until due, negative when past."""
        return (self.due_at - (self.ended_at or at)).total_seconds()

    def _planned(self, position: int) -> datetime | None:
        if position >= len(self.plan):
            return None
        return datetime.fromisoformat(self.plan[position]["at"])


def colour_of(*, due_at: datetime | None, warn_at: datetime | None, at: datetime) -> Colour:
    if due_at is None:
        return Colour.NONE
    if at > due_at:
        return Colour.OVERDUE
    return Colour.SOON if warn_at is not None and at >= warn_at else Colour.CALM


class DeadlineStep(models.Model):
    """What one clock did at one of its points, and who was told; once each."""

    deadline = models.ForeignKey(Deadline, on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(_("类别"), max_length=12, choices=StepKind.choices)
    planned_at = models.DateTimeField(_("应到时间"))
    at = models.DateTimeField(_("时间"))
    told = ArrayField(models.BigIntegerField(), default=list)

    class Meta:
        ordering = ["position"]
        constraints = [UniqueConstraint(name="step_taken_once", fields=["deadline", "position"])]

    def __str__(self) -> str:
        return f"{self.deadline_id} {self.kind}"
