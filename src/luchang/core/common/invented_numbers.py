"""Numbers that add up and belong to nobody, for demonstrations and tests.

Each carries a mark no real one has: DEM in credit codes and vehicle numbers, and the area 430299,
which no division of the country bears, in resident numbers.
"""

from datetime import date

from luchang.core.common.identifiers import (
    credit_check_digit,
    resident_check_digit,
    vin_check_digit,
)


def credit_code(serial: int) -> str:
    """A unified social credit code of an invented enterprise."""
    first_17 = f"91430200DEM{serial:06d}"
    return first_17 + credit_check_digit(first_17)


def vin(serial: int) -> str:
    """A vehicle identification number of an invented vehicle."""
    blank = f"LDEMVEHC0{serial:08d}"
    return f"{blank[:8]}{vin_check_digit(blank)}{blank[9:]}"


def resident_id(serial: int, born: date) -> str:
    """A resident number of an invented person; a thousand may be born on one day."""
    first_17 = f"430299{born:%Y%m%d}{serial % 1_000:03d}"
    return first_17 + resident_check_digit(first_17)


def archive_number(serial: int) -> str:
    """The file number of an invented licence: the area, then eight digits."""
    return f"4302{serial:08d}"
