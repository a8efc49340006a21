"""Numbers that name a person, an enterprise or a vehicle, with their grammar and check digits.

Each `check_*` takes text as typed, returns it normalised and raises `Invalid` with the reason in
words of this module's `Fault`, which the pages put into the reader's language.

References
----------
GB 11643-1999 (resident number), GB 32100-2015 (unified social credit code), GB 11714-1997
(organisation code), GB 16735-2019 (VIN), GA 36-2018 (plates).
"""

import re
import unicodedata
from datetime import date
from enum import StrEnum


class Fault(StrEnum):
    """Why an identifier is refused."""

    LENGTH = "length"
    CHARACTERS = "characters"
    CHECK_DIGIT = "check_digit"
    BIRTH_DATE = "birth_date"
    AREA = "area"


class Invalid(ValueError):
    """Not such an identifier; `fault` says why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


def plain(text: str) -> str:
    """Full-width forms made narrow, letters capital, blanks and separators gone."""
    narrow = unicodedata.normalize("NFKC", text).upper()
    return re.sub(r"[\s·•・‧.\-–—_()]+", "", narrow)


# Persons

_RESIDENT_LENGTH = 18
_MOBILE_LENGTH = 11
_CREDIT_LENGTH = 18
_ORGANISATION_LENGTH = 9
_VIN_LENGTH = 17
_VIN_X = 10
_RESIDENT_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_RESIDENT_DIGITS = "10X98765432"
_PROVINCES = frozenset(
    [
        "11",
        "12",
        "13",
        "14",
        "15",
        "21",
        "22",
        "23",
        "31",
        "32",
        "33",
        "34",
        "35",
        "36",
        "37",
        "41",
        "42",
        "43",
        "44",
        "45",
        "46",
        "50",
        "51",
        "52",
        "53",
        "54",
        "61",
        "62",
        "63",
        "64",
        "65",
        "71",
        "81",
        "82",
        "83",
    ]
)
"""First two digits of GB/T 2260; 83 stands on the residence permit of people from Taiwan."""


def resident_check_digit(first_17: str) -> str:
    """ISO 7064 MOD 11-2 over the first seventeen digits."""
    total = sum(int(d) * w for d, w in zip(first_17, _RESIDENT_WEIGHTS, strict=True))
    return _RESIDENT_DIGITS[total % 11]


def check_resident_id(text: str) -> str:
    """The 18-character resident number; a 15-digit one of before 1999 is lengthened."""
    number = plain(text)
    if re.fullmatch(r"[0-9]{15}", number):
        number = number[:6] + "19" + number[6:]
        number += resident_check_digit(number)
    if len(number) != _RESIDENT_LENGTH:
        raise Invalid(Fault.LENGTH)
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        raise Invalid(Fault.CHARACTERS)
    if number[:2] not in _PROVINCES:
        raise Invalid(Fault.AREA)
    birth_date_of(number)
    if resident_check_digit(number[:17]) != number[17]:
        raise Invalid(Fault.CHECK_DIGIT)
    return number


def birth_date_of(resident_id: str) -> date:
    """The date of birth inside an 18-character resident number."""
    try:
        return date(int(resident_id[6:10]), int(resident_id[10:12]), int(resident_id[12:14]))
    except ValueError as impossible:
        raise Invalid(Fault.BIRTH_DATE) from impossible


def check_mobile(text: str) -> str:
    """A mainland mobile number as eleven digits, whatever prefix it came with."""
    number = re.sub(r"^(\+|00)?86(?=1[0-9]{10}$)", "", plain(text))
    if not re.fullmatch(r"[0-9]+", number):
        raise Invalid(Fault.CHARACTERS)
    if len(number) != _MOBILE_LENGTH:
        raise Invalid(Fault.LENGTH)
    if not re.fullmatch(r"1[3-9][0-9]{9}", number):
        raise Invalid(Fault.AREA)
    return number


def check_phone(text: str) -> str:
    """A mobile number, or a fixed line with its area code and no extension."""
    number = plain(text)
    if re.fullmatch(r"0[1-9][0-9]{8,10}", number):
        return number
    return check_mobile(text)


# Enterprises

_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_ORGANISATION_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def credit_check_digit(first_17: str) -> str:
    """MOD 31 over the first seventeen characters, weights 3^i mod 31."""
    total = sum(_CREDIT_ALPHABET.index(c) * pow(3, i, 31) for i, c in enumerate(first_17))
    return _CREDIT_ALPHABET[-total % 31]


def check_credit_code(text: str) -> str:
    """The 18-character unified social credit code."""
    code = plain(text)
    if len(code) != _CREDIT_LENGTH:
        raise Invalid(Fault.LENGTH)
    if not re.fullmatch(f"[{_CREDIT_ALPHABET}]{{18}}", code):
        raise Invalid(Fault.CHARACTERS)
    if credit_check_digit(code[:17]) != code[17]:
        raise Invalid(Fault.CHECK_DIGIT)
    return code


def check_organisation_code(text: str) -> str:
    """The nine-character organisation code inside a credit code."""
    code = plain(text)
    if len(code) != _ORGANISATION_LENGTH:
        raise Invalid(Fault.LENGTH)
    if not re.fullmatch(r"[0-9A-Z]{8}[0-9X]", code):
        raise Invalid(Fault.CHARACTERS)
    total = sum(
        _ORGANISATION_ALPHABET.index(c) * w
        for c, w in zip(code[:8], _ORGANISATION_WEIGHTS, strict=True)
    )
    if "0123456789X0"[-total % 11] != code[8]:
        raise Invalid(Fault.CHECK_DIGIT)
    return code


# Vehicles

_VIN_VALUES = dict(
    zip("ABCDEFGHJKLMNPRSTUVWXYZ", map(int, "12345678123457923456789"), strict=True)
) | {str(digit): digit for digit in range(10)}
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)


def check_vin(text: str) -> str:
    """Seventeen characters without I, O and Q. The check digit is asked for separately."""
    vin = plain(text)
    if len(vin) != _VIN_LENGTH:
        raise Invalid(Fault.LENGTH)
    if not all(character in _VIN_VALUES for character in vin):
        raise Invalid(Fault.CHARACTERS)
    return vin


def vin_check_digit(vin: str) -> str:
    """What position 9 should hold."""
    total = sum(_VIN_VALUES[c] * w for c, w in zip(vin, _VIN_WEIGHTS, strict=True))
    return "X" if total % 11 == _VIN_X else str(total % 11)


def vin_adds_up(vin: str) -> bool:
    """Whether the check digit fits: a warning only, as old and special vehicles break it."""
    return vin_check_digit(vin) == vin[8]


class PlateForm(StrEnum):
    """What the text of a plate says about its kind; the plate *type* is a separate code."""

    ORDINARY = "ordinary"
    NEW_ENERGY_SMALL = "new_energy_small"
    NEW_ENERGY_LARGE = "new_energy_large"
    POLICE = "police"
    LEARNER = "learner"
    TRAILER = "trailer"
    HONG_KONG = "hong_kong"
    MACAO = "macao"
    EMBASSY = "embassy"
    CONSULATE = "consulate"
    EMERGENCY = "emergency"


PROVINCE_CHARACTERS = "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新"
_P = f"[{PROVINCE_CHARACTERS}]"
_L = "[A-HJ-NP-Z]"
_S = "[A-HJ-NP-Z0-9]"
_PLATE_LENGTHS = range(7, 10)
_PLATES: tuple[tuple[PlateForm, str], ...] = (
    (PlateForm.NEW_ENERGY_SMALL, rf"{_P}{_L}[A-HJK]{_S}[0-9]{{4}}"),
    (PlateForm.NEW_ENERGY_LARGE, rf"{_P}{_L}[0-9]{{5}}[A-HJK]"),
    (PlateForm.ORDINARY, rf"{_P}{_L}{_S}{{5}}"),
    (PlateForm.POLICE, rf"{_P}{_L}{_S}{{4}}警"),
    (PlateForm.LEARNER, rf"{_P}{_L}{_S}{{4}}学"),
    (PlateForm.TRAILER, rf"{_P}{_L}{_S}{{4}}挂"),
    (PlateForm.HONG_KONG, rf"粤Z{_S}{{4}}港"),
    (PlateForm.MACAO, rf"粤Z{_S}{{4}}澳"),
    (PlateForm.EMBASSY, r"[0-9]{6}使"),
    (PlateForm.CONSULATE, rf"{_P}{_L}{_S}{{4}}领"),
    (PlateForm.EMERGENCY, rf"{_P}{_L}{_S}{{3,5}}应急"),
)


def check_plate(text: str) -> str:
    """The text of a civil plate without separators, as `湘BD12345`."""
    plate = plain(text)
    plate_form(plate)
    return plate


def plate_form(plate: str) -> PlateForm:
    """Which grammar a plate's text follows.

    Raises
    ------
    Invalid
        It follows none.
    """
    for form, pattern in _PLATES:
        if re.fullmatch(pattern, plate):
            return form
    raise Invalid(Fault.LENGTH if len(plate) not in _PLATE_LENGTHS else Fault.CHARACTERS)
