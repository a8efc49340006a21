"""Plate colours in the words of their makers: read by the camera's table, never guessed."""

from __future__ import annotations

from pathlib import Path

import pytest

from luchang.apps.passages.states import ColourDialect
from luchang.core.passages.passage import Colour
from luchang.gateways.gat1400.codes import COLOURS
from luchang.gateways.gat1400.dialects import plate_colours
from tests.gateways.gat1400.platform import Platform, row, sender


def test_every_dialect_an_officer_may_choose_has_a_table() -> None:
    """One without a table would end the reading of every passage of its cameras."""
    assert set(plate_colours()) == set(ColourDialect.values)
    assert plate_colours()[ColourDialect.GENERAL] == COLOURS


@pytest.mark.parametrize(
    ("dialect", "code", "colour"),
    [
        (ColourDialect.GENERAL, "5", Colour.BLUE),
        (ColourDialect.FROM_ZERO, "3", Colour.BLUE),
        (ColourDialect.FROM_ZERO, "0", Colour.BLACK),
        (ColourDialect.TERMINAL, "1", Colour.BLUE),
        (ColourDialect.TERMINAL, "148", Colour.GRADIENT_GREEN),
    ],
)
def test_the_same_number_is_what_the_camera_means_by_it(
    dialect: ColourDialect, code: str, colour: Colour, tmp_path: Path
) -> None:
    with Platform(tmp_path, senders=[sender(1, dialect=dialect)]) as platform:

        async def talk() -> None:
            await platform.register()
            await platform.send(row(PlateColor=code))

        platform.run(talk())
        heard, _ = platform.heard()

        assert [each.plate_colour for each in platform.kept()] == [colour]
        assert heard[1].uncoloured == 0


def test_a_code_of_no_table_is_unknown_and_counted(tmp_path: Path) -> None:
    """Would catch a blue plate guessed from another maker's 3, and a passage refused for it."""
    with Platform(tmp_path, senders=[sender(1, dialect=ColourDialect.FROM_ZERO)]) as platform:

        async def talk() -> None:
            await platform.register()
            await platform.send(
                row(1, PlateColor="5"), row(2, PlateColor="2"), row(3, PlateColor=None)
            )

        platform.run(talk())
        heard, refused = platform.heard()

        colours = [each.plate_colour for each in platform.kept()]
        assert colours == [Colour.UNKNOWN, Colour.YELLOW, Colour.UNKNOWN]
        assert (heard[1].passages, heard[1].uncoloured) == (3, 1)
        assert refused == {}
