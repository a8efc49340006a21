"""What the public is told: made of the subject, masked whatever stands in it."""

from django.utils import translation

from luchang.apps.risk.models import Exposure
from luchang.apps.risk.states.instruments import Detail, ExposedKind
from luchang.core.common.personal import mask_name
from luchang.core.common.publishing import published

HOUSE_LANGUAGE = "zh-hans"


def announcement(exposure: Exposure) -> str:
    """The text to be published.

    Every plate, resident number and phone in it is masked at every level of detail, the names of
    persons too. Names of enterprises stay only where an enterprise is exposed by name.
    """
    with translation.override(HOUSE_LANGUAGE):
        lines = [
            f"曝光类别：{exposure.get_kind_display()}",
            f"曝光对象：{_shown(exposure)}",
            f"违法事实：{exposure.facts}",
            f"法律依据：{exposure.legal_basis}",
            f"曝光期限：{exposure.starts_on}至{exposure.ends_on}",
            f"发布单位：{exposure.organisation.name}",
        ]
    return published(
        "\n".join(lines),
        names=_names(exposure),
        secrets=[exposure.target_name] if exposure.kind == ExposedKind.VEHICLE else [],
        outline=exposure.detail == Detail.OUTLINE,
    )


def _shown(exposure: Exposure) -> str:
    if exposure.detail == Detail.OUTLINE:
        return f"某{exposure.get_kind_display()}"
    if exposure.kind == ExposedKind.VEHICLE and exposure.enterprise_name:
        return f"{exposure.target_name}（{exposure.enterprise_name}）"
    return exposure.target_name


def _names(exposure: Exposure) -> list[str]:
    """The names of which only the first character is left."""
    names = [exposure.person_name, exposure.enterprise_name]
    if exposure.kind == ExposedKind.ENTERPRISE:
        names.append(exposure.target_name)
    if exposure.detail == Detail.NAMED:
        names = [exposure.person_name]
    return [name for name in names if name and mask_name(name) != name]
