"""Who holds a permission at an organisation, or above it."""

from datetime import datetime

from luchang.kernel.identity.models import Appointment, Organisation


def holders(*, permission: str, organisation: Organisation, at: datetime) -> list[int]:
    """Users whose post at this very organisation gives them the permission at that moment."""
    return list(
        Appointment.objects.current(at=at)
        .filter(
            post__organisation=organisation,
            post__roles__permissions__contains=[permission],
            user__is_active=True,
        )
        .order_by("user_id")
        .values_list("user_id", flat=True)
        .distinct()
    )


def ancestors(organisation: Organisation) -> list[Organisation]:
    """The organisation and those above it, nearest first."""
    steps = organisation.path.rstrip("/").split("/")
    paths = ["/".join(steps[:n]) + "/" for n in range(len(steps), 0, -1)]
    found = {each.path: each for each in Organisation.objects.filter(path__in=paths)}
    return [found[path] for path in paths if path in found]


def level_up(organisation: Organisation, levels: int) -> Organisation:
    """The organisation so many levels above, or the root where the tree ends before."""
    line = ancestors(organisation)
    return line[min(levels, len(line) - 1)]


def holders_from(
    *, permission: str, organisation: Organisation, levels_up: int, at: datetime
) -> tuple[Organisation, list[int]]:
    """Holders so many levels up; where nobody holds the permission, at the next level above.

    With nobody up to the root the answer is that level and nobody.
    """
    line = ancestors(organisation)
    first = min(levels_up, len(line) - 1)
    for each in line[first:]:
        found = holders(permission=permission, organisation=each, at=at)
        if found:
            return each, found
    return line[first], []
