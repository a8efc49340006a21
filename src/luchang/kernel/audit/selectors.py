"""Questions to the audit log, for the auditor."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from luchang.kernel.audit import sinks
from luchang.kernel.audit.models import AuditEntry, Seal, Verification
from luchang.kernel.audit.sealing import unsealed
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.models import Organisation
from luchang.kernel.identity.policies import SEE_AUDIT

TRAIL_LIMIT = 500


def entries_for(actor: Actor) -> QuerySet[AuditEntry]:
    """Entries of the people within reach; the system's own only for an auditor of everything."""
    reach = actor.reach(SEE_AUDIT)
    if reach.everything:
        return AuditEntry.objects.all()
    paths = Organisation.objects.filter(pk__in=reach.at).values_list("path", flat=True)
    condition = Q(organisation_path__in=list(paths))
    for root in reach.below:
        condition |= Q(organisation_path__startswith=root)
    if reach.own:
        condition |= Q(actor_id=actor.user_id)
    return AuditEntry.objects.filter(condition)


def trail_of(actor: Actor, *, subject: str, subject_id: str) -> list[AuditEntry]:
    """What was done with one record, newest first, at most TRAIL_LIMIT entries."""
    found = entries_for(actor).of(subject, subject_id)  # type: ignore[attr-defined]
    return list(found.order_by("-pk")[:TRAIL_LIMIT])


@dataclass(frozen=True)
class SealStatus:
    """How the sealing stands."""

    last: Seal | None
    unsealed: int
    outside: int
    """Number of the newest head outside the database; 0 when there is none."""

    verification: Verification | None

    @property
    def is_behind(self) -> bool:
        return self.last is not None and self.outside < self.last.number


def seal_status() -> SealStatus:
    return SealStatus(
        last=Seal.objects.defer("marks").order_by("-number").first(),
        unsealed=unsealed(),
        outside=sinks.last_head(sinks.main_file()),
        verification=Verification.objects.order_by("-at", "-pk").first(),
    )
