"""Looking a value up by its key in a template."""

from collections.abc import Mapping

from django import template

register = template.Library()


@register.filter
def of(values: Mapping[int, int], key: int) -> int:
    """The value under a key: `{{ keys|of:number }}`."""
    return values[key]
