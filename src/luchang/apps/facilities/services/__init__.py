"""The only writers of facilities, orders and stock."""

from luchang.apps.facilities.services.refusals import Refused
from luchang.apps.facilities.services.registry import correct, register
from luchang.apps.facilities.services.stock import take_in, use
from luchang.apps.facilities.services.work import accept, cancel, finish, order, report, send_back

__all__ = [
    "Refused",
    "accept",
    "cancel",
    "correct",
    "finish",
    "order",
    "register",
    "report",
    "send_back",
    "take_in",
    "use",
]
