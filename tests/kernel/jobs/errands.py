"""What the worker of the kill tests has to do; every effect is counted under its own name."""

import time
from dataclasses import dataclass

from django.db import transaction

from luchang.kernel.bus import Event
from luchang.kernel.jobs import outbox
from luchang.kernel.jobs.runs import Run, long_job
from luchang.kernel.records.numbering import next_number

PAUSE_S = 0.03
CARELESS_S = 1.5


@dataclass(frozen=True, kw_only=True)
class Letter(Event):
    number: int


def receive(letter: Letter) -> None:
    next_number(f"letter {letter.number}")
    time.sleep(PAUSE_S)


outbox.subscribe(Letter, receive, name="errands.receive")


@long_job("errands.whole", title="整体", whole=True, attempts=99)
def whole(run: Run, *, number: int) -> None:
    next_number(f"whole {number}")
    for step in range(10):
        run.progress(step, of=10)
        time.sleep(PAUSE_S)


@long_job("errands.once", title="一次")
def once(run: Run, *, number: int) -> None:
    with transaction.atomic():
        next_number(f"once {number}")
    time.sleep(CARELESS_S)
    run.progress(1)


@long_job("errands.careless", title="疏忽", attempts=99)
def careless(run: Run, *, number: int) -> None:
    """The positive control: its effect is committed before it is done, and it is repeated."""
    once(run, number=number)
