from typing import TYPE_CHECKING, Self

from django.db import models

from luchang.apps.figures.states import FigureStatus

if TYPE_CHECKING:
    from luchang.apps.figures.models import ReportedFigure  # noqa: F401


class ReportedFigureQuerySet(models.QuerySet["ReportedFigure"]):
    def judged(self) -> Self:
        """Figures an officer has corrected or disputed."""
        return self.exclude(status=FigureStatus.AS_PRINTED)
