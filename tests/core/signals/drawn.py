"""Layouts for every test: the cross of two four-lane streets, a T, and random ones."""

from hypothesis import strategies as st

from luchang.core.signals.junction import Turn
from luchang.core.signals.layout import Approach, Direction, LaneLayout, Layout
from luchang.core.signals.layout_stages import standard_stages

L, T, R, U = Turn.LEFT, Turn.THROUGH, Turn.RIGHT, Turn.U_TURN


def lanes(*turns: tuple[Turn, ...]) -> tuple[LaneLayout, ...]:
    return tuple(LaneLayout(each) for each in turns)


def arm(direction: Direction, *turns: tuple[Turn, ...], crossing_m: float = 18.0) -> Approach:
    return Approach(direction, "演示路", 50.0, lanes(*turns), 2, crossing_m)


def cross() -> Layout:
    """Four arms; left turns have lanes of their own."""
    arms = [Direction.N, Direction.E, Direction.S, Direction.W]
    return standard_stages(Layout(tuple(arm(each, (L,), (T,), (T, R)) for each in arms), ()))


def tee() -> Layout:
    """A street that ends at another."""
    return standard_stages(
        Layout(
            (
                arm(Direction.E, (L,), (T,)),
                arm(Direction.W, (T,), (T, R)),
                arm(Direction.S, (L,), (R,)),
            ),
            (),
        )
    )


TURNS = [(L,), (L, T), (T,), (T, R), (R,), (L, T, R), (U, L)]


@st.composite
def layouts(draw: st.DrawFn) -> Layout:
    """Any arms with any lanes, stages from the standard; lanes may cross and lead nowhere."""
    directions = draw(st.lists(st.sampled_from(Direction), min_size=2, max_size=6, unique=True))
    arms = tuple(
        Approach(
            each,
            "",
            draw(st.sampled_from([30.0, 60.0])),
            lanes(*draw(st.lists(st.sampled_from(TURNS), max_size=4))),
            draw(st.integers(0, 3)),
            draw(st.sampled_from([0.0, 15.0, 30.0])),
        )
        for each in directions
    )
    return standard_stages(Layout(arms, (), free_right=draw(st.booleans())))
