"""Links of the tests, and the dialects they speak."""

import time

from luchang.gateways.ga1049.client import Account, Ga1049Link
from luchang.gateways.ga1049.dialect import Dialect
from tests.gateways.signals import NOW

QUICK = Dialect(answer_s=2.0, lock_stage_field="LockStageNo")
HASTY = Dialect(answer_s=0.3)
OPENED: list[Ga1049Link] = []


def link_to(system: Account, *, may_set: bool = True, spoken: Dialect = QUICK) -> Ga1049Link:
    link = Ga1049Link(
        account=system,
        dialect=spoken,
        may_set=may_set,
        now=lambda: NOW,
        pause=lambda _seconds: time.sleep(0.05),
    )
    OPENED.append(link)
    return link
