"""Why a command was not carried out, in words an officer can act on."""

from django.utils.functional import Promise


class Refused(Exception):
    """The command makes no sense as things stand; nothing was changed.

    `text` is shown to the person who asked, in his language.
    """

    def __init__(self, text: str | Promise) -> None:
        super().__init__(text)
        self.text = text

    def __str__(self) -> str:
        return str(self.text)


class UnitUnavailable(Refused):
    """The unit, person or vehicle cannot be sent at this moment."""


class NothingToLink(Refused):
    """The incident named cannot take this call."""


class CannotMerge(Refused):
    """The two incidents cannot become one."""


class ReasonMissing(Refused):
    """The command needs a reason in words."""


class NotLocated(Refused):
    """The incident has no place on the map yet."""


class BadFacts(Refused):
    """What was entered contradicts itself or lies outside what can be."""
