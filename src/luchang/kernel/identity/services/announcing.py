"""How the services of identity tell what was done."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db.models import Model

from luchang.kernel import bus
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.events import Administered, ReachChanged
from luchang.kernel.identity.states import Deed


def tell(
    row: Model, deed: Deed, *, by: Actor, at: datetime, detail: Mapping[str, object] | None = None
) -> None:
    """Publish that `by` did something to `row`; the audit joins in the same transaction."""
    bus.publish(
        Administered(
            at=at,
            by=by,
            deed=deed,
            subject=row._meta.label_lower,  # noqa: SLF001 - Django's public name for it
            subject_id=row.pk,
            detail=dict(detail or {}),
        )
    )


def tell_reach_changed(user_ids: Iterable[int], *, at: datetime) -> None:
    """Publish that these people's open streams no longer fit what they may see."""
    changed = frozenset(user_ids)
    if changed:
        bus.publish(ReachChanged(at=at, user_ids=changed))
