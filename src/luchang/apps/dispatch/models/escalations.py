from django.db import models
from django.db.models import UniqueConstraint
from django.utils.translation import gettext_lazy as _

from luchang.apps.dispatch.models.dispatches import Dispatch
from luchang.apps.dispatch.models.incidents import Incident
from luchang.apps.dispatch.states import Clock, EscalationLevel


class Escalation(models.Model):
    """A clock that ran out, and whom it was brought to; each level is reached once."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="escalations")
    dispatch = models.ForeignKey(
        Dispatch, null=True, on_delete=models.PROTECT, related_name="escalations"
    )
    clock = models.CharField(_("时钟"), max_length=10, choices=Clock.choices)
    level = models.CharField(_("升级对象"), max_length=8, choices=EscalationLevel.choices)
    due_at = models.DateTimeField(_("时限"))
    at = models.DateTimeField(_("升级时间"))

    class Meta:
        ordering = ["pk"]
        verbose_name = _("超时升级")
        constraints = [
            UniqueConstraint(
                name="escalation_once",
                fields=["incident", "dispatch", "clock", "level", "due_at"],
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.clock} {self.level}"

    def raise_it(self) -> None:
        self.save(force_insert=True)
