"""The columns a risk list adds to its hazards, and what may stand in them."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date

from django.db.models import TextChoices
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

LONGEST = 200
MOST_FIELDS = 20


class FieldKind(TextChoices):
    TEXT = "text", _("文本")
    NUMBER = "number", _("数字")
    DATE = "date", _("日期")
    CHOICE = "choice", _("选项")


class Malformed(ValueError):
    """A value does not fit its column; names the column."""

    def __init__(self, title: str) -> None:
        super().__init__(title)
        self.title = title


@dataclass(frozen=True)
class ExtraField:
    """One column of a list's own."""

    key: str
    title: str
    title_en: str = ""
    kind: str = FieldKind.TEXT.value
    required: bool = False
    choices: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        return self.title_en if get_language() == "en" and self.title_en else self.title

    def stored(self) -> dict[str, object]:
        return {**asdict(self), "choices": list(self.choices)}

    @classmethod
    def of(cls, stored: Mapping[str, object]) -> "ExtraField":
        choices = stored.get("choices") or ()
        return cls(
            key=str(stored["key"]),
            title=str(stored["title"]),
            title_en=str(stored.get("title_en") or ""),
            kind=FieldKind(str(stored.get("kind") or FieldKind.TEXT)).value,
            required=bool(stored.get("required")),
            choices=tuple(map(str, choices)) if isinstance(choices, list | tuple) else (),
        )

    def checked(self, given: object) -> object:
        """The value as it is kept; empty text for none.

        Raises:
            Malformed: it is missing, or is not of this kind.
        """
        text = "" if given is None else str(given).strip()
        if not text:
            if self.required:
                raise Malformed(self.title)
            return ""
        kept = self._kept(text)
        if kept is None:
            raise Malformed(self.title)
        return kept

    def _kept(self, text: str) -> object:
        if self.kind == FieldKind.NUMBER:
            return _number(text)
        if self.kind == FieldKind.DATE:
            return _day(text)
        if self.kind == FieldKind.CHOICE:
            return text if text in self.choices else None
        return text if len(text) <= LONGEST and text.isprintable() else None


def fields_of(stored: Sequence[Mapping[str, object]]) -> list[ExtraField]:
    return [ExtraField.of(each) for each in stored]


def checked_values(fields: Sequence[ExtraField], given: Mapping[str, object]) -> dict[str, object]:
    """Only what the list knows, each as its kind is kept.

    Raises:
        Malformed: a value is missing or does not fit.
    """
    found = {each.key: each.checked(given.get(each.key)) for each in fields}
    return {key: value for key, value in found.items() if value != ""}


def _number(text: str) -> float | int | None:
    try:
        number = float(text)
    except ValueError:
        return None
    if not abs(number) < 10**12:  # neither endless nor more than a spreadsheet keeps
        return None
    return int(number) if number.is_integer() else number


def _day(text: str) -> str | None:
    try:
        return date.fromisoformat(text[:10]).isoformat()
    except ValueError:
        return None
