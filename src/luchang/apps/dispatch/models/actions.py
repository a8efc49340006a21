from django.db import models
from django.utils.translation import gettext_lazy as _

from luchang.apps.dispatch.models.incidents import Incident
from luchang.apps.dispatch.states import ActionKind
from luchang.kernel.identity.models import Organisation


class ActionManager(models.Manager["Action"]):
    def get_queryset(self) -> "models.QuerySet[Action]":
        """Only what was done: a step that was not reached has no time."""
        return super().get_queryset().filter(at__isnull=False)


class Action(models.Model):
    """One thing done about a report: a call answered, an order sent, a feedback given.

    A view over the records themselves, which hold the moments: nothing is stored twice, and what
    is corrected there is corrected here.
    """

    kind = models.CharField(_("动作"), max_length=8, choices=ActionKind.choices)
    number = models.CharField(_("单号"), max_length=24)
    """Of the record that says so: a call, an order, a feedback or the incident."""
    organisation = models.ForeignKey(
        Organisation, on_delete=models.DO_NOTHING, related_name="+", verbose_name=_("经办单位")
    )
    incident = models.ForeignKey(
        Incident, null=True, on_delete=models.DO_NOTHING, related_name="+", verbose_name=_("警情")
    )
    at = models.DateTimeField(_("时间"), null=True)

    objects = ActionManager()

    class Meta:
        managed = False
        db_table = "dispatch_action"
        ordering = ["-at", "-pk"]
        verbose_name = _("接处警动作")

    def __str__(self) -> str:
        return f"{self.number} {self.kind}"
