from typing import TYPE_CHECKING, Self

from django.db import models

from luchang.apps.passages.states import CameraStatus

if TYPE_CHECKING:
    from luchang.apps.passages.models import Camera  # noqa: F401


class CaptureCameraQuerySet(models.QuerySet["Camera"]):
    def in_use(self) -> Self:
        return self.filter(status=CameraStatus.IN_USE)

    def standing(self) -> Self:
        """Not taken away: what was seen by one that was stays to be asked for."""
        return self.exclude(status=CameraStatus.RETIRED)
