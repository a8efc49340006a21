import pghistory
from django.db import models
from django.db.models import CheckConstraint, F, Q
from django.utils.translation import gettext_lazy as _

from luchang.apps.dispatch.models.dispatches import Dispatch
from luchang.apps.dispatch.models.incidents import Incident
from luchang.apps.dispatch.models.steps import step_index
from luchang.apps.dispatch.querysets import FeedbackQuerySet
from luchang.apps.dispatch.states import (
    ActionKind,
    FeedbackResult,
    RoadKind,
    RoadSurface,
    Visibility,
    Weather,
)
from luchang.kernel.identity.models import Organisation, User


@pghistory.track()
class Feedback(models.Model):
    """What those sent report from the spot; several may follow one another, the last is final."""

    number = models.CharField(_("反馈编号"), max_length=24, unique=True)
    incident = models.ForeignKey(
        Incident, on_delete=models.PROTECT, related_name="feedbacks", verbose_name=_("警情")
    )
    dispatch = models.ForeignKey(
        Dispatch, null=True, blank=True, on_delete=models.PROTECT, related_name="feedbacks"
    )
    """None when the desk itself reports, for instance after settling it by telephone."""
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("反馈单位")
    )
    is_final = models.BooleanField(_("最终反馈"), default=True)
    category = models.CharField(_("核定类别"), max_length=24, blank=True)
    result = models.CharField(_("处理结果"), max_length=20, choices=FeedbackResult.choices)
    text = models.TextField(_("处警情况"), max_length=4000)
    occurred_at = models.DateTimeField(_("发生时间"), null=True, blank=True)
    set_out_at = models.DateTimeField(_("出警时间"), null=True, blank=True)
    arrived_at = models.DateTimeField(_("到达时间"), null=True, blank=True)
    finished_at = models.DateTimeField(_("处理完毕时间"), null=True, blank=True)
    injured = models.PositiveSmallIntegerField(_("受伤人数"), null=True, blank=True)
    dead = models.PositiveSmallIntegerField(_("死亡人数"), null=True, blank=True)
    motor_vehicles = models.PositiveSmallIntegerField(_("机动车数"), null=True, blank=True)
    other_vehicles = models.PositiveSmallIntegerField(_("非机动车数"), null=True, blank=True)
    has_hazardous_goods = models.BooleanField(_("涉及危险品"), default=False)
    has_traffic_control = models.BooleanField(_("实施交通管制"), default=False)
    weather = models.CharField(_("天气"), max_length=1, choices=Weather.choices, blank=True)
    visibility = models.CharField(
        _("能见度"), max_length=1, choices=Visibility.choices, blank=True
    )
    road_surface = models.CharField(
        _("路表情况"), max_length=1, choices=RoadSurface.choices, blank=True
    )
    road_kind = models.CharField(_("道路类型"), max_length=1, choices=RoadKind.choices, blank=True)
    cause = models.CharField(_("事故原因"), max_length=200, blank=True)
    clues = models.CharField(_("线索"), max_length=500, blank=True)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("反馈时间"))

    objects = models.Manager.from_queryset(FeedbackQuerySet)()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("反馈单")
        indexes = [*step_index(ActionKind.REPORT)]
        constraints = [
            CheckConstraint(
                name="feedback_finished_after_arrived",
                condition=Q(arrived_at__isnull=True)
                | Q(finished_at__isnull=True)
                | Q(finished_at__gte=F("arrived_at")),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def submit(self) -> None:
        self.save(force_insert=True)

    def follow(self, incident: Incident) -> None:
        """Belong to the incident its dispatch belongs to."""
        self.incident = incident
        self.save(update_fields=["incident"])
