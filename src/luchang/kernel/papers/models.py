from datetime import datetime
from typing import Any

import pgtrigger
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from luchang.kernel.identity.models import Organisation
from luchang.kernel.papers.kinds import PaperKind, find
from luchang.kernel.papers.querysets import PaperQuerySet, PaperTextQuerySet
from luchang.kernel.papers.states import FileKind
from luchang.kernel.records.attachments.models import Attachment

STAYS = pgtrigger.Update | pgtrigger.Delete


class PaperText(models.Model):
    """One edition of the text papers of a kind are made from; a new one stands beside the old."""

    kind = models.CharField(_("文书代码"), max_length=60)
    edition = models.PositiveIntegerField(_("版次"))
    source = models.TextField(_("正文"))
    sha256 = models.CharField(_("SHA-256摘要"), max_length=64)
    is_shipped = models.BooleanField(_("产品原文"))
    """Came with the product; the next update may follow it, a text written here is left alone."""
    written_at = models.DateTimeField(_("修改时间"))
    written_by_id = models.BigIntegerField(null=True, blank=True)
    written_by_name = models.CharField(_("修改人"), max_length=80)

    objects = models.Manager.from_queryset(PaperTextQuerySet)()

    class Meta:
        ordering = ["kind", "-edition"]
        verbose_name = _("文书模板")
        constraints = [
            UniqueConstraint(name="papertext_edition_once", fields=["kind", "edition"]),
            CheckConstraint(name="papertext_edition_from_one", condition=Q(edition__gte=1)),
        ]
        triggers = [pgtrigger.Protect(name="papertext_stays", operation=STAYS)]

    def __str__(self) -> str:
        return f"{self.title} {self.edition}"

    @property
    def declared(self) -> PaperKind:
        return find(self.kind)

    @property
    def title(self) -> str:
        """What papers of this kind are called; the code of a kind that is declared no more."""
        try:
            return str(self.declared.title)
        except LookupError:
            return self.kind


class Paper(models.Model):
    """A paper about a record: the text and the words it was made from, frozen."""

    kind = models.CharField(_("文书代码"), max_length=60)
    text = models.ForeignKey(PaperText, on_delete=models.PROTECT, related_name="papers")
    title = models.CharField(_("名称"), max_length=120)
    subject = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    number = models.CharField(_("编号"), max_length=60, blank=True)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("制作单位")
    )
    values = models.JSONField(default=dict)
    """What the record said when the paper was ordered, by field."""
    sm3 = models.CharField(_("SM3摘要"), max_length=64)
    """Over text and values: what both files say."""
    ordered_at = models.DateTimeField(_("制作时间"))
    ordered_by_id = models.BigIntegerField(null=True, blank=True)
    ordered_by_name = models.CharField(_("制作人"), max_length=80)

    objects = models.Manager.from_queryset(PaperQuerySet)()

    class Meta:
        ordering = ["-ordered_at", "-pk"]
        verbose_name = _("文书")
        indexes = [models.Index(name="paper_subject", fields=["subject", "subject_id"])]
        triggers = [pgtrigger.Protect(name="paper_stays", operation=STAYS)]

    def __str__(self) -> str:
        return f"{self.title} {self.number}".strip()

    def order(self) -> None:
        """Store a new paper."""
        self.full_clean()
        self.save()

    def file(self, kind: FileKind) -> "PaperFile | None":
        return next((each for each in self.files.all() if each.kind == kind), None)


class PaperFile(models.Model):
    """A paper as Word or PDF, kept among the files of its record."""

    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, related_name="files")
    kind = models.CharField(_("类型"), max_length=8, choices=FileKind.choices)
    attachment = models.OneToOneField(Attachment, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(_("SHA-256摘要"), max_length=64)
    made_at = models.DateTimeField(_("生成时间"))

    class Meta:
        ordering = ["paper", "-kind"]
        verbose_name = _("文书文件")
        constraints = [UniqueConstraint(name="paperfile_once", fields=["paper", "kind"])]
        triggers = [pgtrigger.Protect(name="paperfile_stays", operation=STAYS)]

    def __str__(self) -> str:
        return f"{self.paper} {self.get_kind_display()}"


def next_edition(
    kind: str, *, source: str, sha256: str, is_shipped: bool, by: Any, at: datetime
) -> PaperText:
    """The edition after the latest; two at once clash on the constraint."""
    latest = PaperText.objects.of(kind).order_by("-edition").first()
    text = PaperText(
        kind=kind,
        edition=latest.edition + 1 if latest else 1,
        source=source,
        sha256=sha256,
        is_shipped=is_shipped,
        written_at=at,
        written_by_id=by.user_id,
        written_by_name=by.name,
    )
    text.full_clean()
    text.save()
    return text
