"""Frames in a stream of bytes (TCP, serial), escaped; and in datagrams, which are not escaped."""

from enum import StrEnum

from luchang.gateways.gb20999.frame import HEAD, LENGTH_OFF, MOST_BYTES, TAIL, BadFrame

ESCAPE = 0x5C
_MARKS = frozenset((HEAD, TAIL, ESCAPE))


class Escaping(StrEnum):
    """How bytes that look like marks are told apart from them in a stream.

    PREFIX puts 0x5C before each 0x7E, 0x7D and 0x5C between head and tail and leaves the byte as
    it is. One published implementation says so; no captured stream confirms it.
    """

    PREFIX = "prefix"
    NONE = "none"


def escaped(frame: bytes, escaping: Escaping) -> bytes:
    """A frame as it goes into a stream; the escapes are no part of length or checksum."""
    if escaping is Escaping.NONE:
        return frame
    out = bytearray(frame[:1])
    for byte in frame[1:-1]:
        if byte in _MARKS:
            out.append(ESCAPE)
        out.append(byte)
    out += frame[-1:]
    return bytes(out)


class Unescaper:
    """Cuts a stream into frames, wherever reads end; every byte is looked at once.

    What stands between frames is passed over, and so is a frame that a new head cuts short: the
    checksum judges what is left.
    """

    def __init__(self) -> None:
        self._kept: bytearray | None = None
        self._escape = False

    def feed(self, received: bytes) -> list[bytes]:
        """Frames completed by these bytes, unescaped, head and tail included."""
        found: list[bytes] = []
        for byte in received:
            if self._escape:
                self._escape = False
                self._keep(byte)
            elif byte == ESCAPE and self._kept is not None:
                self._escape = True
            elif byte == HEAD:
                self._kept = bytearray((HEAD,))
            elif byte == TAIL and self._kept is not None:
                self._kept.append(TAIL)
                found.append(bytes(self._kept))
                self._kept = None
            else:
                self._keep(byte)
        return found

    def _keep(self, byte: int) -> None:
        if self._kept is None:
            return
        self._kept.append(byte)
        if len(self._kept) > MOST_BYTES:
            self._kept = None


def cut(datagram: bytes) -> list[bytes]:
    """Frames of one datagram, by their length fields.

    Raises:
        BadFrame: something of it is no frame.
    """
    found, at = [], 0
    while at < len(datagram):
        length = int.from_bytes(datagram[at + 1 : at + 3], "big") + LENGTH_OFF
        frame = datagram[at : at + length]
        if len(frame) < length:
            raise BadFrame("a datagram that ends within a frame")
        found.append(frame)
        at += length
    return found
