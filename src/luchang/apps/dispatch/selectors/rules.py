"""Which limits apply."""

from datetime import datetime

from django.db.models import QuerySet

from luchang.apps.dispatch.models import ServiceLevel


def service_levels() -> QuerySet[ServiceLevel]:
    """Every version; rules belong to the whole city."""
    return ServiceLevel.objects.all()


def service_level_for(
    *, area_class: str, grade: str, category_group: str, at: datetime
) -> ServiceLevel | None:
    """The most specific rule valid at that moment; None when the force has set none."""
    fitting = ServiceLevel.objects.valid(at=at).filter(
        grade=grade,
        area_class__in=["", area_class],
        category_group__in=["", category_group],
    )
    return max(fitting, key=lambda level: level.specificity, default=None)
