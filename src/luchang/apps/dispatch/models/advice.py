from django.db import models
from django.utils.translation import gettext_lazy as _

from luchang.apps.dispatch.models.incidents import Incident


class Advice(models.Model):
    """Which units were proposed for an incident, from what inputs and why; can be replayed."""

    incident = models.ForeignKey(
        Incident, null=True, on_delete=models.PROTECT, related_name="advice"
    )
    """None while the operator is still typing."""
    core_version = models.CharField(_("算法版本"), max_length=40)
    graph_digest = models.CharField(max_length=64)
    input_hash = models.CharField(_("输入摘要"), max_length=64)
    seed = models.BigIntegerField(default=0)
    parameters = models.JSONField(_("参数"), default=dict)
    problem = models.TextField(_("输入"))
    """The question in the core's canonical text, byte for byte what the hash was made of."""
    candidates = models.JSONField(_("候选"))
    """The best of the answer, with reasons; the whole of it comes back on a replay."""
    unit_count = models.PositiveIntegerField(_("参与排序单元数"))
    elapsed_ms = models.FloatField(_("用时"))
    at = models.DateTimeField(_("时间"))
    asked_by_id = models.BigIntegerField(null=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("派警建议")
        indexes = [models.Index(name="advice_incident", fields=["incident"])]

    def __str__(self) -> str:
        return f"{self.incident_id} #{self.pk}"

    def keep(self) -> None:
        self.save(force_insert=True)

    @classmethod
    def adopt(
        cls, advice_id: int, *, incident: Incident, asked_by_id: int | None
    ) -> "Advice | None":
        """Give advice that belongs to no incident yet, and was asked by this person, to one."""
        found = cls.objects.filter(
            pk=advice_id, incident__isnull=True, asked_by_id=asked_by_id
        ).first()
        if found is not None:
            found.incident = incident
            found.save(update_fields=["incident"])
        return found
