from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from luchang.kernel.identity.actors import Actor, Forbidden, fetch
from luchang.kernel.identity.models import Appointment, Organisation, User
from luchang.kernel.identity.policies import MANAGE_ORGANISATIONS
from luchang.kernel.identity.services.announcing import tell, tell_reach_changed
from luchang.kernel.identity.states import Deed, OrganisationKind


class OrganisationInUse(Exception):
    """The organisation cannot be closed yet; the text says what still hangs on it."""


@transaction.atomic
def found_organisation(  # noqa: PLR0913 - one argument a column
    *,
    parent_id: int | None,
    code: str,
    name: str,
    short_name: str,
    kind: OrganisationKind,
    by: Actor,
    at: datetime,
    division_code: str = "",
) -> Organisation:
    """A new organisation below one that `by` administers; a new root needs all of them.

    Raises:
        Forbidden, Unreached: `by` does not administer the parent.
        ValidationError: a field is wrong or the code is taken.
    """
    parent = _reached(by, parent_id) if parent_id is not None else None
    if parent is None:
        _check_everything(by)
    made = Organisation.found(
        parent=parent,
        code=code,
        name=name,
        short_name=short_name,
        kind=kind,
        division_code=division_code,
    )
    tell(made, Deed.CREATE, by=by, at=at, detail={"code": code, "path": made.path})
    return made


@transaction.atomic
def rename_organisation(
    *, organisation_id: int, name: str, short_name: str, by: Actor, at: datetime
) -> Organisation:
    organisation = _reached(by, organisation_id)
    before = {"name": organisation.name, "short_name": organisation.short_name}
    organisation.rename(name=name, short_name=short_name)
    after = {"name": name, "short_name": short_name}
    tell(organisation, Deed.CHANGE, by=by, at=at, detail={"before": before, "after": after})
    return organisation


@transaction.atomic
def move_organisation(
    *, organisation_id: int, parent_id: int, by: Actor, at: datetime
) -> Organisation:
    """Take an organisation with all below it to another parent, within what `by` administers.

    Everybody holding a post in the branch, or above either place, may now reach other records;
    their open streams begin anew.

    Raises:
        ValueError: the new parent lies in the branch itself, or it would lie too deep.
    """
    organisation, parent = _reached(by, organisation_id), _reached(by, parent_id)
    if organisation.parent_id is None:
        _check_everything(by)
    else:
        _reached(by, organisation.parent_id)
    before = organisation.path
    organisation.move_below(parent)
    detail = {"before": {"path": before}, "after": {"path": organisation.path}}
    tell(organisation, Deed.CHANGE, by=by, at=at, detail=detail)
    tell_reach_changed(_all_appointed(at=at), at=at)
    return organisation


@transaction.atomic
def close_organisation(*, organisation_id: int, by: Actor, at: datetime) -> Organisation:
    """Strike an organisation off once nothing hangs on it; its records stay what they are.

    Raises:
        OrganisationInUse: open organisations below it, enabled users or current appointments.
    """
    organisation = _reached(by, organisation_id)
    hanging = {
        _("下级机构"): organisation.children.filter(closed_at__isnull=True).count(),
        _("启用的用户"): organisation.users.filter(is_active=True).count(),
        _("在任岗位"): Appointment.objects.current(at=at)
        .filter(post__organisation=organisation)
        .count(),
    }
    left = [f"{what} {number}" for what, number in hanging.items() if number]
    if left:
        raise OrganisationInUse("，".join(left))
    organisation.close(at=at)
    tell(organisation, Deed.WITHDRAW, by=by, at=at)
    return organisation


def _reached(by: Actor, organisation_id: int) -> Organisation:
    rows = Organisation.objects.select_for_update().open()
    return fetch(rows, by, MANAGE_ORGANISATIONS, pk=organisation_id, organisation="")


def _check_everything(by: Actor) -> None:
    if not by.reach(MANAGE_ORGANISATIONS).everything:
        raise Forbidden(f"{by.name} may not change the top of the tree")


def _all_appointed(*, at: datetime) -> set[int]:
    current = Appointment.objects.current(at=at)
    return set(User.objects.filter(appointments__in=current).values_list("pk", flat=True))
