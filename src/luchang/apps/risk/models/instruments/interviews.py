from datetime import date, datetime, time, timedelta

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from luchang.apps.risk.states.instruments import (
    COMMITMENT,
    INTERVIEW,
    CommitmentStatus,
    InterviewStatus,
    TargetKind,
)
from luchang.kernel import clock
from luchang.kernel.history import tracked
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.models import Organisation
from luchang.kernel.records.moves import Stateful, begin, move
from luchang.kernel.search import SearchField, search_index

NOT_HELD = (InterviewStatus.PLANNED, InterviewStatus.CANCELLED)


def end_of(day: date) -> datetime:
    """When a day is over in Shanghai."""
    return datetime.combine(day + timedelta(days=1), time.min, clock.SHANGHAI)


@tracked(exclude=["search"])
class Interview(Stateful):
    """A meeting to which enterprises, units or governments are called because of a risk."""

    number = models.CharField(_("约谈编号"), max_length=20, unique=True)
    title = models.CharField(_("约谈事由"), max_length=120)
    reason = models.TextField(_("具体情况"), max_length=2_000)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("约谈单位")
    )
    place = models.CharField(_("地点"), max_length=120, blank=True)
    planned_at = models.DateTimeField(_("计划约谈时间"))
    held_at = models.DateTimeField(_("约谈时间"), null=True, blank=True)
    chaired_by = models.CharField(_("主谈人"), max_length=80)
    attendants = models.TextField(_("参加人员"), max_length=1_000, blank=True)
    minutes = models.TextField(_("约谈记录"), max_length=8_000, blank=True)
    result = models.TextField(_("回访结果"), max_length=2_000, blank=True)
    status = models.CharField(
        _("状态"), max_length=12, choices=InterviewStatus.choices, default=INTERVIEW.start
    )
    source = models.CharField(max_length=20, blank=True, editable=False)
    search = SearchField("title", "chaired_by", plain=("number",))

    class Meta:
        ordering = ["-planned_at", "-pk"]
        verbose_name = _("约谈")
        indexes = [
            search_index("interview_search"),
            models.Index(name="interview_held", fields=["held_at"]),
        ]
        constraints = [
            CheckConstraint(
                name="interview_held_at_iff_held",
                condition=Q(status__in=NOT_HELD, held_at__isnull=True)
                | (~Q(status__in=NOT_HELD) & Q(held_at__isnull=False) & ~Q(minutes="")),
            )
        ]
        triggers = [INTERVIEW.guard()]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def plan(self, *, by: Actor, at: datetime) -> None:
        self.full_clean(validate_constraints=False)
        self.save()
        begin(self, by=by, at=at)

    def go(self, status: InterviewStatus, *, by: Actor, at: datetime, reason: str = "") -> None:
        move(self, INTERVIEW, status, by=by, at=at, reason=reason[:300])
        self.save()


class Interviewee(models.Model):
    """Who was called to an interview; of a collective one there are several."""

    interview = models.ForeignKey(
        Interview, on_delete=models.PROTECT, related_name="interviewees", verbose_name=_("约谈")
    )
    kind = models.CharField(_("对象类别"), max_length=12, choices=TargetKind.choices)
    name = models.CharField(_("被约谈对象"), max_length=120)
    enterprise = models.ForeignKey(
        "subjects.Enterprise",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("重点企业"),
    )
    """The register's entry, where there is one of that name."""
    represented_by = models.CharField(_("到场人员"), max_length=120, blank=True)
    source = models.CharField(max_length=20, blank=True, editable=False)

    class Meta:
        ordering = ["interview", "pk"]
        verbose_name = _("被约谈对象")
        constraints = [
            UniqueConstraint(name="interviewee_once", fields=["interview", "kind", "name"])
        ]

    def __str__(self) -> str:
        return self.name


@tracked()
class Commitment(Stateful):
    """Something an interviewed enterprise, unit or government promised to do by a day."""

    interview = models.ForeignKey(
        Interview, on_delete=models.PROTECT, related_name="commitments", verbose_name=_("约谈")
    )
    interviewee = models.ForeignKey(
        Interviewee, on_delete=models.PROTECT, related_name="commitments",
        verbose_name=_("承诺单位"),
    )  # fmt: skip
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    text = models.CharField(_("承诺事项"), max_length=500)
    due_on = models.DateField(_("完成期限"))
    status = models.CharField(
        _("状态"), max_length=12, choices=CommitmentStatus.choices, default=COMMITMENT.start
    )
    result = models.CharField(_("回访情况"), max_length=500, blank=True)
    followed_up_at = models.DateTimeField(_("回访时间"), null=True, blank=True)
    followed_up_by_name = models.CharField(_("回访人"), max_length=80, blank=True)
    source = models.CharField(max_length=20, blank=True, editable=False)

    class Meta:
        ordering = ["due_on", "pk"]
        verbose_name = _("约谈承诺")
        constraints = [
            CheckConstraint(
                name="commitment_followed_up_iff_answered",
                condition=Q(status=CommitmentStatus.OPEN, followed_up_at__isnull=True)
                | (~Q(status=CommitmentStatus.OPEN) & Q(followed_up_at__isnull=False)),
            )
        ]
        triggers = [COMMITMENT.guard()]

    def __str__(self) -> str:
        return f"{self.interviewee}：{self.text}"[:120]

    @property
    def due_at(self) -> datetime:
        return end_of(self.due_on)

    def promise(self, *, by: Actor, at: datetime) -> None:
        self.full_clean(validate_constraints=False)
        self.save()
        begin(self, by=by, at=at)

    def answer(self, status: CommitmentStatus, *, result: str, by: Actor, at: datetime) -> None:
        """What the visit found."""
        move(self, COMMITMENT, status, by=by, at=at, reason=result[:300])
        self.result, self.followed_up_at, self.followed_up_by_name = result, at, by.name
        self.save()
