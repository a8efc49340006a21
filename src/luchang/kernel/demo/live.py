"""What goes on by itself while a demo city runs, known by its code.

An app describes it in `management/live` and registers it there; the command `luchang live_demo`
asks each of them to go on every second or two.
"""

from collections.abc import Callable
from datetime import datetime

from django.utils.module_loading import autodiscover_modules

MODULE = "management.live"
"""Where an app registers what goes on; read when somebody first asks."""

GoOn = Callable[[datetime], None]
"""Asked often: where nothing has become due it returns at once."""

_register: dict[str, GoOn] = {}


def register(code: str, go_on: GoOn) -> None:
    """Make it known; a code stands for one thing."""
    if _register.setdefault(code, go_on) is not go_on:
        raise ValueError(f"{code} is registered twice")


def going_on() -> tuple[GoOn, ...]:
    """All of them in the order the apps are installed."""
    autodiscover_modules(MODULE)
    return tuple(_register.values())
