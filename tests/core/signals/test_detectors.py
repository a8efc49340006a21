"""Files of detectors: whole days or named faults, never a part of a file."""

from hypothesis import given
from hypothesis import strategies as st

from luchang.core.signals.detectors import MOST_FAULTS, read

HEAD = "detector,lane,time,count,occupancy\n"


def test_a_file_is_read_with_its_marks() -> None:
    """Would catch a stuck loop whose zero is taken for an empty road."""
    file = read(
        HEAD + "L1,1,2026-03-02 07:00,40,12.5\nL2,2,2026-03-02 07:00,0,100\n"
        "L3,3,2026/3/2 7:15:00,9,0%\nL4,4,2026-03-02 07:15,,\n",
        15,
    )
    assert file.faults == ()
    assert str(file.day) == "2026-03-02"
    told = [(each.lane, each.minute, each.vehicles, each.mark) for each in file.seen]
    assert told == [
        (1, 420, 40, ""), (2, 420, 0, "occupied"), (3, 435, 9, "no_occupancy"), (4, 435, None, ""),
    ]  # fmt: skip


def test_every_fault_has_its_line() -> None:
    """Would catch faults told of the wrong line because empty ones were passed over."""
    file = read(
        HEAD + "\nL1,0,2026-03-02 07:00,1,\nL1,1,7 o'clock,1,\nL1,1,2026-03-02 07:07,1,\n"
        "L1,1,2026-03-02 07:00,many,\nL1,1,2026-03-02 07:00,1,140\n"
        "L1,1,2026-03-02 07:00,1,\nL1,1,2026-03-02 07:00,2,\n",
        15,
    )
    assert [(each.line, each.code) for each in file.faults] == [
        (3, "no_lane"), (4, "no_time"), (5, "off_grid"), (6, "no_count"), (7, "no_occupancy"),
        (9, "doubled"),
    ]  # fmt: skip
    assert file.seen == ()


def test_columns_are_found_by_either_name_and_missing_ones_are_named() -> None:
    assert read("车道,时间,流量\n1,2026-03-02 07:00,3\n", 15).faults == ()
    (fault,) = read("车道,流量\n1,3\n", 15).faults
    assert (fault.code, fault.what) == ("no_header", "时间")


def test_days_are_not_mixed_and_nothing_is_nothing() -> None:
    two = read(HEAD + "A,1,2026-03-02 07:00,1,\nA,1,2026-03-03 07:00,1,\n", 15)
    assert [each.code for each in two.faults] == ["days"]
    assert [each.code for each in read(HEAD, 15).faults] == ["nothing"]


@given(st.text(max_size=400), st.sampled_from([5, 15]))
def test_any_text_is_read_or_refused(text: str, interval_min: int) -> None:
    """Would catch a file that brings down the page, or one taken in part."""
    for each in (read(text, interval_min), read(HEAD + text, interval_min)):
        assert bool(each.seen) != bool(each.faults)
        assert len(each.faults) <= MOST_FAULTS
