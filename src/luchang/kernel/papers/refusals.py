"""Why a text or a paper is not made as asked, in words an officer can act on."""

from collections.abc import Mapping, Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from luchang.core.documents.language import Problem
from luchang.kernel.papers.faults import first_words

REASONS: Mapping[str, str | Promise] = {
    "problems": _("正文有%(count)s处写法系统不认识：%(what)s"),
    "changed_meanwhile": _("您打开之后有人改过这份模板，请重新打开再改"),
    "unchanged": _("正文没有改动"),
    "already_shipped": _("现在用的就是产品原文"),
}
"""Each refusal by its code; the code is what programs and tests ask for."""


class PaperRefused(Exception):
    """Nothing was changed; the text says why, in the language of whoever reads it."""

    def __init__(self, code: str, **named: object) -> None:
        super().__init__(code)
        self.code = code
        self.named = named

    def __str__(self) -> str:
        return str(REASONS[self.code]) % {name: str(value) for name, value in self.named.items()}


class TextMisread(PaperRefused):
    """Something in the text is not understood; `problems` names each with its line."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("problems")
        self.problems = tuple(problems)

    def __str__(self) -> str:
        said = {"count": len(self.problems), "what": first_words(self.problems)}
        return str(REASONS[self.code]) % said
