"""Reading Chinese work reports: every statistic with what belongs to it, and what contradicts.

Text in, `Reading` out; nothing here knows a particular report. `read` is the door.
"""

from luchang.core.reading.door import read
from luchang.core.reading.model import (
    Basis,
    Finding,
    Flaw,
    Kind,
    Mention,
    Period,
    PeriodMention,
    Reading,
    Reason,
    Statistic,
    Weight,
)

VERSION = "1.0"
"""Version of the reader; changes whenever an equal text may be read differently."""

__all__ = [
    "VERSION",
    "Basis",
    "Finding",
    "Flaw",
    "Kind",
    "Mention",
    "Period",
    "PeriodMention",
    "Reading",
    "Reason",
    "Statistic",
    "Weight",
    "read",
]
