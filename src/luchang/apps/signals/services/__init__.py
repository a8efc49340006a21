"""The only writers of junctions, counts, studies, plans and what controllers report."""

from luchang.apps.signals.services.computing import (
    cancel,
    compute_anew,
    count_anew,
    order_candidates,
)
from luchang.apps.signals.services.counting import (
    Reading,
    correct_count,
    estimate_missing,
    take_counts,
)
from luchang.apps.signals.services.deciding import (
    accept,
    approve,
    begin,
    compare_sides,
    measure,
    measure_more,
    reject,
    roll_back,
    schedule,
    send_back,
    unschedule,
)
from luchang.apps.signals.services.detecting import take_detectors
from luchang.apps.signals.services.intervening import (
    ask_intervention,
    hand_back,
    refuse_intervention,
    sign_intervention,
    withdraw_intervention,
)
from luchang.apps.signals.services.junctions import (
    connect,
    correct,
    draw_from_roads,
    end_plan,
    import_net,
    put_in_force,
    redraw,
    register,
)
from luchang.apps.signals.services.numbers import number_junction
from luchang.apps.signals.services.proving import choose, order_proof
from luchang.apps.signals.services.refusals import Refused
from luchang.apps.signals.services.releasing import export, order_sending
from luchang.apps.signals.services.schemes import (
    open_corridor,
    open_day,
    set_lengths,
    set_parts,
    use_scheme_counts,
)
from luchang.apps.signals.services.studies import open_study, use_counts
from luchang.apps.signals.services.works import (
    accept_work,
    build,
    cancel_work,
    plan_work,
    send_work_back,
)

__all__ = [
    "Reading",
    "Refused",
    "accept",
    "accept_work",
    "approve",
    "ask_intervention",
    "begin",
    "build",
    "cancel",
    "cancel_work",
    "choose",
    "compare_sides",
    "compute_anew",
    "connect",
    "correct",
    "correct_count",
    "count_anew",
    "draw_from_roads",
    "end_plan",
    "estimate_missing",
    "export",
    "hand_back",
    "import_net",
    "measure",
    "measure_more",
    "number_junction",
    "open_corridor",
    "open_day",
    "open_study",
    "order_candidates",
    "order_proof",
    "order_sending",
    "plan_work",
    "put_in_force",
    "redraw",
    "refuse_intervention",
    "register",
    "reject",
    "roll_back",
    "schedule",
    "send_back",
    "send_work_back",
    "set_lengths",
    "set_parts",
    "sign_intervention",
    "take_counts",
    "take_detectors",
    "unschedule",
    "use_counts",
    "use_scheme_counts",
    "withdraw_intervention",
]
