"""Frames come out as they went in, and no damage is taken for a frame."""

import contextlib
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from luchang.gateways.gb20999.frame import (
    HEAD,
    MOST_BYTES,
    MOST_VALUE,
    TAIL,
    BadFrame,
    DataClass,
    Frame,
    Item,
    Kind,
    Place,
    checksum,
    decode,
    encode,
)
from luchang.gateways.gb20999.stream import ESCAPE, Escaping, Unescaper, cut, escaped

BYTE = st.integers(0, 255)
MARKS = st.sampled_from([HEAD, TAIL, ESCAPE])
VALUES = st.lists(BYTE | MARKS, max_size=20).map(bytes) | st.binary(
    min_size=MOST_VALUE, max_size=MOST_VALUE
)
FRAMES = st.builds(
    Frame,
    kind=st.sampled_from([int(kind) for kind in Kind]) | BYTE,
    items=st.lists(
        st.builds(Item, st.builds(Place, BYTE, BYTE, BYTE, BYTE), VALUES), max_size=5
    ).map(tuple),
    controller=st.integers(0, 2**32 - 1),
    junction=BYTE,
    host=BYTE,
    serial=BYTE,
    version=st.sampled_from([0x0100, 0x0102]),
)


def remainder_by_long_division(content: bytes) -> int:
    """The checksum as pupils divide: the message and sixteen noughts by the polynomial."""
    dividend = int.from_bytes(content, "big") << 16
    divisor = 0x11005
    while dividend.bit_length() >= divisor.bit_length():
        dividend ^= divisor << (dividend.bit_length() - divisor.bit_length())
    return dividend


@given(st.binary(max_size=80))
@example(b"")
@example(b"\x00\x00\x01")
def test_the_checksum_is_the_remainder_of_a_division(content: bytes) -> None:
    assert checksum(content) == remainder_by_long_division(content)


@pytest.mark.parametrize(
    ("place", "told"),
    [
        (Place(DataClass.DEVICE, 1), 0x5A91),
        (Place(DataClass.LAMP_GROUP, 3, 1, 1), 0x7DC1),
        (Place(DataClass.PLAN, 2, 3, 1), 0x6887),
        (Place(DataClass.RUNNING, 2, 2, 1), 0x6CC2),
        (Place(DataClass.COMMAND, 1), 0x121D),
    ],
)
def test_queries_have_the_checksums_that_a_real_controller_answered(
    place: Place, told: int
) -> None:
    """0x8005 and 0x1021, which other programs use for this standard, give others."""
    frame = encode(Frame(Kind.QUERY, (Item(place),), host=5, serial=1))

    assert len(frame) == 23
    assert frame[1:3] == b"\x00\x13"
    assert frame[-3:-1] == told.to_bytes(2, "big")


@settings(max_examples=150, deadline=None)
@given(FRAMES)
def test_a_frame_is_read_back_as_it_was_written(frame: Frame) -> None:
    content = encode(frame)

    assert decode(content) == frame
    assert int.from_bytes(content[1:3], "big") == len(content) - 4


def test_classes_and_kinds_nobody_knows_are_kept_as_they_are() -> None:
    """Makers add classes above 18; a reader that refuses them reads nothing of theirs."""
    frame = Frame(0x9A, (Item(Place(137, 1, 2, 3), b"\x01\xff"),))

    assert decode(encode(frame)) == frame


@settings(max_examples=80, deadline=None)
@given(st.lists(FRAMES, min_size=1, max_size=4), st.data())
def test_reads_of_an_escaped_stream_may_end_anywhere(
    frames: list[Frame], data: st.DataObject
) -> None:
    stream = b"\r\n".join(escaped(encode(each), Escaping.PREFIX) for each in frames)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=20)))
    reader, found = Unescaper(), []

    for begin, end in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        found += reader.feed(stream[begin:end])

    assert [decode(each) for each in found] == frames


@given(FRAMES)
def test_marks_inside_a_frame_are_escaped_and_the_ends_are_not(frame: Frame) -> None:
    content = encode(frame)
    stream = escaped(content, Escaping.PREFIX)
    inside = content[1:-1]

    assert len(stream) - len(content) == sum(inside.count(mark) for mark in (HEAD, TAIL, ESCAPE))
    assert escaped(content, Escaping.NONE) == content


def test_a_checksum_that_ends_like_a_frame_does_not_end_a_datagram() -> None:
    """The months 1 to 12 of a schedule have the checksum 427D: the tail stands there twice."""
    frame = Frame(
        Kind.ANSWER, (Item(Place(DataClass.SCHEDULE, 2, 5, 1), b"\x1f\xfe"),), host=5, serial=2
    )
    content = encode(frame)

    assert content[-3:] == b"\x42\x7d\x7d"
    assert decode(content) == frame
    assert [decode(each) for each in cut(content * 2)] == [frame, frame]


@settings(max_examples=60, deadline=None)
@given(st.lists(FRAMES, min_size=1, max_size=3))
def test_frames_that_share_a_datagram_are_told_apart(frames: list[Frame]) -> None:
    assert [decode(each) for each in cut(b"".join(map(encode, frames)))] == frames


@settings(max_examples=200, deadline=None)
@given(FRAMES, st.data())
def test_no_flipped_bit_goes_unseen(frame: Frame, data: st.DataObject) -> None:
    content = bytearray(encode(frame))
    content[data.draw(st.integers(0, len(content) - 1))] ^= 1 << data.draw(st.integers(0, 7))

    with pytest.raises(BadFrame):
        decode(bytes(content))


@settings(max_examples=100, deadline=None)
@given(FRAMES, st.data())
def test_a_frame_cut_short_or_run_on_is_none(frame: Frame, data: st.DataObject) -> None:
    content = encode(frame)

    with pytest.raises(BadFrame):
        decode(content[: data.draw(st.integers(0, len(content) - 1))])
    with pytest.raises(BadFrame):
        decode(content + data.draw(st.binary(min_size=1, max_size=5)))


@settings(max_examples=300, deadline=None)
@given(st.lists(BYTE | MARKS, max_size=120).map(bytes))
def test_random_bytes_give_one_kind_of_error(content: bytes) -> None:
    for read in (decode, cut):
        with contextlib.suppress(BadFrame):
            read(content)
    for each in Unescaper().feed(content):
        with contextlib.suppress(BadFrame):
            decode(each)


@settings(max_examples=150, deadline=None)
@given(st.lists(BYTE, min_size=13, max_size=60).map(bytes), st.data())
def test_random_insides_with_a_right_checksum_give_one_kind_of_error(
    inside: bytes, data: st.DataObject
) -> None:
    """The checksum is no signature: whoever computes it gets past it."""
    if data.draw(st.booleans()):
        inside = len(inside).to_bytes(2, "big") + inside[2:]
    content = b"\x7e" + inside + checksum(inside).to_bytes(2, "big") + b"\x7d"
    try:
        frame = decode(content)
    except BadFrame:
        return
    assert len(encode(frame)) == len(content)


def test_time_grows_with_the_bytes_and_no_faster() -> None:
    """Nested searches make an hour of a megabyte of marks."""
    for noise in (b"\x7e" * 400_000, b"\x5c" * 400_000, b"\x7e\x5c" * 200_000, b"a" * 400_000):
        reader, begun = Unescaper(), time.process_time()
        for at in range(0, len(noise), 1000):
            reader.feed(noise[at : at + 1000])
        assert time.process_time() - begun < 2


def test_a_stream_without_an_end_is_not_kept_for_ever() -> None:
    reader = Unescaper()
    reader.feed(b"\x7e" + b"a" * (MOST_BYTES + 10))
    frame = Frame(Kind.HEARTBEAT)

    found = reader.feed(escaped(encode(frame), Escaping.PREFIX))

    assert [decode(each) for each in found] == [frame]


def test_bytes_before_the_first_head_and_a_frame_cut_by_another_are_passed_over() -> None:
    frame = escaped(encode(Frame(Kind.HEARTBEAT)), Escaping.PREFIX)

    found = Unescaper().feed(b"\x5cnoise\x7d" + frame[:5] + frame)

    assert [decode(each) for each in found] == [Frame(Kind.HEARTBEAT)]


@pytest.mark.parametrize(
    "frame",
    [
        Frame(Kind.QUERY, (Item(Place(1, 1)),) * 256),
        Frame(Kind.QUERY, (Item(Place(1, 1), b"x" * (MOST_VALUE + 1)),)),
        Frame(Kind.QUERY, (Item(Place(256, 1)),)),
        Frame(Kind.QUERY, controller=2**32),
        Frame(Kind.QUERY, serial=-1),
    ],
)
def test_what_does_not_fit_is_not_written(frame: Frame) -> None:
    with pytest.raises(BadFrame):
        encode(frame)


@pytest.mark.parametrize(
    ("byte", "value", "why"),
    [
        (12, 0, "more than"),
        (12, 2, "fewer"),
        (14, 3, "cut"),
        (14, 5, "cut"),
    ],
)
def test_items_that_do_not_fill_their_frame_are_none(byte: int, value: int, why: str) -> None:
    """Bytes after the last item would be read by nobody, and meant by somebody."""
    inside = bytearray(encode(Frame(Kind.QUERY, (Item(Place(1, 1)),)))[1:-3])
    inside[byte] = value
    content = b"\x7e" + bytes(inside) + checksum(bytes(inside)).to_bytes(2, "big") + b"\x7d"

    with pytest.raises(BadFrame, match=why):
        decode(content)


def test_the_greatest_frame_fits() -> None:
    frame = Frame(Kind.PUSH, (Item(Place(1, 1), b"x" * MOST_VALUE),) * 254)

    assert decode(encode(frame)) == frame
