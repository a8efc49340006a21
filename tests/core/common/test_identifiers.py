"""Identifiers: published examples, every single-character slip, whatever is typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luchang.core.common.identifiers import (
    PROVINCE_CHARACTERS,
    Fault,
    Invalid,
    PlateForm,
    birth_date_of,
    check_credit_code,
    check_mobile,
    check_organisation_code,
    check_phone,
    check_plate,
    check_resident_id,
    check_vin,
    credit_check_digit,
    plate_form,
    resident_check_digit,
    vin_adds_up,
)

RESIDENT = "11010519491231002X"  # the example printed in GB 11643
CREDIT_CODES = ("91330100799655058B", "9144030071526726XG", "914403001922038216")
VINS = ("1M8GDM9AXKP042788", "LVSFKAML4GF423558", "1" * 17)


def fault_of(check: object, text: str) -> Fault:
    with pytest.raises(Invalid) as refusal:
        check(text)  # type: ignore[operator]
    return refusal.value.fault


def test_the_printed_resident_number_passes_however_it_is_typed() -> None:
    for typed in (
        RESIDENT,
        RESIDENT.lower(),
        " 110105 19491231 002x ",
        "１１０１０５１９４９１２３１００２Ｘ",
    ):
        assert check_resident_id(typed) == RESIDENT
    assert birth_date_of(RESIDENT).isoformat() == "1949-12-31"


def test_a_number_of_fifteen_digits_is_lengthened() -> None:
    assert check_resident_id("110105491231002") == RESIDENT


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("", Fault.LENGTH),
        ("1101051949123100", Fault.LENGTH),
        ("110105194912310021", Fault.CHECK_DIGIT),
        ("110105194913310021", Fault.BIRTH_DATE),
        ("000105194912310021", Fault.AREA),
        ("X1010519491231002X", Fault.CHARACTERS),
    ],
)
def test_a_wrong_resident_number_says_why(typed: str, fault: Fault) -> None:
    assert fault_of(check_resident_id, typed) is fault


@given(st.integers(0, 17), st.sampled_from("0123456789"))
def test_any_one_wrong_digit_of_a_resident_number_is_refused(place: int, digit: str) -> None:
    slipped = RESIDENT[:place] + digit + RESIDENT[place + 1 :]
    if slipped == RESIDENT:
        return

    with pytest.raises(Invalid):
        check_resident_id(slipped)


@given(
    st.from_regex(
        r"430[0-9]{3}19[5-9][0-9](0[1-9]|1[0-2])(0[1-9]|1[0-9]|2[0-8])[0-9]{3}", fullmatch=True
    )
)
def test_a_number_made_with_its_check_digit_passes(first_17: str) -> None:
    number = first_17 + resident_check_digit(first_17)

    assert check_resident_id(number) == number


@pytest.mark.parametrize("code", CREDIT_CODES)
def test_published_credit_codes_pass_with_the_organisation_code_inside(code: str) -> None:
    assert check_credit_code(code.lower()) == code
    assert check_organisation_code(code[8:17]) == code[8:17]


@given(st.sampled_from(CREDIT_CODES), st.integers(0, 17), st.sampled_from("0123456789ABCXY"))
def test_any_one_wrong_character_of_a_credit_code_is_refused(
    code: str, place: int, character: str
) -> None:
    slipped = code[:place] + character + code[place + 1 :]
    if slipped == code:
        return

    assert fault_of(check_credit_code, slipped) is Fault.CHECK_DIGIT


@given(st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=17, max_size=17))
def test_a_credit_code_made_with_its_check_digit_passes(first_17: str) -> None:
    assert check_credit_code(first_17 + credit_check_digit(first_17))


def test_credit_and_organisation_codes_say_why() -> None:
    assert fault_of(check_credit_code, "9133") is Fault.LENGTH
    assert fault_of(check_credit_code, "91330100799655058I") is Fault.CHARACTERS
    assert fault_of(check_organisation_code, "7996550") is Fault.LENGTH
    assert fault_of(check_organisation_code, "79965505Z") is Fault.CHARACTERS
    assert fault_of(check_organisation_code, "799655057") is Fault.CHECK_DIGIT


@pytest.mark.parametrize("vin", VINS)
def test_published_vins_add_up(vin: str) -> None:
    assert vin_adds_up(check_vin(vin))


def test_a_vin_that_does_not_add_up_is_a_vin_all_the_same() -> None:
    assert not vin_adds_up(check_vin("LVSFKAML5GF423558"))


def test_a_vin_has_seventeen_characters_and_no_i_o_q() -> None:
    assert fault_of(check_vin, "LVSFKAML4GF42355") is Fault.LENGTH
    assert fault_of(check_vin, "LVSFKAML4GF42355O") is Fault.CHARACTERS


@pytest.mark.parametrize(
    "typed", ["13800138000", "+86 138-0013-8000", "0086 13800138000", "１３８００１３８０００"]
)
def test_a_mobile_number_is_the_same_however_it_is_typed(typed: str) -> None:
    assert check_mobile(typed) == check_phone(typed) == "13800138000"


def test_a_fixed_line_is_a_phone_and_no_mobile() -> None:
    assert check_phone("0731-2345 6789") == "073123456789"
    assert fault_of(check_mobile, "0731-23456789") is Fault.LENGTH


@pytest.mark.parametrize(
    ("typed", "fault"),
    [("1380013800", Fault.LENGTH), ("12800138000", Fault.AREA), ("1380013800a", Fault.CHARACTERS)],
)
def test_a_wrong_mobile_number_says_why(typed: str, fault: Fault) -> None:
    assert fault_of(check_mobile, typed) is fault


@pytest.mark.parametrize(
    ("plate", "form"),
    [
        ("湘B12345", PlateForm.ORDINARY),
        ("湘BD12345", PlateForm.NEW_ENERGY_SMALL),
        ("湘BDA1234", PlateForm.NEW_ENERGY_SMALL),
        ("湘BG01234", PlateForm.NEW_ENERGY_SMALL),
        ("湘B12345D", PlateForm.NEW_ENERGY_LARGE),
        ("湘B1234警", PlateForm.POLICE),
        ("湘B1234挂", PlateForm.TRAILER),
        ("湘B1234学", PlateForm.LEARNER),
        ("粤Z1234港", PlateForm.HONG_KONG),
        ("粤Z1234澳", PlateForm.MACAO),
        ("123456使", PlateForm.EMBASSY),
        ("湘A1234领", PlateForm.CONSULATE),
        ("湘B1234应急", PlateForm.EMERGENCY),
    ],
)
def test_each_form_of_plate_is_told(plate: str, form: PlateForm) -> None:
    assert plate_form(plate) is form


def test_separators_and_small_letters_do_not_matter() -> None:
    assert check_plate(" 湘b·d1 2345 ") == "湘BD12345"


@pytest.mark.parametrize(
    "typed", ["湘BI2345", "湘B1234", "湘BO1234", "使B12345", "X湘B12345", "湘BD123456", "-", ""]
)
def test_what_is_no_plate_is_refused(typed: str) -> None:
    with pytest.raises(Invalid):
        check_plate(typed)


@given(st.from_regex(rf"[{PROVINCE_CHARACTERS}][A-HJ-NP-Z][A-HJ-NP-Z0-9]{{5}}", fullmatch=True))
def test_every_ordinary_serial_is_a_plate(plate: str) -> None:
    assert check_plate(plate) == plate


@given(st.text(max_size=30))
def test_whatever_is_typed_is_taken_or_refused(typed: str) -> None:
    for check in (
        check_resident_id,
        check_phone,
        check_credit_code,
        check_organisation_code,
        check_vin,
        check_plate,
    ):
        try:
            assert check(check(typed)) == check(typed)
        except Invalid:
            continue
