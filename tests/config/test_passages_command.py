from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.kernel.segments.passing import opened, passages


def test_a_whole_store_is_said_to_be_whole(tmp_path: Path) -> None:
    opened(tmp_path, passages(0, 20), arranged=True)
    said = StringIO()
    call_command("passages", "verify", str(tmp_path), stdout=said)
    assert said.getvalue() == "whole\n"


def test_a_fault_ends_with_an_error_that_names_the_file(tmp_path: Path) -> None:
    opened(tmp_path, passages(0, 20))
    next(tmp_path.rglob("plates/*.arrow")).unlink()
    said = StringIO()
    with pytest.raises(CommandError, match=r"1 fault"):
        call_command("passages", "verify", str(tmp_path), stdout=said)
    assert said.getvalue().startswith("plates/")


def test_a_path_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no such folder"):
        call_command("passages", "verify", str(tmp_path / "none"))
