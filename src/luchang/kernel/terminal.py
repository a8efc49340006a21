"""What is said to the person at a terminal: one clear sentence, in their language.

No Django here: the launcher speaks before settings are read.
"""

import os
import sys
from enum import Enum


class Language(Enum):
    """What the terminal's locale asks for; BOTH where it says nothing, as on most servers."""

    CHINESE = "zh"
    ENGLISH = "en"
    BOTH = ""


class Refusal(Exception):
    """The platform cannot do what was asked; says what is wrong and how to mend it."""

    def __init__(self, chinese: str, english: str) -> None:
        super().__init__(english)
        self.chinese = chinese
        self.english = english

    def __str__(self) -> str:
        return _spoken(self.chinese, self.english, between="\n  ")


def language() -> Language:
    """As POSIX reads it: LC_ALL, else LC_MESSAGES, else LANG."""
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        named = os.environ.get(variable, "")
        if not named:
            continue
        if named.partition(".")[0] in ("C", "POSIX"):
            return Language.BOTH
        return Language.CHINESE if named.startswith("zh") else Language.ENGLISH
    return Language.BOTH


def say(chinese: str, english: str) -> None:
    """One line for whoever started us."""
    sys.stdout.write(f"▸ {_spoken(chinese, english, between=' · ')}\n")
    sys.stdout.flush()


def complain(refusal: Refusal) -> None:
    """Say on the error stream why nothing was done."""
    sys.stderr.write(f"✗ {refusal}\n")
    sys.stderr.flush()


def _spoken(chinese: str, english: str, *, between: str) -> str:
    match language():
        case Language.CHINESE:
            return chinese
        case Language.ENGLISH:
            return english
        case Language.BOTH:
            return f"{chinese}{between}{english}"
