"""The words a script shows for our codes, in the reader's language."""

from django.utils.translation import get_language

from luchang.apps.dispatch.selectors.categories import Category, categories, category
from luchang.apps.dispatch.states import (
    CategoryGroup,
    Clock,
    DispatchStatus,
    FeedbackResult,
    Grade,
    IncidentStatus,
)


def name_of(kind: Category) -> str:
    """A category's name in the reader's language."""
    return kind.name if (get_language() or "zh").startswith("zh") else kind.name_en


def category_label(code: str) -> str:
    kind = category(code)
    return name_of(kind) if kind else code


def category_labels() -> dict[str, str]:
    return {kind.code: name_of(kind) for kind in categories()}


def category_choices() -> list[dict[str, str]]:
    """What the desk's category field finds by code, name or initials."""
    return [
        {
            "code": kind.code,
            "name": name_of(kind),
            "initials": kind.initials,
            "grade": kind.grade,
            "group": str(CategoryGroup(kind.group).label),
        }
        for kind in categories()
    ]


def script_labels() -> dict[str, dict[str, str]]:
    """Every code a live card may carry."""
    enums = {
        "status": IncidentStatus,
        "dispatch": DispatchStatus,
        "grade": Grade,
        "clock": Clock,
        "result": FeedbackResult,
    }
    texts = {
        name: {value: str(label) for value, label in states.choices}
        for name, states in enums.items()
    }
    return texts | {"category": category_labels()}
