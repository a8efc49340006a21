from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q

from luchang.apps.dispatch.states import ACTIVE, LIVE, WAITING, DispatchStatus

if TYPE_CHECKING:
    from luchang.apps.dispatch.models import (  # noqa: F401
        Call,
        Dispatch,
        Feedback,
        Incident,
        ServiceLevel,
    )


class CallQuerySet(models.QuerySet["Call"]):
    def of_incident(self, incident_id: int) -> Self:
        return self.filter(incident=incident_id)

    def repeats(self) -> Self:
        """Calls about something already reported."""
        return self.filter(link="REPEAT")

    def first_reports(self) -> Self:
        """Calls that opened an incident of their own."""
        return self.filter(status="REGISTERED")


class IncidentQuerySet(models.QuerySet["Incident"]):
    def live(self) -> Self:
        """What the board shows: not closed, merged or cancelled."""
        return self.filter(status__in=LIVE)

    def waiting(self) -> Self:
        """Nobody is on the way."""
        return self.filter(status__in=WAITING)

    def waiting_longer_than(self, wait: timedelta, *, at: datetime) -> Self:
        """Still without a unit after `wait`: what the duty officer must see first."""
        return self.waiting().filter(received_at__lte=at - wait)

    def received_between(self, start: datetime, end: datetime) -> Self:
        """Half-open: `start` is inside, `end` is not."""
        return self.filter(received_at__gte=start, received_at__lt=end)

    def located(self) -> Self:
        return self.filter(longitude__isnull=False)

    def standing_alone(self) -> Self:
        """Without those merged into another."""
        return self.filter(merged_into__isnull=True)


class DispatchQuerySet(models.QuerySet["Dispatch"]):
    def active(self) -> Self:
        """Those that bind their target."""
        return self.filter(status__in=ACTIVE)

    def on_the_way(self) -> Self:
        return self.filter(status=DispatchStatus.SIGNED, arrival_detected_at__isnull=True)

    def sent_between(self, start: datetime, end: datetime) -> Self:
        return self.filter(sent_at__gte=start, sent_at__lt=end)

    def signed_in_time(self) -> Self:
        return self.filter(signed_at__isnull=False, signed_at__lte=F("sign_due_at"))

    def arrived_in_time(self) -> Self:
        return self.filter(arrived_at__isnull=False, arrived_at__lte=F("arrive_due_at"))


class FeedbackQuerySet(models.QuerySet["Feedback"]):
    def final(self) -> Self:
        return self.filter(is_final=True)


class ServiceLevelQuerySet(models.QuerySet["ServiceLevel"]):
    def valid(self, *, at: datetime) -> Self:
        return self.filter(valid_from__lte=at).filter(
            Q(valid_until__isnull=True) | Q(valid_until__gt=at)
        )
