"""Messages come out as they went in, and nothing that is no message ever comes out."""

import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from luchang.gateways.ga1049.dialect import GENERAL, SIGNALS
from luchang.gateways.ga1049.framing import END, MOST_BYTES, Framer
from luchang.gateways.ga1049.messages import (
    Address,
    Kind,
    Message,
    Name,
    Operation,
    decode,
    encode,
)
from luchang.gateways.ga1049.nodes import DEEPEST, LONGEST, Garbled, Node, node, parse

PLAIN = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn", "Co")), max_size=12).map(
    str.strip
)
NAMES = st.sampled_from(["CrossID", "PlanNo", "Value", "Data"])
TREES = st.recursive(
    st.builds(Node, name=NAMES, text=PLAIN),
    lambda inside: st.builds(Node, name=NAMES, children=st.lists(inside, min_size=1, max_size=3)),
    max_leaves=8,
)
MESSAGES = st.builds(
    Message,
    kind=st.sampled_from(Kind),
    seq=st.integers(0, 10**20 - 1).map(str),
    sender=st.builds(Address, PLAIN, PLAIN, PLAIN),
    receiver=st.builds(Address, PLAIN, PLAIN, PLAIN),
    operations=st.lists(
        st.builds(Operation, st.sampled_from(Name), st.lists(TREES, max_size=3).map(tuple)),
        max_size=3,
    ).map(tuple),
    token=PLAIN,
    version=st.just("2.0"),
)
SAMPLE = encode(
    Message(
        Kind.PUSH,
        "20261126083000000001",
        Address("UTCS"),
        Address("TICP"),
        (
            Operation(
                Name.NOTIFY, (node("CrossState", ("CrossID", "路口<&>"), ("Value", "Online")),)
            ),
        ),
    ),
    namespace=GENERAL,
)


@settings(max_examples=80, deadline=None)
@given(MESSAGES, st.sampled_from([GENERAL, SIGNALS]))
def test_a_message_is_read_back_as_it_was_written(message: Message, namespace: str) -> None:
    text = encode(message, namespace=namespace)

    assert namespace in text
    assert decode(text) == message


@settings(max_examples=60, deadline=None)
@given(st.lists(MESSAGES, min_size=1, max_size=4), st.data())
def test_reads_may_end_anywhere(messages: list[Message], data: st.DataObject) -> None:
    """Two messages in one read, or one in twenty, are the same two messages."""
    stream = "\r\n".join(encode(each, namespace=GENERAL) for each in messages).encode()
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=20)))
    framer, found = Framer(), []

    for begin, end in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        found += framer.feed(stream[begin:end])

    assert [decode(each) for each in found] == messages


def test_a_stream_that_comes_byte_by_byte_costs_no_more() -> None:
    """A framer that searches everything again at each byte takes minutes for one message."""
    stream = b"<Message>" + b"x" * 90_000 + END
    framer, found, begun = Framer(), 0, time.process_time()

    for place in range(len(stream)):
        found += len(framer.feed(stream[place : place + 1]))

    assert found == 1
    assert time.process_time() - begun < 5


def test_a_stream_without_an_end_is_given_up() -> None:
    framer = Framer()
    framer.feed(b"x" * MOST_BYTES)

    with pytest.raises(Garbled, match="no end"):
        framer.feed(b"x")


def test_a_message_longer_than_the_standard_allows_is_refused_before_it_is_read() -> None:
    with pytest.raises(Garbled, match="longer"):
        Framer().feed(b"<a>" + b"x" * LONGEST + END)


def test_a_declaration_that_does_not_end_is_no_message() -> None:
    with pytest.raises(Garbled):
        parse("<?xml version='1.0'")


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE a [<!ENTITY b "c">]><Message/>',
        "<!DOCTYPE Message><Message/>",
        '<!DOCTYPE a SYSTEM "file:///etc/hostname"><Message/>',
        "<Message>&unknown;</Message>",
        "<a>" * (DEEPEST + 1) + "</a>" * (DEEPEST + 1),
        "<a>" + "<b/>" * 21_000 + "</a>",
        "<a>" + "x" * LONGEST + "</a>",
        "",
        "<?xml version='1.0'?>",
        "no xml",
        "<a></b>",
        "<a/><b/>",
        "<a>\ud800</a>",
    ],
)
def test_what_could_read_files_or_fill_the_memory_is_refused(text: str) -> None:
    with pytest.raises(Garbled):
        parse(text)


def test_another_encoding_in_the_declaration_does_not_change_the_text() -> None:
    text = SAMPLE.replace('encoding="UTF-8"', 'encoding="GB2312"')

    assert decode(text) == decode(SAMPLE)


def test_a_message_too_long_or_with_control_characters_is_not_sent() -> None:
    for inside in ("x" * LONGEST, "a\x00b", "a\ufffeb"):
        message = Message(
            Kind.PUSH,
            "1",
            Address("UTCS"),
            Address("TICP"),
            (Operation(Name.NOTIFY, (Node("Value", inside),)),),
        )
        with pytest.raises(Garbled):
            encode(message, namespace=GENERAL)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<Type>PUSH</Type>", "<Type>SHOUT</Type>"),
        ('name="Notify"', 'name="Explode"'),
        ("<Seq>", "<Seq>0000000"),
        ("Body", "Leib"),
        ("From", "Von"),
        ("Message", "Nachricht"),
    ],
)
def test_an_envelope_of_another_shape_is_refused(old: str, new: str) -> None:
    with pytest.raises(Garbled):
        decode(SAMPLE.replace(old, new))


def test_a_product_that_leaves_out_the_inner_address_is_understood() -> None:
    text = SAMPLE.replace("<Address>", "").replace("</Address>", "")

    assert decode(text).sender == Address("UTCS")


def test_too_many_operations_are_refused() -> None:
    one = SAMPLE[SAMPLE.index("<Operation") : SAMPLE.index("</Body>")]

    with pytest.raises(Garbled, match="operations"):
        decode(SAMPLE.replace(one, one * 101))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_whatever_is_done_to_a_message_gives_one_kind_of_error(data: st.DataObject) -> None:
    """Random bytes, flipped bits, cuts: a message or `Garbled`, and never long."""
    good = bytearray(SAMPLE.encode())
    for _ in range(data.draw(st.integers(1, 6))):
        good[data.draw(st.integers(0, len(good) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    cut = bytes(good[: data.draw(st.integers(0, len(good)))])

    _survives(cut)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
@example(b"\xff" + END)
@example(b"<Message>\xed\xa0\x80" + END)
def test_random_bytes_give_one_kind_of_error(content: bytes) -> None:
    _survives(content)
    _survives(content + END)


def _survives(content: bytes) -> None:
    try:
        for text in Framer().feed(content):
            decode(text)
    except Garbled:
        pass


@pytest.mark.parametrize("text", ["1.5", "x", "1" * 13, "--1", "١"])
def test_a_number_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(Garbled):
        node("a", ("n", text)).number("n")
    assert node("a", ("n", " 12 ")).number("n") == 12
    assert node("a").number_or_none("n") is None
    with pytest.raises(Garbled):
        node("a").number("n")


@pytest.mark.parametrize("text", ["1.5.1", "nan", "inf", "1e9", "-", "9" * 25])
def test_a_decimal_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(Garbled):
        node("a", ("n", text)).decimal_or_none("n")
    assert node("a", ("n", "1.5")).decimal_or_none("n") == 1.5
    assert node("a").decimal_or_none("n") is None
