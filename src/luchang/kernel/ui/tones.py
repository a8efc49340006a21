"""Which tone a state is shown in. Six tones, so that a colour means the same on every page.

danger: act now. warning: soon late, or waits for you. primary: under way. info: noted.
success: done as it should be. neutral: over, void or not begun.
"""

from collections.abc import Mapping
from enum import StrEnum

from django.db.models import TextChoices


class Tone(StrEnum):
    DANGER = "danger"
    WARNING = "warning"
    PRIMARY = "primary"
    INFO = "info"
    SUCCESS = "success"
    NEUTRAL = "neutral"


class UnknownStates(Exception):
    """A template names a set of states nobody registered."""


_known: dict[str, tuple[type[TextChoices], Mapping[str, Tone]]] = {}


def register(name: str, states: type[TextChoices], tones: Mapping[str, Tone]) -> None:
    """Say in which tones the states of one kind of record are shown; every state needs one."""
    left_out = set(states.values) - {str(state) for state in tones}
    if left_out:
        raise ValueError(f"{name}: no tone for {', '.join(sorted(left_out))}")
    _known[name] = (states, {str(state): tone for state, tone in tones.items()})


def shown_as(name: str, value: str) -> tuple[str, Tone]:
    """Label and tone of one state."""
    try:
        states, tones = _known[name]
    except KeyError as unknown:
        raise UnknownStates(name) from unknown
    return str(states(value).label), tones[str(value)]
