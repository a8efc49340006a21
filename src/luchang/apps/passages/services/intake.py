"""What follows once passages are on disk: alarms, and whoever else wants to know at once.

    # in `ready`
    services.after_durable.append(alarms.raise_for)

Every callable gets the passages of one durable write, in the process of the intake, in a thread
of its own and in the order of the writes. The sender may have its answer already; what fails here
is logged and takes nothing back. A batch that is sent again comes again, so that whoever writes
does so by a key of the passage.
"""

import logging
from collections.abc import Callable, Sequence

from django.db import close_old_connections

from luchang.core.passages.passage import Passage

logger = logging.getLogger(__name__)

AfterDurable = Callable[[Sequence[Passage]], None]

after_durable: list[AfterDurable] = []
"""Called one after another; each should be done within a second."""


def tell_durable(passages: Sequence[Passage]) -> None:
    """Hand passages that are on disk to everybody who wants them."""
    for told in after_durable:
        try:
            told(passages)
        except Exception:
            logger.exception("%s failed for %d passages", told, len(passages))
    close_old_connections()
