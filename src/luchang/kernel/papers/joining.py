"""Papers on the page of a ledger's record: a card of those that were made, a deed that makes one.

    NOTICES = Ledger[Notice](..., parts=(paper_part(),), deeds=(..., paper_deed(NOTICE)))

The ledger must take files (`attach`): a paper's files are its record's.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Model
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from luchang.kernel.identity.actors import Actor
from luchang.kernel.ledgers.specs import Deed, Part
from luchang.kernel.papers import selectors, services
from luchang.kernel.papers.kinds import PaperKind


def paper_part(*, order: int = 60) -> Part[Any]:
    """The papers about a record with their files."""
    return Part(template="papers/_card.html", values=_papers, is_beside=True, order=order)


def paper_deed(
    kind: PaperKind,
    *,
    states: Collection[str] = (),
    when: Callable[[Any], bool] | None = None,
) -> Deed[Any]:
    """A button that has the paper made of what the record says now."""

    def act(row: Any, _said: Mapping[str, Any], by: Actor, at: datetime) -> object:
        return services.order_paper(row=row, kind=kind, by=by, at=at)

    return Deed(
        key=f"paper-{kind.code.rpartition('.')[2].replace('_', '-')}",
        title=format_lazy(_("制作{title}"), title=kind.title),
        permission=kind.permission,
        act=act,
        done=_("正在制作Word和PDF，完成后在本页下载"),
        states=states,
        when=when,
        icon="file-export",
    )


def _papers(row: Model, by: Actor, at: datetime) -> dict[str, object] | None:
    """Nothing where none was made and none may be."""
    del at
    papers = list(selectors.papers_of(row))
    if not papers and not selectors.makeable(row, by):
        return None
    return {"papers": papers}
