"""Links on a map in the colour of their level, for every page that shows one."""

from collections.abc import Mapping, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from luchang.apps.passages.selectors.congestion import LinkState
from luchang.apps.passages.states import CongestionLevel

TONES = {
    CongestionLevel.FREE: "success",
    CongestionLevel.SMOOTH: "info",
    CongestionLevel.SLIGHT: "warning",
    CongestionLevel.MODERATE: "danger",
    CongestionLevel.SEVERE: "danger",
    CongestionLevel.UNKNOWN: "secondary",
}
"""As the map calls them; severe ones carry a mark as well."""


def layers(states: Sequence[LinkState], *, linked: bool) -> list[Mapping[str, object]]:
    """Links in the colour of their level, the worst drawn last, severe ones marked as well."""
    drawn = [one for one in reversed(states) if one.link.path]
    lines = [
        {
            "id": one.link.pk,
            "name": f"{one.link.name} {one.level.label}",
            "geometry": {"type": "LineString", "coordinates": one.link.path},
            "tone": TONES[one.level],
            **_href(one, linked=linked),
        }
        for one in drawn
    ]
    marks = [
        {
            "id": one.link.pk,
            "lon": one.link.path[len(one.link.path) // 2][0],
            "lat": one.link.path[len(one.link.path) // 2][1],
            "name": one.link.name,
            "mark": "!",
            "tone": "danger",
            **_href(one, linked=linked),
        }
        for one in drawn
        if one.level == CongestionLevel.SEVERE
    ]
    return [
        {"id": "links", "kind": "line", "title": _("路况"), "things": lines},
        {"id": "severe", "kind": "incident", "title": _("严重拥堵"), "things": marks},
    ]


def _href(one: LinkState, *, linked: bool) -> dict[str, object]:
    return {"href": reverse("passages.link", args=[one.link.pk])} if linked else {}
