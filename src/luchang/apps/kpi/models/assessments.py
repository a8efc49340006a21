import json
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Self

import pgtrigger
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from luchang.apps.kpi.querysets import RoundQuerySet
from luchang.apps.kpi.states import ROUND, SCHEME, RoundStatus, SchemeStatus
from luchang.kernel.crypto.sm import sm3
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.models import Organisation, User
from luchang.kernel.records.moves import Stateful, move

DIGITS, CENTS = 7, 2
"""Points, as `DecimalField` counts their digits."""


class Scheme(Stateful):
    """What units below one are judged by: items with weights, targets and vetoes."""

    title = models.CharField(_("名称"), max_length=60)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("考核单位")
    )
    status = models.CharField(
        _("状态"), max_length=10, choices=SchemeStatus.choices, default=SCHEME.start
    )
    basis = models.CharField(_("依据"), max_length=200, blank=True)
    made_at = models.DateTimeField(_("制定时间"))

    class Meta:
        ordering = ["-made_at"]
        verbose_name = _("考核方案")
        triggers = [SCHEME.guard()]

    def __str__(self) -> str:
        return self.title

    def store(self) -> None:
        self.full_clean()
        self.save()

    def move_to(self, status: SchemeStatus, *, by: Actor, at: datetime, reason: str = "") -> None:
        move(self, SCHEME, status, by=by, at=at, reason=reason)
        self.save(update_fields=["status"])


class Item(models.Model):
    """One thing units are judged by: an indicator with a target, or points given on evidence.

    A veto item gives no points: missing its target takes the unit out of the ranking.
    """

    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="items")
    order = models.PositiveSmallIntegerField(_("序号"))
    title = models.CharField(_("项目"), max_length=60)
    code = models.CharField(_("指标"), max_length=80, blank=True)
    """Empty: points are given by people, each with evidence."""
    weight = models.DecimalField(
        _("分值"),
        max_digits=DIGITS,
        decimal_places=CENTS,
        default=Decimal(0),
        validators=[MinValueValidator(Decimal(0))],
    )
    target = models.FloatField(_("目标"), null=True, blank=True)
    is_veto = models.BooleanField(_("一票否决"), default=False)

    class Meta:
        ordering = ["order"]
        verbose_name = _("考核项目")
        constraints = [
            UniqueConstraint(name="item_place_once", fields=["scheme", "order"]),
            CheckConstraint(
                name="item_of_an_indicator_has_a_target",
                condition=Q(code="") | Q(target__isnull=False),
            ),
            CheckConstraint(
                name="item_veto_gives_no_points",
                condition=Q(is_veto=False, weight__gt=0) | Q(is_veto=True, weight=0),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def store(self) -> None:
        self.full_clean()
        self.save()


class Round(Stateful):
    """The judging of one period by one scheme. Once frozen, nothing in it changes."""

    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="rounds")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(
        _("状态"), max_length=10, choices=RoundStatus.choices, default=ROUND.start
    )
    starts_at = models.DateTimeField(_("考核期起"))
    ends_at = models.DateTimeField(_("考核期止"))
    opened_at = models.DateTimeField(_("开始时间"))
    frozen_at = models.DateTimeField(_("定案时间"), null=True)
    frozen_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(_("摘要"), max_length=64, blank=True)
    """SM3 over the whole outcome in canonical JSON; empty until frozen."""

    objects = models.Manager.from_queryset(RoundQuerySet)()

    class Meta:
        ordering = ["-starts_at", "-pk"]
        verbose_name = _("考核轮次")
        constraints = [
            CheckConstraint(
                name="round_ends_after_it_starts", condition=Q(ends_at__gt=F("starts_at"))
            ),
            CheckConstraint(
                name="round_has_a_digest_iff_frozen",
                condition=Q(status="FROZEN", frozen_at__isnull=False) & ~Q(digest="")
                | ~Q(status="FROZEN") & Q(frozen_at__isnull=True, digest=""),
            ),
        ]
        triggers = [
            ROUND.guard(),
            pgtrigger.Protect(
                name="frozen_stays",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__status="FROZEN"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scheme} {self.starts_at:%F}"

    def open(self) -> None:
        self.save(force_insert=True)

    def move_to(self, status: RoundStatus, *, by: Actor, at: datetime, reason: str = "") -> None:
        move(self, ROUND, status, by=by, at=at, reason=reason)
        self.save(update_fields=["status"])

    def freeze(self, *, by: Actor, at: datetime) -> None:
        """Settle the outcome for good."""
        move(self, ROUND, RoundStatus.FROZEN, by=by, at=at)
        self.frozen_at, self.frozen_by_id = at, by.user_id
        self.digest = self.digest_now()
        self.save(update_fields=["status", "frozen_at", "frozen_by", "digest"])

    def digest_now(self) -> str:
        """What the outcome hashes to as it stands; `digest` unless it was tampered with."""
        said = {
            "scheme": self.scheme_id,
            "starts_at": self.starts_at.isoformat(),
            "ends_at": self.ends_at.isoformat(),
            "scores": [each.said for each in self.scores.order_by("organisation", "item")],
            "results": [each.said for each in self.results.order_by("organisation")],
        }
        text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return sm3(text.encode()).hex()


def _frozen(name: str) -> pgtrigger.Trigger:
    """Rows of a frozen round are neither written, changed nor taken away."""
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func="""
            IF EXISTS (
                SELECT 1 FROM kpi_round
                WHERE id = coalesce(OLD.round_id, NEW.round_id) AND status = 'FROZEN'
            ) THEN
                RAISE EXCEPTION 'the outcome of a frozen round does not change';
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        """,
    )


class Score(models.Model):
    """What one unit got for one item, by what number or on what evidence."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="scores")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    number = models.FloatField(_("指标值"), null=True)
    points = models.DecimalField(_("得分"), max_digits=DIGITS, decimal_places=CENTS)
    misses_target = models.BooleanField(_("未达标"), default=False)
    evidence = models.CharField(_("佐证"), max_length=400, blank=True)
    given_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()

    class Meta:
        ordering = ["organisation", "item"]
        verbose_name = _("考核得分")
        constraints = [
            UniqueConstraint(name="score_once", fields=["round", "organisation", "item"])
        ]
        triggers = [_frozen("score_of_a_frozen_round")]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.item_id} {self.points}"

    @property
    def said(self) -> list[object]:
        return [
            self.organisation_id,
            self.item_id,
            self.number,
            f"{self.points:.2f}",
            self.misses_target,
            self.evidence,
        ]

    @classmethod
    def put(cls, score: Self) -> None:
        """Over what the unit had for the item."""
        cls.objects.bulk_create(
            [score],
            update_conflicts=True,
            unique_fields=["round", "organisation", "item"],
            update_fields=[
                "number",
                "points",
                "misses_target",
                "evidence",
                "given_by",
                "given_at",
            ],
        )


class Result(models.Model):
    """Where one unit stands in one round."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="results")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    total = models.DecimalField(_("总分"), max_digits=DIGITS, decimal_places=CENTS)
    place = models.PositiveSmallIntegerField(_("名次"), null=True)
    """None: vetoed, which is no place at all. Equal totals share a place."""
    veto = models.CharField(_("否决项"), max_length=200, blank=True)

    class Meta:
        ordering = ["place", "organisation"]
        verbose_name = _("考核结果")
        constraints = [
            UniqueConstraint(name="result_once", fields=["round", "organisation"]),
            CheckConstraint(
                name="result_has_a_place_unless_vetoed",
                condition=Q(veto="", place__isnull=False) | (~Q(veto="") & Q(place__isnull=True)),
            ),
        ]
        triggers = [_frozen("result_of_a_frozen_round")]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.total} {self.place}"

    @property
    def said(self) -> list[object]:
        return [self.organisation_id, f"{self.total:.2f}", self.place, self.veto]

    @classmethod
    def replace(cls, of: Round, rows: Iterable[Self]) -> None:
        """These results and no others."""
        cls.objects.filter(round=of).delete()
        cls.objects.bulk_create(rows)
