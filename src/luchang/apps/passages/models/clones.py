"""Plates that seem to be on two vehicles, and the moves no vehicle can have made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from luchang.apps.passages.models.devices import Camera
from luchang.apps.passages.models.watch import VehicleWatch
from luchang.apps.passages.states.clones import (
    CLONE,
    CloneExplanation,
    CloneStatus,
    LeftOutReason,
)
from luchang.core.common.personal import Kind
from luchang.kernel.crypto.fields import EncryptedTextField
from luchang.kernel.history import tracked
from luchang.kernel.identity.models import Organisation, User
from luchang.kernel.records.moves import Stateful, begin, move
from luchang.kernel.search import SearchField, search_index

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from luchang.kernel.identity.actors import Actor

DECIDED = (CloneStatus.CONFIRMED, CloneStatus.EXPLAINED)


@tracked(exclude=["plate", "search", "score", "moves", "last_at", "compared_at"])
class CloneSuspect(Stateful):
    """A plate that was at two places faster than any road allows, again and again."""

    number = models.CharField(_("嫌疑编号"), max_length=20, unique=True)
    plate = EncryptedTextField(Kind.PLATE, verbose_name=_("号牌号码"), searchable=True)
    plate_type = models.PositiveSmallIntegerField(_("号牌种类"))
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("核查单位")
    )
    """The lowest that all cameras of its moves belong to: who sees it may see all of them."""
    score = models.FloatField(_("嫌疑分值"))
    """As of the last comparison: what its moves weigh, halved every fortnight."""
    moves = models.PositiveIntegerField(_("不可能行程"))
    first_at = models.DateTimeField(_("首次"))
    last_at = models.DateTimeField(_("最近一次"))
    found_at = models.DateTimeField(_("发现时间"))
    compared_at = models.DateTimeField(_("比对时间"))
    explanation = models.CharField(
        _("排除原因"), max_length=12, choices=CloneExplanation.choices, blank=True
    )
    reason = models.CharField(_("核查情况"), max_length=300, blank=True)
    decided_by = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("核查人"),
    )
    decided_by_name = models.CharField(_("核查人"), max_length=80, blank=True)
    decided_at = models.DateTimeField(_("核查时间"), null=True, blank=True)
    watch = models.ForeignKey(
        VehicleWatch,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="clone_suspects",
        verbose_name=_("布控"),
    )
    status = models.CharField(
        _("状态"), max_length=10, choices=CloneStatus.choices, default=CLONE.start
    )
    source = models.CharField(max_length=20, blank=True, editable=False)
    search = SearchField("reason", plain=("number",))

    class Meta:
        ordering = ["-score", "-pk"]
        verbose_name = _("套牌嫌疑")
        indexes = [
            search_index("clone_suspect_search"),
            models.Index(name="clone_suspect_status", fields=["status", "-score"]),
            models.Index(name="clone_suspect_found", fields=["found_at"]),
            models.Index(
                name="clone_suspect_plate", fields=["plate"], opclasses=["text_pattern_ops"]
            ),
        ]
        constraints = [
            CheckConstraint(
                name="clone_decided_iff_it_is",
                condition=Q(status__in=DECIDED, decided_at__isnull=False) & ~Q(reason="")
                | ~Q(status__in=DECIDED)
                & Q(decided_at__isnull=True, decided_by__isnull=True, reason=""),
            ),
            CheckConstraint(
                name="clone_explained_iff_it_is",
                condition=Q(status=CloneStatus.EXPLAINED) & ~Q(explanation="")
                | ~Q(status=CloneStatus.EXPLAINED) & Q(explanation=""),
            ),
            CheckConstraint(name="clone_times_in_order", condition=Q(last_at__gte=F("first_at"))),
        ]
        triggers = [CLONE.guard()]

    def __str__(self) -> str:
        return self.number

    # Changes

    def find(self, *, by: Actor, at: datetime) -> None:
        self.save()
        begin(self, by=by, at=at)

    def compare(self, *, score: float, at: datetime, organisation: Organisation) -> None:
        """Write down what the comparison of today says."""
        self.score, self.compared_at, self.organisation = score, at, organisation
        kept = self.impossible_moves.aggregate(
            n=models.Count("pk"), first=models.Min("end_at"), last=models.Max("end_at")
        )
        self.moves = kept["n"]
        self.first_at = kept["first"] or self.first_at
        self.last_at = kept["last"] or self.last_at
        self.save()

    def decide(
        self,
        status: CloneStatus,
        *,
        reason: str,
        explanation: str = "",
        by: Actor,
        at: datetime,
    ) -> None:
        self.reason, self.explanation = reason, explanation
        self.decided_by_id, self.decided_by_name, self.decided_at = by.user_id, by.name, at
        self._go(status, by=by, at=at, reason=reason)

    def reopen(self, *, by: Actor, at: datetime, reason: str = "") -> None:
        self.reason = self.explanation = self.decided_by_name = ""
        self.decided_by_id = self.decided_at = None
        self._go(CloneStatus.SUSPECTED, by=by, at=at, reason=reason)

    def fade(self, *, by: Actor, at: datetime) -> None:
        self._go(CloneStatus.FADED, by=by, at=at)

    def be_watched(self, watch: VehicleWatch) -> None:
        self.watch = watch
        self.save(update_fields=["watch"])

    def _go(self, status: CloneStatus, *, by: Actor, at: datetime, reason: str = "") -> None:
        move(self, CLONE, status, by=by, at=at, reason=reason)
        self.save()


class CloneMove(models.Model):
    """From one camera to another in less time than any road allows."""

    suspect = models.ForeignKey(
        CloneSuspect, on_delete=models.CASCADE, related_name="impossible_moves"
    )
    start = models.ForeignKey(
        Camera, on_delete=models.PROTECT, related_name="+", verbose_name=_("前一设备")
    )
    start_at = models.DateTimeField(_("前一过车时间"))
    end = models.ForeignKey(
        Camera, on_delete=models.PROTECT, related_name="+", verbose_name=_("后一设备")
    )
    end_at = models.DateTimeField(_("后一过车时间"))
    distance_m = models.FloatField(_("最短路程"), null=True)
    """Of the fastest way by road; none where the network knows none."""
    bound_s = models.FloatField(_("最短用时"))
    """No vehicle is faster than this from the one to the other [s]."""
    weight = models.FloatField(_("权重"))
    start_image = models.CharField(max_length=2_000, blank=True)
    end_image = models.CharField(max_length=2_000, blank=True)

    class Meta:
        ordering = ["-end_at", "-pk"]
        verbose_name = _("不可能行程")
        constraints = [
            UniqueConstraint(
                name="clone_move_once", fields=["suspect", "start", "start_at", "end", "end_at"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.start} → {self.end}"

    @property
    def took_s(self) -> float:
        """By the clocks of the two cameras."""
        return (self.end_at - self.start_at).total_seconds()


class CloneComparison(models.Model):
    """One run of the comparison: over which days, and what it found."""

    at = models.DateTimeField(_("比对时间"))
    first_day = models.DateField(_("起始日期"))
    last_day = models.DateField(_("截止日期"))
    days = models.PositiveIntegerField(_("参与天数"))
    """Days of that span that passages were kept and put in order of."""
    found = models.PositiveIntegerField(_("嫌疑车辆"))

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("套牌比对")

    def __str__(self) -> str:
        return f"{self.first_day} – {self.last_day}"


class LeftOutCamera(models.Model):
    """A camera whose moves the last comparison did not judge."""

    camera = models.ForeignKey(
        Camera, on_delete=models.CASCADE, related_name="+", verbose_name=_("过车设备")
    )
    why = models.CharField(_("原因"), max_length=10, choices=LeftOutReason.choices)
    detail = models.CharField(_("情况"), max_length=200, blank=True)
    days = models.PositiveIntegerField(_("未比对天数"))
    at = models.DateTimeField(_("比对时间"))

    class Meta:
        ordering = ["camera__name", "pk"]
        verbose_name = _("未比对设备")
        constraints = [UniqueConstraint(name="left_out_once", fields=["camera", "why"])]

    def __str__(self) -> str:
        return str(self.camera)

    @classmethod
    def replace(cls, rows: Iterable[Self]) -> None:
        """Only the last comparison is told of."""
        cls.objects.all().delete()
        cls.objects.bulk_create(rows)
