from collections.abc import Callable
from datetime import datetime
from functools import partial

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from luchang.apps.risk.models.lists import ListVersion
from luchang.apps.risk.states.hazards import (
    CLOSED,
    EXTENSION,
    HANDED,
    HAZARD,
    KEYS,
    ExtensionStatus,
    HazardStatus,
    LinkKind,
)
from luchang.core.common.personal import Kind
from luchang.kernel.crypto.fields import EncryptedTextField
from luchang.kernel.history import tracked
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.models import Organisation, User
from luchang.kernel.records.moves import Stateful, begin, move
from luchang.kernel.search import SearchField, search_index
from luchang.kernel.together import write


def _without_others(key: str) -> Q:
    return Q(**{f"{each}__isnull": True for each in KEYS if each != key})


@tracked(exclude=["search"])
class Hazard(Stateful):
    """Something that endangers the road, from the day it is found until it is struck off."""

    number = models.CharField(_("隐患编号"), max_length=24, unique=True)
    version = models.ForeignKey(
        ListVersion, on_delete=models.PROTECT, related_name="+", verbose_name=_("清单版本")
    )
    first_version = models.ForeignKey(
        ListVersion, on_delete=models.PROTECT, related_name="+", verbose_name=_("列入时的版本")
    )
    category = models.CharField(_("隐患类别"), max_length=8)
    severity = models.CharField(_("隐患等级"), max_length=8)
    title = models.CharField(_("隐患名称"), max_length=80)
    description = models.CharField(_("隐患情况"), max_length=1000)
    subject_text = models.CharField(_("对象"), max_length=80, blank=True)
    subject_person = EncryptedTextField(Kind.NAME, verbose_name=_("人员姓名"), blank=True)
    enterprise = models.ForeignKey(
        "subjects.Enterprise",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("重点企业"),
    )
    freight_source = models.ForeignKey(
        "subjects.FreightSource",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("货运源头"),
    )
    vehicle = models.ForeignKey(
        "subjects.KeyVehicle",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("重点车辆"),
    )
    driver = models.ForeignKey(
        "subjects.KeyDriver",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("重点驾驶人"),
    )
    place = models.CharField(_("地点"), max_length=120, blank=True)
    route = models.CharField(_("路线编号"), max_length=12, blank=True)
    chainage_m = models.PositiveIntegerField(_("桩号（米）"), null=True, blank=True)
    longitude = models.FloatField(
        _("经度"),
        null=True,
        blank=True,
        validators=[MinValueValidator(-180.0), MaxValueValidator(180.0)],
    )
    latitude = models.FloatField(
        _("纬度"),
        null=True,
        blank=True,
        validators=[MinValueValidator(-90.0), MaxValueValidator(90.0)],
    )
    township = models.CharField(_("乡镇街道"), max_length=12, blank=True)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("排查单位")
    )
    receiver = models.ForeignKey(
        Organisation,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("整改责任单位"),
    )
    status = models.CharField(
        _("状态"), max_length=12, choices=HazardStatus.choices, default=HAZARD.start
    )
    document_number = models.CharField(_("交办文号"), max_length=40, blank=True)
    due_at = models.DateTimeField(_("整改期限"), null=True, blank=True)
    plan = models.CharField(_("整改方案"), max_length=1000, blank=True)
    measures = models.CharField(_("整改措施"), max_length=1000, blank=True)
    result = models.CharField(_("整改结果"), max_length=1000, blank=True)
    values = models.JSONField(_("附加字段"), default=dict, blank=True)
    reporter = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("上报人"),
    )
    submitter = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("报验人"),
    )
    acceptor = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("验收人"),
    )
    found_at = models.DateTimeField(_("排查时间"))
    handed_over_at = models.DateTimeField(_("交办时间"), null=True, blank=True)
    signed_at = models.DateTimeField(_("签收时间"), null=True, blank=True)
    submitted_at = models.DateTimeField(_("报验时间"), null=True, blank=True)
    accepted_at = models.DateTimeField(_("验收时间"), null=True, blank=True)
    struck_off_at = models.DateTimeField(_("销号时间"), null=True, blank=True)
    extensions_granted = models.PositiveSmallIntegerField(_("延期次数"), default=0)
    times_sent_back = models.PositiveSmallIntegerField(_("退回整改次数"), default=0)
    times_reopened = models.PositiveSmallIntegerField(_("重新列入次数"), default=0)
    source = models.CharField(max_length=20, blank=True, editable=False)
    search = SearchField("title", "place", plain=("number", "document_number"))

    class Meta:
        ordering = ["-found_at", "-pk"]
        verbose_name = _("隐患")
        indexes = [
            search_index("hazard_search"),
            models.Index(name="hazard_found", fields=["-found_at", "-id"]),
            models.Index(name="hazard_due", fields=["due_at"]),
            models.Index(name="hazard_of_organisation", fields=["organisation", "-found_at"]),
            models.Index(name="hazard_of_receiver", fields=["receiver", "-found_at"]),
            models.Index(name="hazard_township", fields=["township", "-found_at"]),
            models.Index(name="hazard_status", fields=["status", "-found_at"]),
        ]
        constraints = [
            CheckConstraint(
                name="hazard_handed_over_to_somebody",
                condition=~Q(status__in=HANDED)
                | Q(receiver__isnull=False, due_at__isnull=False, handed_over_at__isnull=False)
                & ~Q(document_number=""),
            ),
            CheckConstraint(
                name="hazard_accepted_at_iff_accepted",
                condition=Q(status__in=["ACCEPTED", "STRUCK_OFF"], accepted_at__isnull=False)
                | (~Q(status__in=["ACCEPTED", "STRUCK_OFF"]) & Q(accepted_at__isnull=True)),
            ),
            CheckConstraint(
                name="hazard_struck_off_at_iff_struck_off",
                condition=Q(status=HazardStatus.STRUCK_OFF, struck_off_at__isnull=False)
                | (~Q(status=HazardStatus.STRUCK_OFF) & Q(struck_off_at__isnull=True)),
            ),
            CheckConstraint(
                name="hazard_submitted_with_a_plan",
                condition=~Q(status__in=["SUBMITTED", "ACCEPTED", "STRUCK_OFF"])
                | Q(submitted_at__isnull=False) & ~Q(plan=""),
            ),
            CheckConstraint(
                name="hazard_accepted_by_another",
                condition=Q(acceptor=None)
                | (
                    (Q(reporter=None) | ~Q(acceptor=F("reporter")))
                    & (Q(submitter=None) | ~Q(acceptor=F("submitter")))
                ),
            ),
            CheckConstraint(
                name="hazard_has_both_degrees_or_none",
                condition=Q(longitude__isnull=True, latitude__isnull=True)
                | Q(longitude__isnull=False, latitude__isnull=False),
            ),
            CheckConstraint(
                name="hazard_about_one_subject_at_most",
                condition=Q(*(_without_others(key) for key in KEYS), _connector=Q.OR),
            ),
        ]
        triggers = [HAZARD.guard()]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def chainage(self) -> str:
        """As it is written on the stones: G320 K12+300."""
        if self.chainage_m is None:
            return self.route
        stone = f"K{self.chainage_m // 1000}+{self.chainage_m % 1000:03d}"
        return f"{self.route} {stone}".strip()

    @property
    def registered(self) -> models.Model | None:
        """The entry of a register it is about."""
        found = (getattr(self, key) for key in KEYS if getattr(self, f"{key}_id"))
        return next(found, None)

    @property
    def values_text(self) -> str:
        """What the list's own columns say, in words."""
        known = self.version.risk_list.extra
        return "；".join(
            f"{each.label}：{self.values[each.key]}" for each in known if each.key in self.values
        )

    @property
    def is_open(self) -> bool:
        return self.status not in CLOSED

    @property
    def grade(self) -> str:
        """The variant of its time limits."""
        return self.severity

    def report(self, *, by: Actor, at: datetime, then: Callable[[], object]) -> None:
        """Enter it; that its number is nobody else's is left to the database.

        `then` is called once it is there, which among the rows of a workbook is later.
        """
        self.full_clean(
            exclude=self._references(), validate_unique=False, validate_constraints=False
        )
        write(self, partial(self._begin, by=by, at=at, then=then))

    def _begin(self, *, by: Actor, at: datetime, then: Callable[[], object]) -> None:
        begin(self, by=by, at=at, reason=self.title)
        then()

    @classmethod
    def _references(cls) -> set[str]:
        """Fetched a moment ago and held by the database: they need not be asked for again."""
        return {each.name for each in cls._meta.concrete_fields if each.is_relation}

    def be_about(self, registered: models.Model | None, key: str = "") -> None:
        """That entry and no other."""
        for each in KEYS:
            setattr(self, each, registered if each == key else None)

    def correct(self) -> None:
        self.full_clean(validate_constraints=False)
        self.save()

    def lose_receiver(self) -> None:
        """Sent back: whoever it was handed to has nothing to do with it any more."""
        self.receiver, self.due_at, self.document_number = None, None, ""
        self.save(update_fields=["receiver", "due_at", "document_number"])

    def give_time(self, until: datetime) -> None:
        self.due_at = until
        self.extensions_granted += 1
        self.save(update_fields=["due_at", "extensions_granted"])

    def carry_to(self, version: ListVersion) -> None:
        self.version = version
        self.save(update_fields=["version"])

    def go(self, status: HazardStatus, *, by: Actor, at: datetime, reason: str = "") -> None:
        """Move on; times that belong to a state come and go with it."""
        move(self, HAZARD, status, by=by, at=at, reason=reason[:500])
        self._keep_times(status, at)
        self.save()

    def _keep_times(self, status: HazardStatus, at: datetime) -> None:
        if status == HazardStatus.HANDED_OVER:
            self.handed_over_at = at
            self.signed_at = self.submitted_at = self.submitter = self.acceptor = None
        elif status == HazardStatus.SIGNED:
            self.signed_at = self.signed_at or at
            self.submitted_at = self.submitter = None
        elif status == HazardStatus.SUBMITTED:
            self.submitted_at = at
        elif status == HazardStatus.ACCEPTED:
            self.accepted_at = at
        elif status == HazardStatus.STRUCK_OFF:
            self.struck_off_at = at
        elif status == HazardStatus.REOPENED:
            self.accepted_at = self.struck_off_at = self.submitted_at = None
            self.acceptor = self.submitter = None


class Extension(Stateful):
    """A receiver's request for more time, and what became of it."""

    hazard = models.ForeignKey(Hazard, on_delete=models.PROTECT, related_name="extensions")
    was_due_at = models.DateTimeField(_("原期限"))
    asked_until = models.DateTimeField(_("申请延至"))
    reason = models.CharField(_("延期理由"), max_length=300)
    status = models.CharField(
        _("状态"), max_length=12, choices=ExtensionStatus.choices, default=EXTENSION.start
    )
    asked_at = models.DateTimeField(_("申请时间"))
    asked_by_name = models.CharField(_("申请人"), max_length=80)
    decided_at = models.DateTimeField(_("审批时间"), null=True, blank=True)
    decided_by_name = models.CharField(_("审批人"), max_length=80, blank=True)
    answer = models.CharField(_("审批意见"), max_length=300, blank=True)

    class Meta:
        ordering = ["-asked_at", "-pk"]
        verbose_name = _("整改延期")
        constraints = [
            UniqueConstraint(
                name="extension_asked_once", fields=["hazard"], condition=Q(status="ASKED")
            ),
            CheckConstraint(
                name="extension_is_later", condition=Q(asked_until__gt=F("was_due_at"))
            ),
            CheckConstraint(
                name="extension_decided_iff_not_asked",
                condition=Q(status="ASKED", decided_at__isnull=True)
                | ~Q(status="ASKED") & Q(decided_at__isnull=False),
            ),
        ]
        triggers = [EXTENSION.guard()]

    def __str__(self) -> str:
        return str(self.hazard)

    @property
    def organisation_id(self) -> int:
        """Who handed the hazard over decides."""
        return self.hazard.organisation_id

    def ask(self, *, by: Actor, at: datetime) -> None:
        self.save(force_insert=True)
        begin(self, by=by, at=at, reason=self.reason)

    def decide(
        self, status: ExtensionStatus, *, by: Actor, at: datetime, answer: str = ""
    ) -> None:
        move(self, EXTENSION, status, by=by, at=at, reason=answer)
        self.decided_at, self.decided_by_name, self.answer = at, by.name, answer
        self.save()


class HazardLink(models.Model):
    """An accident or a black spot that a hazard has to do with, by its number."""

    hazard = models.ForeignKey(Hazard, on_delete=models.PROTECT, related_name="links")
    kind = models.CharField(_("关联类别"), max_length=12, choices=LinkKind.choices)
    reference = models.CharField(_("编号"), max_length=60)
    note = models.CharField(_("说明"), max_length=300, blank=True)
    at = models.DateTimeField(_("关联时间"))
    by_name = models.CharField(_("经办人"), max_length=80)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("隐患关联")
        constraints = [
            UniqueConstraint(name="hazard_link_once", fields=["hazard", "kind", "reference"])
        ]

    def __str__(self) -> str:
        return f"{self.hazard_id} {self.kind} {self.reference}"

    def store(self) -> None:
        self.full_clean()
        self.save(force_insert=True)
