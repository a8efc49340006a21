import uuid
from datetime import date
from typing import Any

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import CheckConstraint, F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from luchang.kernel.history import tracked
from luchang.kernel.records.models.clocks import validity
from luchang.kernel.records.querysets import CodeQuerySet
from luchang.kernel.search import initials, sort_key


class CodeList(models.Model):
    """One table of codes 字典, such as the types of incident."""

    code = models.CharField(_("代码"), max_length=60, primary_key=True)
    title = models.CharField(_("名称"), max_length=80)
    title_en = models.CharField(_("英文名称"), max_length=80, blank=True)
    source = models.CharField(_("来源"), max_length=200, blank=True)
    version = models.CharField(max_length=32, blank=True)

    class Meta:
        ordering = ["code"]
        verbose_name = _("字典")

    def __str__(self) -> str:
        return self.title

    @classmethod
    def named(cls, code: str, **fields: str) -> "CodeList":
        """The table of this code, locked, made if it is new."""
        cls.objects.get_or_create(code=code, defaults=fields)
        return cls.objects.select_for_update().get(code=code)

    def changed(self) -> None:
        """A name no other state of the table has had: a counter would repeat after a rollback."""
        self.version = uuid.uuid4().hex
        self.save(update_fields=["version"])


@tracked()
class Code(models.Model):
    """One entry of a table, from one day to another; never deleted, only ended."""

    table = models.ForeignKey(CodeList, on_delete=models.PROTECT, related_name="codes")
    code = models.CharField(_("代码"), max_length=40)
    name = models.CharField(_("名称"), max_length=120)
    name_en = models.CharField(_("英文名称"), max_length=160, blank=True)
    initials = models.CharField(_("拼音首字母"), max_length=120, blank=True)
    sort_key = models.CharField(max_length=400, blank=True)
    parent = models.CharField(_("上级代码"), max_length=40, blank=True)
    order = models.PositiveIntegerField(_("排序"), default=0)
    valid_from = models.DateField(_("生效日期"))
    valid_to = models.DateField(_("失效日期"), null=True, blank=True)
    source = models.CharField(_("来源"), max_length=200, blank=True)
    is_confirmed = models.BooleanField(_("已核实"), default=False)

    objects = models.Manager.from_queryset(CodeQuerySet)()

    class Meta:
        ordering = ["table", "order", "code", "valid_from"]
        verbose_name = _("字典项")
        constraints = [
            CheckConstraint(
                name="code_ends_after_it_begins",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
            ),
            ExclusionConstraint(
                name="one_meaning_at_a_time",
                expressions=[
                    ("table", RangeOperators.EQUAL),
                    ("code", RangeOperators.EQUAL),
                    (validity(), RangeOperators.OVERLAPS),
                ],
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.label

    # Changes

    @classmethod
    def enter(cls, **fields: Any) -> "Code":
        made = cls(**fields)
        made.write()
        return made

    def write(self) -> None:
        self.initials, self.sort_key = initials(self.name)[:120], sort_key(self.name)
        self.full_clean(exclude=["table"], validate_constraints=False)
        self.save()

    def end(self, *, on: date) -> None:
        """From that day on it is not offered any more; records that carry it keep it.

        Raises:
            ValidationError: it would end before it began.
        """
        if on <= self.valid_from:
            raise ValidationError(_("失效日期须晚于生效日期"))
        self.valid_to = on
        self.write()

    # Questions

    @property
    def label(self) -> str:
        """In the language of the reader; Chinese where there is no other."""
        in_english = (get_language() or "").startswith("en")
        return self.name_en if in_english and self.name_en else self.name
