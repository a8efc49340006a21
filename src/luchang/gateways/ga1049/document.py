"""An approved plan as a file in the protocol's XML, for systems that are fed by hand."""

from datetime import datetime

from luchang.apps.signals.ports import Controller, LinkRefused, check_plan
from luchang.core.signals.approval import ApprovedPlan
from luchang.core.signals.control import LampState
from luchang.gateways.ga1049.dialect import PLATFORM, SIGNAL_SYSTEM, Dialect, dialect
from luchang.gateways.ga1049.messages import (
    Address,
    Kind,
    Message,
    Name,
    Numbers,
    Operation,
    encode,
)
from luchang.gateways.ga1049.nodes import Garbled, Node
from luchang.gateways.ga1049.objects import plan_node, stage_node
from luchang.gateways.storing import stored


def plan_document(
    controller: Controller,
    plan: ApprovedPlan,
    *,
    at: datetime,
    spoken: Dialect | None = None,
) -> str:
    """The stages that the plan uses, and the plan, as one message of the protocol.

    A file leaves the house like a message does: it is written of what was approved, and of
    nothing else. It does not need the installation to allow setting; loading it is a person's
    deed.
    """
    check_plan(controller, plan, may_set=True, at=at)
    spoken = spoken or dialect()
    junction = plan.junction
    used = sorted({step.stage for step in plan.plan.steps})
    objects: list[Node] = [
        stage_node(
            controller.crossing,
            number,
            junction.stages[number].name,
            {
                lamp: LampState.GREEN if lamp in junction.stages[number].green else LampState.RED
                for lamp in range(junction.lamps)
            },
        )
        for number in used
    ]
    objects.append(plan_node(controller.crossing, stored(plan)))
    message = Message(
        kind=Kind.REQUEST,
        seq=Numbers(lambda: at).next(),
        sender=Address(PLATFORM),
        receiver=Address(SIGNAL_SYSTEM, spoken.sub_system, spoken.instance),
        operations=(Operation(Name.SET, tuple(objects)),),
        version=spoken.version,
    )
    try:
        return encode(message, namespace=spoken.namespace)
    except Garbled as why:
        raise LinkRefused("unwritable", what="GA/T 1049", value=why) from why
