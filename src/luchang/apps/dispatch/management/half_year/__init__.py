"""The invented calls, incidents, orders and feedback of January to August 2021."""

from luchang.apps.dispatch.management.half_year.load import is_loaded, load
from luchang.apps.dispatch.management.half_year.plan import ACTIONS_A_DAY, URBAN_INCIDENTS
from luchang.apps.dispatch.management.half_year.removal import remove
from luchang.kernel.demo import Contribution, Intended, register

DISPATCH = Contribution(
    code="dispatch",
    load=load,
    is_loaded=is_loaded,
    remove=remove,
    intended=(
        Intended("F051", "dispatch.incidents", URBAN_INCIDENTS, scope="urban"),
        Intended("F052", "dispatch.actions_a_day", ACTIONS_A_DAY),
    ),
)
register(DISPATCH)

__all__ = ["DISPATCH", "is_loaded", "load", "remove"]
