"""The component set: `{% load ui %}`. What there is stands in `docs/how-to/build-a-page.md`."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django import template
from django.core.paginator import Page
from django.core.serializers.json import DjangoJSONEncoder
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect, Select
from django.template import Context
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from luchang.kernel import clock
from luchang.kernel.ui import built as build
from luchang.kernel.ui import tones
from luchang.kernel.ui.blocks import block, draw, parse_slot

register = template.Library()
register.tag("slot", parse_slot)

ATTRIBUTES = ("hx_", "data_", "aria_", "form")
"""What a button passes on to the browser: `hx_post=url` becomes `hx-post`."""


def _attributes(said: Mapping[str, object]) -> list[tuple[str, object]]:
    unknown = [name for name in said if not name.startswith(ATTRIBUTES)]
    if unknown:
        raise template.TemplateSyntaxError(f"no such argument: {', '.join(unknown)}")
    return [(name.replace("_", "-"), value) for name, value in said.items()]


# Small things


@register.simple_tag(takes_context=True)
def icon(context: Context, name: str, *, label: str = "", large: bool = False) -> SafeString:
    return draw(context, "icon", {"name": name, "label": label, "large": large})


@register.simple_tag(takes_context=True)
def badge(
    context: Context, text: object, *, tone: str = "neutral", plain: bool = False
) -> SafeString:
    return draw(context, "badge", {"text": text, "tone": tone, "plain": plain})


@register.simple_tag(takes_context=True)
def status(context: Context, kind: str, value: str) -> SafeString:
    """A state in the tone its app registered with `ui.tones`."""
    label, tone = tones.shown_as(kind, value)
    return draw(context, "badge", {"text": label, "tone": tone, "plain": False})


@register.simple_tag(takes_context=True)
def button(context: Context, label: str, **said: Any) -> SafeString:
    """A button, or a link that looks like one when it has `href`."""
    known = {
        name: said.pop(name, "")
        for name in ("href", "icon", "size", "name", "value", "key", "confirm", "open", "title")
    }
    known["kind"] = said.pop("kind", "default")
    known["type"] = said.pop("type", "button")
    flags = {name: bool(said.pop(name, False)) for name in ("disabled", "wide", "icon_only")}
    values = {"label": label, **known, **flags, "attributes": _attributes(said)}
    return draw(context, "button", values)


@register.simple_tag(takes_context=True)
def avatar(context: Context, name: str, *, small: bool = False) -> SafeString:
    return draw(context, "avatar", {"letter": name[-1:] or "?", "small": small})


@register.simple_tag(takes_context=True)
def person(context: Context, name: str, *, note: str = "") -> SafeString:
    return draw(context, "person", {"letter": name[-1:] or "?", "name": name, "note": note})


@register.simple_tag
def kbd(keys: str) -> SafeString:
    return format_html("<kbd>{}</kbd>", keys)


@register.simple_tag(takes_context=True)
def code(context: Context, text: object, *, copy: bool = False) -> SafeString:
    """A number people read out and copy: a case number, an organisation code."""
    return draw(context, "code", {"text": text, "copy": copy})


@register.simple_tag
def plate(number: str, *, colour: str = "blue") -> SafeString:
    return format_html('<span class="lc-plate is-{}">{}</span>', colour, number)


@register.simple_tag
def when(at: datetime | date | None, form: str = "%Y-%m-%d %H:%M") -> SafeString:
    """A moment as officers read it: Shanghai time; a dash where there is none."""
    if at is None:
        return mark_safe('<span class="lc-none">—</span>')
    if not isinstance(at, datetime):
        return format_html('<time datetime="{0}">{0}</time>', at.isoformat())
    local = clock.local(at)
    shown = local.strftime(form)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', at.isoformat(), f"{local:%F %T}", shown
    )


@register.simple_tag(takes_context=True)
def countdown(context: Context, until: datetime | str, *, warn_s: int = 60) -> SafeString:
    """Time left, counted in the page; `+` and red when it is over. A text is ISO 8601."""
    return draw(context, "clock", {"until": _iso(until), "warn_s": warn_s})


@register.simple_tag(takes_context=True)
def elapsed(context: Context, since: datetime | str, *, limit_s: int = 0) -> SafeString:
    """Time passed, counted in the page; red from `limit_s` on. A text is ISO 8601."""
    return draw(context, "clock", {"since": _iso(since), "limit_s": limit_s})


@register.filter
def lasting(seconds: float | None) -> SafeString | str:
    """A length of time in the largest unit that leaves no rest; a dash where there is none."""
    if seconds is None:
        return mark_safe('<span class="lc-none">—</span>')
    for size, words in ((3600, _("%(count)s 小时")), (60, _("%(count)s 分钟"))):
        if seconds >= size and seconds % size == 0:
            return words % {"count": int(seconds // size)}
    return _("%(count)s 秒") % {"count": int(seconds)}


def _iso(at: datetime | str) -> str:
    return at if isinstance(at, str) else at.isoformat()


@register.filter
def or_dash(value: object) -> object:
    """The value, or a dash that says there is none; 0 is a value."""
    empty = value is None or value == ""
    return mark_safe('<span class="lc-none">—</span>') if empty else value


@register.filter
def as_json(value: object) -> SafeString:
    """JSON for a data block: nothing in it can end the block."""
    text = json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return mark_safe(text)  # noqa: S308 - escaped above


# Numbers and lists


@register.simple_tag(takes_context=True)
def stat(context: Context, label: str, value: object, **said: Any) -> SafeString:
    """A tile with one number; `value` None shows a dash, never a zero that means no data."""
    known = {name: said.pop(name, "") for name in ("unit", "note", "tone", "icon", "href", "id")}
    return draw(
        context,
        "stat",
        {"label": label, "value": value, **known, "attributes": _attributes(said)},
    )


@register.simple_tag(takes_context=True)
def empty(context: Context, title: str, **said: Any) -> SafeString:
    known = {name: said.pop(name, "") for name in ("body", "href", "action", "small")}
    return draw(context, "empty", {"title": title, "icon": said.pop("icon", "inbox"), **known})


@register.simple_tag(takes_context=True)
def pagination(context: Context, page: "Page[Any]", *, name: str = "page") -> SafeString:
    """Page numbers that keep the filters of the address."""
    request = context.get("request")
    query = request.GET.copy() if request else None
    if query is not None:
        query.pop(name, None)
    kept = f"{query.urlencode()}&" if query else ""
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
    values = {"page": page, "numbers": list(numbers), "prefix": f"?{kept}{name}="}
    return draw(context, "pagination", values)


@register.simple_tag(takes_context=True)
def tabs(context: Context, items: Iterable[object], *, label: str = "") -> SafeString:
    """Items with `label`, `href`, `here` and perhaps `count`."""
    return draw(context, "tabs", {"items": list(items), "label": label})


@register.simple_tag(takes_context=True)
def steps(context: Context, items: Iterable[object], *, label: str = "") -> SafeString:
    """Items with `label`, `state` (done, here, next, failed) and perhaps `note`."""
    return draw(context, "steps", {"items": list(items), "label": label})


@register.simple_tag(takes_context=True)
def progress(context: Context, value: float | None, **said: Any) -> SafeString:
    """A bar of `value` out of `most`; None is work whose length nobody knows."""
    known = {name: said.pop(name, "") for name in ("label", "words", "tone", "id")}
    return draw(context, "progress", {"value": value, "most": said.pop("most", 100), **known})


@register.simple_tag(takes_context=True)
def tree(
    context: Context, nodes: Sequence[object], *, label: str = "", search: bool = False
) -> SafeString:
    """Nodes with `label`, `href`, `count`, `here`, `open` and `children`."""
    return draw(context, "tree", {"nodes": nodes, "label": label, "search": search})


# Panels


@register.simple_tag(takes_context=True)
def map_panel(context: Context, spec: Mapping[str, Any], **said: Any) -> SafeString:
    """A map of `spec`: {tiles, centre, zoom, bounds, layers}; see frontend/src/map.js.

    It hears the topics of its layers, from `since` on.
    """
    known = {name: said.pop(name, "") for name in ("label", "height", "id", "since")}
    layers: list[Mapping[str, Any]] = list(spec.get("layers", []))
    topics = ",".join(sorted({row["topic"] for row in layers if row.get("topic")}))
    legend = [row for row in layers if row.get("title")]
    return draw(context, "map_panel", {"spec": spec, "legend": legend, "topics": topics, **known})


@register.simple_tag(takes_context=True)
def chart_panel(
    context: Context, kind: str, spec: Mapping[str, Any], *, label: str, height: str = ""
) -> SafeString:
    """A chart (line, area, bar, pie) of {categories, series: [{name, values}]}, with its table."""
    series = spec["series"]
    rows = [
        (category, [row["values"][index] for row in series])
        for index, category in enumerate(spec["categories"])
    ]
    values = {"kind": kind, "spec": spec, "rows": rows, "label": label, "height": height}
    return draw(context, "chart_panel", values)


@register.simple_tag(takes_context=True)
def print_head(context: Context, title: str) -> SafeString:
    """Title, printer's name and time, and a watermark; seen on paper only."""
    return draw(context, "print_head", {"title": title, "times": range(18)})


@register.simple_tag(takes_context=True)
def built(context: Context, name: str) -> SafeString:
    """The script and styles of one entry of the front-end build."""
    return draw(context, "built", {"entry": build.entry(name)})


@register.simple_tag(takes_context=True)
def again(context: Context, name: str) -> str:
    """What a block of this page holds, a second time: the title as heading."""
    blocks = context.render_context.get(BLOCK_CONTEXT_KEY)
    held = blocks.get_block(name) if blocks else None
    return held.nodelist.render(context).strip() if held else ""


# Forms

_CHOICES = (RadioSelect, CheckboxSelectMultiple)


@register.simple_tag(takes_context=True)
def field(context: Context, bound: BoundField, *, whole: bool = False) -> SafeString:
    """Label, control, help and errors of one field, joined for screen readers."""
    widget = bound.field.widget
    described = [f"{bound.auto_id}_helptext"] if bound.help_text else []
    described += [f"{bound.auto_id}_error"] if bound.errors else []
    attributes: dict[str, Any] = {}
    if not isinstance(widget, _CHOICES):
        attributes["class"] = f"{widget.attrs.get('class', '')} {_control_class(widget)}".strip()
    if described:
        attributes["aria-describedby"] = " ".join(described)
    values = {
        "bound": bound,
        "control": bound.as_widget(attrs=attributes),
        "is_group": isinstance(widget, _CHOICES),
        "is_box": isinstance(widget, CheckboxInput),
        "is_hidden": bound.is_hidden,
        "whole": whole,
    }
    return draw(context, "field", values)


def _control_class(widget: object) -> str:
    if isinstance(widget, CheckboxInput):
        return "form-check-input"
    return "form-select" if isinstance(widget, Select) else "form-control"


# Components with content


@block(register)
def card(**said: Any) -> Mapping[str, object]:
    known = {name: said.get(name, "") for name in ("title", "note", "icon", "id", "flush")}
    return known | {"level": said.get("level", 2)}


@block(register)
def facts(*, columns: int = 2) -> Mapping[str, object]:
    return {"columns": columns}


@block(register)
def fact(*, label: str, whole: bool = False) -> Mapping[str, object]:
    return {"label": label, "whole": whole}


@block(register)
def table(*, caption: str, density: str = "", stacking: bool = True) -> Mapping[str, object]:
    return {"caption": caption, "density": density, "stacking": stacking}


@block(register)
def filters(**said: Any) -> Mapping[str, object]:
    """The bar 查询 / 重置 / 展开; what lies in the slot `more` is folded away."""
    return {name: said.get(name, "") for name in ("action", "open", "target", "label")}


@block(register)
def modal(*, id: str, title: str, size: str = "") -> Mapping[str, object]:
    return {"id": id, "title": title, "size": size}


@block(register)
def drawer(*, id: str, title: str) -> Mapping[str, object]:
    return {"id": id, "title": title}


@block(register)
def dropdown(**said: Any) -> Mapping[str, object]:
    known = {name: said.get(name, "") for name in ("label", "icon", "left", "icon_only")}
    return known | {"kind": said.get("kind", "default"), "size": said.get("size", "")}


@block(register)
def timeline(*, label: str = "") -> Mapping[str, object]:
    return {"label": label}


@block(register)
def event(**said: Any) -> Mapping[str, object]:
    """One entry of a timeline: `title`, `at`, `who`, `icon`, `tone`."""
    known = {name: said.get(name, "") for name in ("title", "at", "who")}
    return known | {"icon": said.get("icon", "point"), "tone": said.get("tone", "neutral")}


@block(register)
def notice(*, title: str = "", tone: str = "info", icon: str = "") -> Mapping[str, object]:
    marks = {"danger": "alert-circle", "warning": "alert-triangle", "success": "circle-check"}
    return {"title": title, "tone": tone, "icon": icon or marks.get(tone, "info-circle")}


@block(register)
def ask(**said: Any) -> Mapping[str, object]:
    """A form that is sent: `action`, `columns`, `guard` (warn before typed text is lost)."""
    known = {name: said.get(name, "") for name in ("action", "id", "files", "target", "confirm")}
    return known | {
        "columns": said.get("columns", 1),
        "guard": said.get("guard", True),
        "method": said.get("method", "post"),
    }
