"""Who may see and change where things are. `check_*` raises Forbidden; `can_*` asks.

Divisions, roads and places belong to the whole city: whoever may see them sees all of them, so
the reach of a post does not narrow them.
"""

from django.utils.translation import gettext_lazy as _

from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.permissions import SYSTEM, Permission, declare

SEE_PLACES = "places.see_places"
MANAGE_PLACES = "places.manage_places"
IMPORT_MAPS = "places.import_maps"
CLOSE_ROADS = "places.close_roads"

declare(
    Permission(SEE_PLACES, _("查看地点与路网")),
    Permission(MANAGE_PLACES, _("管理地点"), implies=(SEE_PLACES,)),
    Permission(IMPORT_MAPS, _("导入区划与路网"), administrator=SYSTEM),
    Permission(CLOSE_ROADS, _("登记道路封闭"), implies=(SEE_PLACES,)),
)


def check_can_see(actor: Actor) -> None:
    actor.check(SEE_PLACES)


def check_can_manage_places(actor: Actor) -> None:
    actor.check(MANAGE_PLACES)


def check_can_import_maps(actor: Actor) -> None:
    actor.check(IMPORT_MAPS)


def check_can_close_roads(actor: Actor) -> None:
    actor.check(CLOSE_ROADS)


def can_manage_places(actor: Actor) -> bool:
    return actor.may(MANAGE_PLACES)


def can_close_roads(actor: Actor) -> bool:
    return actor.may(CLOSE_ROADS)


def can_import_maps(actor: Actor) -> bool:
    return actor.may(IMPORT_MAPS)
