"""Who may be made to answer for a hazard."""

from collections.abc import Mapping

from django.db.models import QuerySet

from luchang.kernel.identity.models import Organisation
from luchang.kernel.identity.states import OrganisationKind

KINDS = (
    OrganisationKind.GOVERNMENT,
    OrganisationKind.DEPARTMENT,
    OrganisationKind.DETACHMENT,
    OrganisationKind.BRIGADE,
    OrganisationKind.SQUADRON,
    OrganisationKind.OFFICE,
    OrganisationKind.VEHICLE_OFFICE,
)
"""Governments, their departments and police units; no enterprise answers for a public road."""


def receivers() -> "QuerySet[Organisation]":
    """In the order of their trees. A hazard may be handed to anybody's tree, so no reach asked."""
    return Organisation.objects.open().filter(kind__in=KINDS).order_by("path")


def partners() -> Mapping[int, str]:
    """Governments and departments by key, with their full names, for filters and tables."""
    rows = Organisation.objects.filter(
        kind__in=[OrganisationKind.GOVERNMENT, OrganisationKind.DEPARTMENT]
    )
    return dict(rows.order_by("path").values_list("pk", "name"))
