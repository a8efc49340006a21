"""All routes there are, pages and API operations alike, with the rule each declares."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import URLPattern, URLResolver, get_resolver
from ninja.operation import PathView
from pydantic import BaseModel

from luchang.kernel.identity.access import Access
from luchang.kernel.identity.middleware import rule_for

LIBRARY = ("api-root", "openapi-json", "openapi-view")
"""Routes ninja adds by itself; the root always answers 404."""


@dataclass(frozen=True)
class Route:
    """One address and method, and what it says about itself."""

    name: str
    """`dispatch.incident` for a page, `POST /api/dispatch/calls` for an operation."""
    address: str
    method: str
    access: Access | None
    path_ids: tuple[str, ...]
    """Parameters in the address."""
    named_ids: tuple[str, ...] = ()
    """Keys of other records in query and body, as far as the operation's schema says."""
    namespace: str = ""

    @property
    def is_api(self) -> bool:
        return " /" in self.name

    @property
    def url_name(self) -> str:
        """What `reverse` knows a page by."""
        return f"{self.namespace}:{self.name}" if self.namespace else self.name

    def example(self) -> str:
        """The address with ids that exist nowhere."""
        address = "/" + self.address
        for part in self.address.split("<")[1:]:
            kind = part.partition(">")[0]
            value = str(UUID(int=0)) if kind.startswith("uuid") else "1"
            address = address.replace(f"<{kind}>", value)
        return address


def routes(urlconf: str | None = None) -> list[Route]:
    """Every route of the URL map."""
    return list(_walk(get_resolver(urlconf), "", ""))


def _walk(resolver: URLResolver, prefix: str, namespace: str) -> Iterator[Route]:
    for each in resolver.url_patterns:
        address = prefix + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from _walk(each, address, each.namespace or namespace)
        else:
            yield from _routes_of(each, address, prefix, namespace)


def _routes_of(pattern: URLPattern, address: str, prefix: str, namespace: str) -> Iterator[Route]:
    view = _path_view(pattern.callback)
    if view is not None:
        yield from _operations(view, address)
    elif pattern.name != "api-root":
        yield Route(
            pattern.name or address,
            address,
            "GET",
            rule_for(pattern.callback),
            path_ids=tuple(_parameters(pattern, prefix)),
            namespace=namespace,
        )


def _parameters(pattern: URLPattern, prefix: str) -> list[str]:
    before = [part.partition(">")[0].rpartition(":")[2] for part in prefix.split("<")[1:]]
    return [*before, *pattern.pattern.converters]


def _path_view(callback: Callable[..., Any]) -> PathView | None:
    """Ninja's own object behind a route, which it hides in a closure."""
    for cell in getattr(callback, "__closure__", None) or ():
        if isinstance(cell.cell_contents, PathView):
            return cell.cell_contents
    owner = getattr(callback, "__self__", None)
    return owner if isinstance(owner, PathView) else None


def _operations(view: PathView, address: str) -> Iterator[Route]:
    for operation in view.operations:
        rules = {getattr(callback, "access", None) for callback in operation.auth_callbacks}
        access = rules.pop() if len(rules) == 1 else None
        for method in operation.methods:
            yield Route(
                f"{method} /{address}",
                address,
                method,
                access,
                path_ids=tuple(_in_path(address)),
                named_ids=tuple(_named_ids(operation.models)),
            )


def _in_path(address: str) -> list[str]:
    return [part.partition(">")[0].rpartition(":")[2] for part in address.split("<")[1:]]


def _named_ids(models: Any) -> Iterator[str]:
    for model in models:
        if model.__name__.startswith("Path"):
            continue
        yield from _ids_of(model)


def _ids_of(model: type[BaseModel]) -> Iterator[str]:
    for name, field in model.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            yield from _ids_of(inner)
        elif name.endswith(("_id", "_ids", "_code")) and name != "client_id":
            yield name
