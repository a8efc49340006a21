"""Why something was not done: one code for programs, one text for whoever reads it.

An app makes one class of its own, with its texts, and subclasses where a caller has to tell apart:

    class Refused(refused.Refused):
        texts = {"own_work": _("排查人不能验收自己的隐患")}
"""

from collections.abc import Mapping
from typing import ClassVar

from django.utils.functional import Promise


class Refused(Exception):
    """Nothing was changed; the text says why, in the language of whoever reads it."""

    texts: ClassVar[Mapping[str, str | Promise]] = {}

    def __init__(self, code: str, /, **named: object) -> None:
        super().__init__(code)
        self.code = code
        self.named = named

    def __str__(self) -> str:
        return str(self.texts[self.code]) % {name: str(each) for name, each in self.named.items()}
