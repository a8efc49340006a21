"""Template tags that wrap content and have slots.

    {% card title="…" %}{% slot "actions" %}…{% endslot %}…{% endcard %}

All arguments are by keyword. What a slot holds is taken out of the content and given to the
component under the slot's name.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.template import Context, Library, Node, NodeList, TemplateSyntaxError
from django.template.base import FilterExpression, Parser, Token, token_kwargs
from django.utils.safestring import SafeString, mark_safe

SLOTS = "lc-slots"

Values = Callable[..., Mapping[str, object]]


def draw(context: Context, name: str, values: Mapping[str, object]) -> SafeString:
    """Render `ui/<name>.html` with `values` and what every component may need of the page."""
    if context.template is None:
        raise TemplateSyntaxError(f"{name} is drawn outside a template")
    shared = {
        key: context.get(key)
        for key in ("request", "csrf_token", "shell_icons", "actor", "shell_now")
    }
    inner = context.new({**shared, **values})
    return SafeString(context.template.engine.get_template(f"ui/{name}.html").render(inner))


def _stack(context: Context) -> list[dict[str, object]]:
    """The slots of the components that are being drawn, innermost last."""
    held: Any = context.render_context
    stack: list[dict[str, object]] = held.setdefault(SLOTS, [])
    return stack


class BlockNode(Node):
    """A component with content."""

    def __init__(
        self, name: str, values: Values, said: Mapping[str, FilterExpression], inside: NodeList
    ) -> None:
        self.name, self.values, self.said, self.inside = name, values, said, inside

    def render(self, context: Context) -> SafeString:
        said = {key: value.resolve(context) for key, value in self.said.items()}
        stack = _stack(context)
        stack.append({})
        try:
            content = mark_safe(self.inside.render(context).strip())  # noqa: S308 - a rendered template
        finally:
            slots = stack.pop()
        return draw(context, self.name, {**self.values(**said), **slots, "content": content})


class SlotNode(Node):
    """Content for a named place of the component around it."""

    def __init__(self, name: str, inside: NodeList) -> None:
        self.name, self.inside = name, inside

    def render(self, context: Context) -> str:
        stack = _stack(context)
        if not stack:
            raise TemplateSyntaxError(f'slot "{self.name}" lies in no component')
        stack[-1][self.name] = mark_safe(self.inside.render(context).strip())  # noqa: S308 - a rendered template
        return ""


def block(register: Library) -> Callable[[Values], Values]:
    """Make a component with content of a function that names its values."""

    def declare(values: Values) -> Values:
        name = values.__name__

        def parse(parser: Parser, token: Token) -> BlockNode:
            bits = token.split_contents()[1:]
            said = token_kwargs(bits, parser)
            if bits:
                raise TemplateSyntaxError(f"{name} takes keywords only, not {bits[0]}")
            inside = parser.parse((f"end{name}",))
            parser.delete_first_token()
            return BlockNode(name, values, said, inside)

        register.tag(name, parse)
        return values

    return declare


def parse_slot(parser: Parser, token: Token) -> SlotNode:
    bits = token.split_contents()
    if len(bits) != 2:  # noqa: PLR2004 - the tag and its name
        raise TemplateSyntaxError('slot takes one name: {% slot "actions" %}')
    inside = parser.parse(("endslot",))
    parser.delete_first_token()
    return SlotNode(bits[1].strip("\"'"), inside)
