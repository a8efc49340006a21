"""What is said of a file that cannot be taken: where in it, what is wrong, how to mend it."""

from collections.abc import Sequence
from dataclasses import dataclass

MOST_SHOWN = 20


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a file."""

    where: str
    what: str
    mend: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}. {self.mend}"


class FileRefused(Exception):
    """Nothing of the file was taken."""

    def __init__(self, file: str, problems: Sequence[Problem]) -> None:
        self.file = file
        self.problems = tuple(problems)
        super().__init__("\n".join(self._lines()))

    def _lines(self) -> list[str]:
        lines = [f"{self.file}: {problem}" for problem in self.problems[:MOST_SHOWN]]
        if len(self.problems) > MOST_SHOWN:
            lines.append(f"… +{len(self.problems) - MOST_SHOWN}")
        return lines
