"""Kinds of personal data: how each is normalised for look-up and masked for the eye.

The masks are the defaults of the platform: as much as a colleague needs to tell two records apart,
and no more.
"""

import re
from enum import StrEnum

from luchang.core.common.identifiers import (
    Invalid,
    check_phone,
    check_plate,
    check_resident_id,
    plain,
)

STAR = "*"
MASKED_DIGITS = 4


class Kind(StrEnum):
    """What a piece of personal data is."""

    NAME = "name"
    RESIDENT_ID = "resident_id"
    PHONE = "phone"
    PLATE = "plate"
    ADDRESS = "address"
    TEXT = "text"


def normalise(kind: Kind, text: str) -> str:
    """The form under which equal values are equal, however they were typed."""
    try:
        if kind is Kind.RESIDENT_ID:
            return check_resident_id(text)
        if kind is Kind.PHONE:
            return check_phone(text)
        if kind is Kind.PLATE:
            return check_plate(text)
    except Invalid:
        return plain(text)  # stored all the same: a foreign passport, a half-read plate
    return text.strip() if kind is Kind.TEXT else plain(text)


def mask(kind: Kind, text: str) -> str:
    """The value as anybody may see it."""
    return _MASKS[kind](text)


def mask_name(name: str) -> str:
    """First character and one star, whatever the length: 欧* for 欧阳某某."""
    name = name.strip()
    return name[0] + STAR if name else ""


def mask_resident_id(number: str) -> str:
    """First three and last four characters; less for anything short enough to be guessed."""
    return _middle(plain(number), before=3, after=4)


def mask_phone(number: str) -> str:
    """138****1234."""
    digits = plain(number)
    return _middle(digits, before=3, after=4, stars=MASKED_DIGITS)


def mask_plate(plate: str) -> str:
    """Province, letter and the last two: 湘B***45."""
    return _middle(plain(plate), before=2, after=2)


_DISTRICT = re.compile(
    r"^(?:.{1,10}?(?:省|自治区|特别行政区))?"
    r"(?:.{1,12}?(?:市|自治州|地区|盟))?"
    r"(?:.{1,12}?(?:区|县|旗|市))?"
)


def mask_address(address: str) -> str:
    """Down to the district or county, and no street."""
    address = address.strip()
    found = _DISTRICT.match(address)
    district = found.group() if found else ""
    if not address or district == address:
        return district
    return district + STAR * 3


def mask_text(text: str) -> str:
    """Nothing of it."""
    return STAR * 3 if text else ""


def _middle(text: str, *, before: int, after: int, stars: int | None = None) -> str:
    """Keep both ends where at least as much stays hidden as the mask promises."""
    hidden = len(text) - before - after
    if hidden < (stars or 1):
        return STAR * len(text)
    return text[:before] + STAR * (stars or hidden) + text[-after:]


_MASKS = {
    Kind.NAME: mask_name,
    Kind.RESIDENT_ID: mask_resident_id,
    Kind.PHONE: mask_phone,
    Kind.PLATE: mask_plate,
    Kind.ADDRESS: mask_address,
    Kind.TEXT: mask_text,
}
