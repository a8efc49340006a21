"""The routes of one ledger, all below the address it is given."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import URLPattern, path
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from luchang.kernel.identity.access import allow
from luchang.kernel.ledgers import views
from luchang.kernel.ledgers.files import open_store
from luchang.kernel.ledgers.specs import Ledger, register
from luchang.kernel.lists.urls import list_routes

View = Callable[..., HttpResponseBase]


def ledger_routes(address: str, ledger: Ledger[Any]) -> list[URLPattern]:
    """The list at `address`, which ends with a slash, and the records below it.

    The page is named `ledger.name`, each deed and opening `<name>.<key>`.
    """
    register(ledger)
    one = f"{address}<int:pk>"
    sees, name = ledger.permission, ledger.name
    routes = [
        *list_routes(address, ledger.listed),
        *(
            path(f"{address}{each.key}", _asked(views.begin, each.permission, ledger, each),
                 name=f"{name}.{each.key}")
            for each in ledger.openings
        ),
        path(one, require_GET(_bound(views.record, sees, ledger)), name=name),
        *(
            path(
                f"{one}/{each.key}",
                _asked(views.carry_out, each.permission, ledger, each)
                if each.form
                else require_POST(_bound(views.carry_out, each.permission, ledger, each)),
                name=f"{name}.{each.key}",
            )
            for each in ledger.deeds
        ),
    ]  # fmt: skip
    if ledger.remark:
        view = require_POST(_bound(views.remark, ledger.remark, ledger))
        routes.append(path(f"{one}/remark", view, name=f"{name}.remark"))
    if ledger.attach:
        open_store(ledger)
        may = tuple(dict.fromkeys(filter(None, (ledger.attach, ledger.attach_manage))))
        view = require_POST(_bound(views.withdraw_file, may, ledger))
        routes.append(path(f"{one}/files/<uuid:key>", view, name=f"{name}.withdraw-file"))
    reveals = sorted({each.reveal for each in ledger.facts if each.reveal})
    if reveals:
        view = require_POST(_bound(views.show_in_full, reveals[0], ledger))
        routes.append(path(f"{one}/reveal", view, name=f"{name}.reveal"))
    return routes


def _asked(view: View, permission: str, *declared: object) -> View:
    return require_http_methods(["GET", "POST"])(_bound(view, permission, *declared))


def _bound(
    view: View, permission: str | tuple[str, ...], *declared: object
) -> Callable[..., HttpResponse]:
    @allow(*((permission,) if isinstance(permission, str) else permission))
    @wraps(view)
    def bound(request: HttpRequest, **named: Any) -> HttpResponseBase:
        return view(request, *declared, **named)

    return bound  # type: ignore[return-value]
