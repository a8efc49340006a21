"""Badges of lists: a tone that no style sheet knows never reaches a page."""

import pytest

from luchang.apps.dispatch.states import IncidentStatus
from luchang.kernel.lists.columns import Coded, Flag, Status
from luchang.kernel.ui.tones import shown_as


def test_a_colour_that_is_no_tone_is_refused_where_it_is_written() -> None:
    """ "red" was drawn as black text on every list that asked for it."""
    with pytest.raises(ValueError, match="red"):
        Coded(IncidentStatus, {IncidentStatus.OPEN: "red"})
    with pytest.raises(ValueError, match="green"):
        Flag(tones=("green", ""))


def test_a_list_shows_a_state_as_its_page_does() -> None:
    for state in IncidentStatus.values:
        cell = Status("incident").cell(state)

        assert (cell.text, cell.tone) == shown_as("incident", state)
