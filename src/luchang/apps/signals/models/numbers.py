from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from luchang.apps.signals.models.junctions import Junction
from luchang.apps.signals.states import NumberedBy
from luchang.kernel.history import tracked


@tracked()
class JunctionNumber(models.Model):
    """The number by which another system knows a junction."""

    junction = models.ForeignKey(Junction, on_delete=models.CASCADE, related_name="numbers")
    system = models.CharField(_("系统"), max_length=10, choices=NumberedBy.choices)
    number = models.CharField(_("编号"), max_length=40)
    source = models.CharField(max_length=20, blank=True, editable=False)

    class Meta:
        ordering = ["junction", "system"]
        verbose_name = _("路口外部编号")
        constraints = [
            UniqueConstraint(name="junction_number_once", fields=["system", "number"]),
            UniqueConstraint(name="junction_number_one_a_system", fields=["junction", "system"]),
            CheckConstraint(name="junction_number_not_empty", condition=~Q(number="")),
        ]

    def __str__(self) -> str:
        return f"{self.get_system_display()} {self.number}"
