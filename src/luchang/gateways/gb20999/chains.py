"""Chains of a plan: sixteen stages, a byte each, and sixteen lengths, two bytes each."""

from collections.abc import Sequence

from luchang.apps.signals.ports import StoredStage
from luchang.gateways.gb20999.dialect import Chain
from luchang.gateways.gb20999.frame import BadFrame

PLACES = 16


def stages_and_times(stages: bytes, times: bytes, chain: Chain) -> tuple[StoredStage, ...]:
    """What the two chains say together; unused places are nought.

    A length here is the whole stage: the change is kept with the phases, and not in the plan.

    Raises:
        BadFrame: of another length, or they do not fit each other.
    """
    if len(stages) != PLACES or len(times) != 2 * PLACES:
        raise BadFrame(f"chains of {len(stages)} and {len(times)} bytes")
    lengths = [int.from_bytes(times[at : at + 2], "big") for at in range(0, 2 * PLACES, 2)]
    pairs = list(zip(stages, lengths, strict=True))
    if chain is Chain.FIRST_LAST:
        pairs.reverse()
    used = [pair for pair in pairs if pair != (0, 0)]
    if any(not number or not length for number, length in used):
        raise BadFrame("a stage without a length, or a length without a stage")
    return tuple(StoredStage(number - 1, length, None, None) for number, length in used)


def chains_of(stages: Sequence[StoredStage], chain: Chain) -> tuple[bytes, bytes]:
    """The two chains of a plan, as a simulated controller keeps them.

    Raises:
        BadFrame: more stages than places.
    """
    if len(stages) > PLACES:
        raise BadFrame(f"more than {PLACES} stages")
    pairs = [(each.stage + 1, each.length_s) for each in stages]
    pairs += [(0, 0)] * (PLACES - len(pairs))
    if chain is Chain.FIRST_LAST:
        pairs.reverse()
    return (
        bytes(number for number, _length in pairs),
        b"".join(length.to_bytes(2, "big") for _number, length in pairs),
    )
