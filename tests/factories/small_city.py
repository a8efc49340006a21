"""A city large enough to invent records in, and no larger."""

from luchang.kernel.identity.models import Organisation
from luchang.kernel.identity.states import OrganisationKind
from tests.factories import force
from tests.factories.identity import organisation
from tests.factories.town import build_town


def small_city() -> None:
    """Two brigades with units of their own, on the streets of the small town."""
    build_town()
    head = organisation(kind=OrganisationKind.DETACHMENT)
    for division in ("430211", "430202"):
        brigade = organisation(parent=head)
        Organisation.objects.filter(pk=brigade.pk).update(division_code=division)
        for _ in range(3):
            force.unit(at=brigade)
