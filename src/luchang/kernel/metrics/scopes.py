"""The ground a figure covers: the whole city 全市, or its built-up part 城区."""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class UnknownScope(LookupError):
    """An indicator cannot be narrowed to that ground: its records do not say where they lie."""


class Scope(StrEnum):
    """Geographic scope; a value without one covers everything the asker reaches."""

    WHOLE = ""
    URBAN = "urban"

    @property
    def label(self) -> str | Promise:
        return {Scope.WHOLE: _("全市"), Scope.URBAN: _("城区")}[self]
