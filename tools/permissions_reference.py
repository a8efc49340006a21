"""Writes docs/reference/permissions.md: which role holds what, and which rule opens each route.

python -m tools.permissions_reference          write it
python -m tools.permissions_reference check    fail where it is stale
"""

import os
import sys
from pathlib import Path

PAGE = Path(__file__).resolve().parents[1] / "docs" / "reference" / "permissions.md"


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "luchang.config.settings")
    import django  # noqa: PLC0415
    from django.utils import translation  # noqa: PLC0415

    django.setup()
    with translation.override("zh-hans"):
        page = text()
    if sys.argv[1:] == ["check"]:
        is_fresh = PAGE.exists() and PAGE.read_text() == page
        print("permissions.md is up to date" if is_fresh else "permissions.md is stale")
        return 0 if is_fresh else 1
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(page)
    return 0


def text() -> str:
    head = [
        "# Permissions",
        "",
        "Generated from the code by `python -m tools.permissions_reference`; do not edit.",
        "",
        "A role says what its holder may do, the scope of the post how far it reaches. The",
        "permissions of the three administrators (system, security, auditor) are never held by",
        "one person together. A permission that cannot be used without another implies it: a role",
        "or key that allows the first allows the second, over the same reach.",
        "",
    ]
    return "\n".join([*head, *_roles(), "", *_routes(), ""])


def _roles() -> list[str]:
    from luchang.config.roles import ROLES  # noqa: PLC0415
    from luchang.kernel.identity.permissions import declared  # noqa: PLC0415

    rows = [
        "## Permission × role",
        "",
        "| Permission | Meaning | Implies | Administrator | Roles |",
        "|---|---|---|---|---|",
    ]
    for each in declared():
        held = "、".join(role.name for role in ROLES if each.code in role.permissions)
        implied = "、".join(f"`{code}`" for code in each.implies)
        rows.append(
            f"| `{each.code}` | {each.title} | {implied} | {each.administrator} | {held} |"
        )
    return rows


def _routes() -> list[str]:
    from luchang.kernel.identity.access import Access  # noqa: PLC0415
    from tests.matrix.routes import routes  # noqa: PLC0415

    def rule(access: Access | None) -> str:
        if access is None:
            return "**none: closed**"
        if access.public:
            return "everybody"
        return " or ".join(f"`{code}`" for code in access.permissions) or "signed in"

    rows = ["## Route × rule", "", "| Route | Address | Rule |", "|---|---|---|"]
    known = sorted(routes(), key=lambda route: (route.address, route.name))
    return rows + [
        f"| `{each.name}` | `/{each.address}` | {rule(each.access)} |" for each in known
    ]


if __name__ == "__main__":
    sys.exit(main())
