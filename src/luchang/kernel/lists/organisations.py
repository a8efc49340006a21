"""The organisation tree beside a list: as far as the permission of the list reaches."""

from django.db.models import Q, QuerySet

from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.models import Organisation


def organisations_of(actor: Actor, permission: str) -> QuerySet[Organisation]:
    """The organisations whose records `actor` reaches by `permission`."""
    reach = actor.reach(permission)
    if reach.everything:
        return Organisation.objects.all()
    condition = Q(pk__in=reach.at)
    for root in reach.below:
        condition |= Q(path__startswith=root)
    return Organisation.objects.filter(condition)
