"""Questions about papers and their texts."""

from django.db.models import Model, QuerySet

from luchang.kernel.identity.actors import Actor
from luchang.kernel.papers import policies
from luchang.kernel.papers.kinds import PaperKind, kinds_of
from luchang.kernel.papers.models import Paper, PaperText
from luchang.kernel.records.moves import subject_of


def texts(actor: Actor) -> QuerySet[PaperText]:
    """The current text of each kind, before who keeps them."""
    rows = PaperText.objects.current()
    return rows if policies.can_manage_texts(actor) else rows.none()


def editions(actor: Actor) -> QuerySet[PaperText]:
    """Every edition of every text, before who keeps them."""
    rows = PaperText.objects.all()
    return rows if policies.can_manage_texts(actor) else rows.none()


def papers_of(row: Model) -> QuerySet[Paper]:
    """The papers about a record, newest first; whether it is seen is for the caller to ask."""
    papers = Paper.objects.about(subject_of(row), row.pk)
    return papers.prefetch_related("files__attachment")


def makeable(row: Model, actor: Actor) -> list[PaperKind]:
    """The kinds of paper this person may make of this record."""
    found = kinds_of(subject_of(row))
    return [kind for kind in found if policies.can_make(actor, kind, row)]
