"""The units figures are compared among: those within reach, and those beside one's own."""

from luchang.apps.kpi.policies import SEE_FIGURES
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.models import Organisation
from tests.matrix.lists import of_list
from tests.matrix.protocol import Made, own_of


def _unit(at: Organisation) -> Made:
    return Made(mark=at.name)


def _is_compared(actor: Actor, at: Organisation) -> bool:
    reached = actor.covers(SEE_FIGURES, organisation_id=at.pk, path=at.path)
    return reached or at.parent_id == own_of(at).parent_id


SPECIMENS = of_list("kpi.units", _unit, has_tree=False, reached=_is_compared)
