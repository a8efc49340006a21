"""Cuts a stream of bytes into messages: each ends with its closing tag, wherever reads end."""

from luchang.gateways.ga1049.nodes import LONGEST, Garbled

END = b"</Message>"
MOST_BYTES = LONGEST * 4
"""UTF-8 takes up to four bytes for one of the characters that are counted."""


class Framer:
    """Keeps what belongs to a message not yet complete.

    Bytes are searched once: a peer that sends one byte at a time costs no more than one that
    sends everything at once.
    """

    def __init__(self) -> None:
        self._kept = bytearray()
        self._searched = 0

    def feed(self, received: bytes) -> list[str]:
        """Messages completed by these bytes, in order.

        Raises:
            Garbled: no end within the longest message, or not UTF-8; the stream is of no use.
        """
        self._kept += received
        found: list[str] = []
        begin = 0
        while (end := self._kept.find(END, max(self._searched, begin))) >= 0:
            stop = end + len(END)
            found.append(_text(bytes(self._kept[begin:stop])))
            begin = stop
            self._searched = stop
        del self._kept[:begin]
        self._searched = max(0, len(self._kept) - len(END) + 1)
        if len(self._kept) > MOST_BYTES:
            raise Garbled(f"no end of a message within {MOST_BYTES} bytes")
        return found


def _text(content: bytes) -> str:
    try:
        text = content.decode("utf-8").lstrip("\ufeff \t\r\n\0")
    except UnicodeDecodeError as strange:
        raise Garbled("not UTF-8") from strange
    if len(text) > LONGEST:
        raise Garbled(f"longer than {LONGEST} characters")
    return text
