"""Whose ground a point is, and of what kind."""

from luchang.apps.dispatch.states import AreaClass
from luchang.apps.places import selectors as places
from luchang.kernel.identity.models import Organisation
from luchang.kernel.identity.states import OrganisationKind

_CLASS_OF_ENDING = {"街道": AreaClass.URBAN, "镇": AreaClass.SUBURBAN, "乡": AreaClass.RURAL}
"""From the kind of township. A local convention, unconfirmed; the operator may say otherwise."""


def area_class_at(longitude: float | None, latitude: float | None) -> AreaClass:
    """Urban where nothing better is known: its limits are the strictest."""
    if longitude is None or latitude is None:
        return AreaClass.URBAN
    township = places.jurisdiction(longitude, latitude).township
    if township is None:
        return AreaClass.URBAN
    for ending, area in _CLASS_OF_ENDING.items():
        if township.name.endswith(ending):
            return area
    return AreaClass.URBAN


def division_code_at(longitude: float | None, latitude: float | None) -> str:
    """The township's code, else the county's, else nothing."""
    if longitude is None or latitude is None:
        return ""
    found = places.jurisdiction(longitude, latitude)
    ref = found.township or found.county
    return ref.code if ref else ""


def brigade_for(division_code: str) -> Organisation | None:
    """The brigade that answers for a division."""
    if not division_code:
        return None
    brigades = Organisation.objects.open().filter(
        kind=OrganisationKind.BRIGADE, division_code__startswith=division_code[:6]
    )
    return brigades.order_by("path").first()
