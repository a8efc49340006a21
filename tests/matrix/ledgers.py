"""The specimens every ledger needs: its list, its page, each deed, its remarks and files."""

from collections.abc import Mapping
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from PIL import Image

from luchang.kernel.identity.actors import SYSTEM
from luchang.kernel.identity.models import Organisation
from luchang.kernel.ledgers.specs import Ledger
from luchang.kernel.records.attachments import services
from tests.matrix.lists import of_list
from tests.matrix.protocol import Covers, Made, Make, Place, Specimen


def of_ledger(
    ledger: Ledger[Any],
    make: Make,
    *,
    deeds: Mapping[str, Make] | None = None,
    has_tree: bool = True,
    seen_by: Covers | None = None,
) -> list[Specimen]:
    """`make` shows one record of an organisation; `deeds` those that a deed needs instead.

    A deed that the record's state does not allow is answered with the way back to its page, which
    tells as well that it was reached.
    """
    own = dict(deeds or {})
    found = [
        *of_list(ledger.listed.code, make, has_tree=has_tree, reached=seen_by),
        Specimen(ledger.name, make, reached=seen_by),
    ]
    for deed in ledger.deeds:
        methods = ("GET", "POST") if deed.form else ("POST",)
        found += [
            Specimen(
                f"{ledger.name}.{deed.key}",
                own.get(deed.key, make),
                method=method,
                seen_by=ledger.permission,
            )
            for method in methods
        ]
    if ledger.remark:
        route = f"{ledger.name}.remark"
        found.append(Specimen(route, _remarked(make), method="POST", reached=seen_by))
    if ledger.attach:
        route = f"{ledger.name}.withdraw-file"
        found.append(
            Specimen(
                route,
                _with_file(ledger, make),
                method="POST",
                permission=ledger.attach_manage,
                seen_by=ledger.permission,
            )
        )
    if any(each.reveal for each in ledger.facts):
        route = f"{ledger.name}.reveal"
        found.append(
            Specimen(route, _looked_at(ledger, make), method="POST", seen_by=ledger.permission)
        )
    return found


def opened(ledger: Ledger[Any], key: str, make: Make, *, beside: str = "") -> Specimen:
    """The form of a new record that names an organisation or another record."""
    return Specimen(f"{ledger.name}.{key}", make, Place.BODY, "POST", beside=beside)


def photograph() -> bytes:
    kept = BytesIO()
    Image.new("RGB", (32, 24), "navy").save(kept, "JPEG")
    return kept.getvalue()


def _remarked(make: Make) -> Make:
    return lambda at: Made(ids=make(at).ids, form={"text": "已现场查看"})


def _looked_at(ledger: Ledger[Any], make: Make) -> Make:
    fact = next(each.key for each in ledger.facts if each.reveal)
    return lambda at: Made(ids=make(at).ids, form={"fact": fact, "purpose": "核对当事人身份"})


def _with_file(ledger: Ledger[Any], make: Make) -> Make:
    keys: dict[int, object] = {}

    def made(at: Organisation) -> Made:
        row = make(at)
        pk = int(str(row.ids["pk"]))
        if pk not in keys:
            keys[pk] = services.attach(
                subject=str(ledger.model._meta.label_lower),
                subject_id=pk,
                file=BytesIO(photograph()),
                name="样片.jpg",
                by=SYSTEM,
                at=datetime.now(UTC),
            ).key
        return Made(ids={**row.ids, "key": keys[pk]}, form={"reason": "传错了"})

    return made
