"""What is written as UTDF is read back, and what is read badly says where."""

import contextlib
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from luchang.core.signals.junction import Link, Stage, Turn
from luchang.core.signals.plan import Plan, PlanStep
from luchang.core.signals.utdf import (
    ARMS,
    Bound,
    LaneGroup,
    Phase,
    UtdfJunction,
    UtdfRefused,
    read,
    write,
)
from luchang.core.signals.utdf.model import MOST_CHARACTERS, MOST_LINES, MOVEMENTS
from luchang.core.signals.utdf.plans import describe, plan_of
from tests.core.signals.layouts import EW, NS, crossing, good_plan

BOUNDS = {"north": Bound.SOUTH, "east": Bound.WEST}
TENTHS = st.integers(0, 3000).map(lambda tenths: tenths / 10)
NUMBERS = st.integers(1, 8)
GROUPS = st.dictionaries(
    st.sampled_from(MOVEMENTS),
    st.builds(
        LaneGroup,
        lanes=st.integers(0, 6),
        speed_kmh=st.none() | TENTHS,
        storage_m=st.none() | TENTHS,
        volume_vph=st.none() | st.integers(0, 3000).map(float),
        phases=st.lists(st.sampled_from([1, 2]), max_size=4, unique=True).map(tuple),
        permitted=st.lists(st.sampled_from([1, 2]), max_size=4, unique=True).map(tuple),
    ),
    max_size=8,
)
PHASES = st.dictionaries(NUMBERS, st.builds(Phase, TENTHS, TENTHS, TENTHS, TENTHS)).map(
    lambda some: {1: Phase(1, 3, 1, 5), 2: Phase(2, 3, 1, 5), **some}
)
FILES = st.lists(
    st.builds(
        UtdfJunction,
        int_id=st.integers(1, 99_999),
        name=st.sampled_from(["", "新华西路, 车站路", 'a "b"', "x"]),
        x=TENTHS,
        y=TENTHS,
        groups=GROUPS,
        phases=PHASES,
        cycle_s=TENTHS,
        offset_s=st.none() | TENTHS,
    ),
    max_size=4,
    unique_by=lambda one: one.int_id,
).map(tuple)
SAMPLE = write((describe(crossing(), good_plan(), BOUNDS, int_id=7, name="路口"),))


@settings(max_examples=100, deadline=None)
@given(FILES)
def test_a_file_is_read_back_as_it_was_written(junctions: tuple[UtdfJunction, ...]) -> None:
    file = read(write(junctions))

    assert file.junctions == junctions
    assert set(file.passed_over) <= {
        "Timeplans: Control Type",
        "Timeplans: Reference Phase",
        "Phases: BRP",
    }


def test_a_plan_comes_back_through_a_file() -> None:
    file = read(SAMPLE)

    assert plan_of(file.junctions[0], crossing(), BOUNDS) == good_plan()


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_plan_of_a_junction_comes_back_through_a_file(data: st.DataObject) -> None:
    steps = data.draw(
        st.lists(
            st.builds(
                PlanStep,
                stage=st.integers(0, 3),
                green_s=st.integers(1, 900).map(lambda tenths: tenths / 10),
                change_s=st.integers(0, 90).map(lambda tenths: tenths / 10),
            ),
            min_size=1,
            max_size=4,
        )
    )
    plan = Plan("J1", tuple(steps), data.draw(TENTHS))

    told = read(write((describe(crossing(), plan, BOUNDS, int_id=1),))).junctions[0]
    back = plan_of(told, crossing(), BOUNDS)

    assert [one.stage for one in back.steps] == [one.stage for one in plan.steps]
    for one, other in zip(back.steps, plan.steps, strict=True):
        assert one.green_s == pytest.approx(other.green_s)
        assert one.change_s == pytest.approx(other.change_s)
    assert back.offset_s == pytest.approx(plan.offset_s)


def test_a_described_junction_says_lanes_turns_rights_of_way_and_times() -> None:
    told = describe(crossing(), good_plan(), BOUNDS, int_id=7, volumes_vph={"SBT": 800.0})

    assert told.groups["SBT"] == LaneGroup(1, 50.0, None, 800.0, (1,), ())
    assert (told.groups["SBL"].phases, told.groups["SBL"].permitted) == ((2,), (1,))
    assert told.phases[3] == Phase(26.0, 3.0, 6.0, 16.0)
    assert told.cycle_s == 100.0
    assert {"[Network]", "[Lanes]", "[Timeplans]", "[Phases]"} <= set(SAMPLE.splitlines())
    assert "BRP,7,111,112,113,114,,,," in SAMPLE.splitlines()


def test_who_comes_from_the_north_is_bound_south() -> None:
    assert [str(ARMS[arm]) for arm in range(1, 9)] == [
        "SB",
        "SW",
        "WB",
        "NW",
        "NB",
        "NE",
        "EB",
        "SE",
    ]


def test_a_file_in_feet_and_miles_is_read_in_metres() -> None:
    text = SAMPLE.replace("Metric,1", "Metric,0").replace("7,0,0,0,0,路口", "7,0,1000,0,0,路口")

    one = read(text).junctions[0]

    assert one.x == pytest.approx(304.8)
    assert one.groups["SBT"].speed_kmh == pytest.approx(50.0 * 1.609344)


def test_what_another_program_adds_is_counted_and_not_refused() -> None:
    text = SAMPLE + "[Detectors]\r\nDetector Data\r\na,b\r\n"
    text = text.replace("Lanes,7,", "Grade,7,1\r\nLanes,7,")

    file = read("\ufeff" + text)

    assert file.passed_over["[Detectors]"] == 2
    assert file.passed_over["Lanes: Grade"] == 1
    assert file.junctions == read(SAMPLE).junctions


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("", "not_utdf", 0),
        ("a,b\nc,d", "not_utdf", 1),
        ("x" * (MOST_CHARACTERS + 1), "too_large", 0),
        ("[Lanes]\n" + "x" * 200_000, "not_utdf", 0),
        ("\n" * (MOST_LINES + 1), "too_large", MOST_LINES + 1),
        ("[Lanes]\nRECORDNAME,INTID,NBT\nLanes,,1", "no_junction", 3),
        ("[Lanes]\nRECORDNAME,INTID,NBT\nLanes,1.5,1", "no_junction", 3),
        ("[Lanes]\nRECORDNAME,INTID,NBT\nLanes,1,many", "not_a_number", 3),
        ("[Lanes]\nRECORDNAME,INTID,NBT\nLanes,1,nan", "not_finite", 3),
        ("[Nodes]\nINTID,X,Y\n1,inf,0", "not_finite", 3),
        ("[Lanes]\nRECORDNAME,INTID,NBT\nLanes,1,1\nLanes,1,2", "doubled", 4),
        ("[Lanes]\nRECORDNAME,INTID,NBT\nLanes,1,1\nPhase1,1,3", "unknown_phase", 0),
        ("[Lanes]\nRECORDNAME,INTID,NBT\nLanes,1,1e400", "not_finite", 3),
    ],
)
def test_a_file_that_is_wrong_says_what_and_where(text: str, code: str, line: int) -> None:
    with pytest.raises(UtdfRefused) as refused:
        read(text)

    assert (refused.value.code, refused.value.line) == (code, line)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_whatever_is_done_to_a_file_gives_one_kind_of_error(data: st.DataObject) -> None:
    lines = SAMPLE.splitlines()
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(lines) - 1))
        lines[at] = data.draw(
            st.sampled_from(["", lines[0], lines[-3], '"', "\0", "[Lanes]", "1,2,3"])
            | st.text(max_size=20)
        )
    with contextlib.suppress(UtdfRefused):
        read("\n".join(lines))


def test_a_name_that_a_spreadsheet_would_calculate_is_written_as_text() -> None:
    text = write((UtdfJunction(1, "=1+1"), UtdfJunction(2, "a\nb")))

    assert "'=1+1" in text
    assert "a b" in text


@pytest.mark.parametrize(
    ("junctions", "code"),
    [
        ((UtdfJunction(1), UtdfJunction(1)), "doubled"),
        ((UtdfJunction(1, phases={9: Phase(1, 1, 1, 1)}),), "too_many_phases"),
        ((UtdfJunction(1, x=float("nan")),), "not_finite"),
    ],
)
def test_what_the_format_cannot_say_is_not_written(
    junctions: tuple[UtdfJunction, ...], code: str
) -> None:
    with pytest.raises(UtdfRefused) as refused:
        write(junctions)

    assert refused.value.code == code


def test_what_a_plan_cannot_say_in_this_format_is_refused() -> None:
    junction, plan = crossing(), good_plan()
    long = replace(plan, steps=plan.steps * 3)
    often = replace(plan, steps=(plan.steps[0],) * 5)
    second = Link(EW, "north_in", "east_out", Turn.THROUGH)
    split = replace(junction, links=(*junction.links, second))

    for told, drawn, bounds, code in (
        (junction, long, BOUNDS, "too_many_phases"),
        (junction, often, BOUNDS, "too_many_phases"),
        (junction, plan, {"north": Bound.SOUTH}, "no_bound"),
        (split, plan, BOUNDS, "split_movement"),
    ):
        with pytest.raises(UtdfRefused) as refused:
            describe(told, drawn, bounds, int_id=1)
        assert refused.value.code == code


def test_a_plan_that_does_not_fit_our_junction_is_refused() -> None:
    told = read(SAMPLE).junctions[0]
    junction = crossing()
    twice = replace(junction, stages=(*junction.stages, Stage("again", frozenset({EW}))))
    fewer = replace(junction, stages=(Stage("NS", frozenset({NS})),))

    for known, changed, code in (
        (twice, told, "two_stages"),
        (fewer, told, "no_stage"),
        (junction, replace(told, phases={}), "no_phases"),
        (junction, replace(told, cycle_s=90.0), "cycle_sum"),
    ):
        with pytest.raises(UtdfRefused) as refused:
            plan_of(changed, known, BOUNDS)
        assert refused.value.code == code
