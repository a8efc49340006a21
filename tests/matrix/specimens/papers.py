"""The texts of papers: everybody's, before whoever keeps them everywhere."""

from dataclasses import replace
from datetime import UTC, datetime

from luchang.kernel.identity.actors import SYSTEM, Actor
from luchang.kernel.identity.models import Organisation
from luchang.kernel.papers import services
from luchang.kernel.papers.kinds import find
from luchang.kernel.papers.policies import MANAGE_TEXTS
from tests.matrix.lists import of_list
from tests.matrix.protocol import Made, Specimen, once

NOW = datetime.now(UTC)


@once
def _text(at: Organisation) -> Made:
    """An edition by a writer of its own, whose name nothing else on the page shows."""
    del at
    kind = find("risk.rectification_notice")
    writer = replace(SYSTEM, name="样写样")
    before = services.current_text(kind, at=NOW)
    made = services.rewrite_text(
        code=kind.code,
        source=f"第{before.edition + 1}版。\n",
        edition=before.edition,
        by=writer,
        at=NOW,
    )
    form = {"source": "改。", "edition": made.edition}
    return Made(ids={"pk": made.pk}, form=form, mark=writer.name)


def _keeps_all(actor: Actor, at: Organisation) -> bool:
    """A text belongs to no organisation: who keeps texts everywhere sees them, nobody else."""
    del at
    return actor.reach(MANAGE_TEXTS).everything


SPECIMENS = [
    *of_list("papers.texts", _text, has_tree=False, reached=_keeps_all),
    Specimen("papers.text", _text, reached=_keeps_all),
    Specimen("papers.rewrite", _text, reached=_keeps_all),
    Specimen("papers.rewrite", _text, method="POST", reached=_keeps_all),
    Specimen("papers.restore", _text, method="POST", reached=_keeps_all),
]
