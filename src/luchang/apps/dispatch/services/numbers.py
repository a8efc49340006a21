"""Numbers of records: kind, division, day, sequence without gaps."""

from datetime import datetime

from luchang.kernel.clock import local
from luchang.kernel.identity.models import Organisation
from luchang.kernel.records.numbering import next_number

CALL, INCIDENT, DISPATCH, FEEDBACK = "C", "I", "D", "F"
NO_DIVISION = "000000"


def number_for(kind: str, organisation: Organisation, *, at: datetime) -> str:
    """The next number of `kind` on that day, such as I430211-20261123-00042.

    Taken last in a transaction: the counter of the division stays locked until it ends.
    """
    division = organisation.division_code[:6] or NO_DIVISION
    series = f"{kind}{division}-{local(at):%Y%m%d}"
    return f"{series}-{next_number(series):05d}"
