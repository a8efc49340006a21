"""Hours of the store, for those who count them again when late rows came."""

from datetime import date, timedelta
from pathlib import Path

from tests.kernel.segments.passing import DAY, MORNING, opened, passage, passages

SIX = 6


def test_the_stamp_of_an_hour_changes_with_late_rows_and_with_nothing_else(tmp_path: Path) -> None:
    store = opened(tmp_path, passages(0, 50))
    before = store.stamps(DAY)
    store.arrange(DAY)
    assert store.stamps(DAY) == before

    store.append([passage(0, at=MORNING + timedelta(seconds=7))])
    store.seal()

    after = store.stamps(DAY)
    assert after[SIX] != before[SIX]
    assert store.stamps(date(2020, 1, 1)) == {}


def test_an_hour_holds_its_rows_late_ones_included_and_erased_ones_not(tmp_path: Path) -> None:
    store = opened(tmp_path, passages(0, 50))
    hours = store.stamps(DAY)
    rows = sum(len(store.hour(DAY, hour)) for hour in hours)
    assert rows == 50

    gone = passage(3)
    hidden = store.erase(gone.plate, gone.plate_type, DAY, DAY)

    assert hidden > 0
    assert sum(len(store.hour(DAY, hour)) for hour in hours) == rows - hidden
    assert len(store.hour(DAY, SIX - 1)) == 0
