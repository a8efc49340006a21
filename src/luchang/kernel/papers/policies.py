"""Who keeps the texts of papers, and who makes papers."""

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from luchang.kernel.identity.actors import Actor, Forbidden
from luchang.kernel.identity.permissions import Permission, declare
from luchang.kernel.papers.kinds import PaperKind

MANAGE_TEXTS = "papers.manage_texts"

declare(Permission(MANAGE_TEXTS, _("管理文书模板")))


def can_manage_texts(actor: Actor) -> bool:
    """A text is everybody's: only full reach changes it."""
    return actor.reach(MANAGE_TEXTS).everything


def check_can_manage_texts(actor: Actor) -> None:
    if not can_manage_texts(actor):
        raise Forbidden(f"{actor.name} does not keep the texts of papers")


def can_make(actor: Actor, kind: PaperKind, row: Model) -> bool:
    place = kind.organisation(row)
    return actor.covers(kind.permission, organisation_id=place.pk, path=place.path)


def check_can_make(actor: Actor, kind: PaperKind, row: Model) -> None:
    if not can_make(actor, kind, row):
        raise Forbidden(f"{actor.name} does not make {kind.code} of {row}")
