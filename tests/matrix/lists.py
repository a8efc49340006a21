"""The specimens every list needs, from one function that makes a row of it."""

from collections.abc import Mapping

from luchang.kernel.identity.models import Organisation
from tests.matrix.protocol import WHERE, Covers, Made, Make, Place, Specimen


def of_list(
    code: str,
    make: Make,
    *,
    has_tree: bool = True,
    permission: str = "",
    reached: Covers | None = None,
    where: tuple[str, ...] = WHERE,
) -> list[Specimen]:
    """Page, export and print of a list, and its filter by organisation where it has one."""

    def shown(at: Organisation) -> Made:
        made = make(at)
        return Made(mark=made.mark, query={"size": "200", "q": made.sought})

    def printed(at: Organisation) -> Made:
        made = make(at)
        return Made(mark=made.mark, query={"q": made.sought})

    def asked(place: Place, make: Make, route: str = code) -> Specimen:
        return Specimen(route, make, place, permission=permission, reached=reached, where=where)

    found = [
        asked(Place.LIST, shown),
        asked(Place.EXPORT, _asking(make, format="csv"), f"{code}.export"),
        asked(Place.FILE, printed, f"{code}.print"),
    ]
    if has_tree:
        found.append(
            asked(
                Place.FILTER,
                lambda at: Made(mark=make(at).mark, query={"organisation": at.code, "q": ""}),
            )
        )
    return found


def bulk(
    code: str,
    make: Make,
    action: str,
    *,
    permission: str = "",
    reached: Covers | None = None,
    where: tuple[str, ...] = WHERE,
) -> Specimen:
    """The first press of a bulk action, with the key of one row among the chosen."""
    return Specimen(
        f"{code}.bulk",
        lambda at: Made(form={"action": action, "ids": [make(at).ids["pk"]]}),
        Place.IDS,
        method="POST",
        permission=permission,
        reached=reached,
        where=where,
    )


def _asking(make: Make, **query: str) -> Make:
    kept: Mapping[str, object] = query
    return lambda at: Made(mark=make(at).mark, query=kept)
