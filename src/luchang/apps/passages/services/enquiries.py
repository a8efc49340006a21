"""Asking the store of passages; the only writer of enquiries."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.db import transaction

from luchang.apps.passages import policies
from luchang.apps.passages.models import Enquiry
from luchang.apps.passages.selectors import asking, company, measuring, searching, tracks
from luchang.apps.passages.selectors.asking import Asked, EnquiryRefused
from luchang.apps.passages.selectors.enquiries import NEEDS_CASE, PURPOSES
from luchang.apps.passages.states import EnquiryKind
from luchang.kernel.audit import services as audit
from luchang.kernel.audit.reveals import PurposeMissing, checked_purpose
from luchang.kernel.audit.states import Action
from luchang.kernel.clock import local
from luchang.kernel.identity.actors import Forbidden
from luchang.kernel.records import codes
from luchang.kernel.records.numbering import next_number

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from luchang.kernel.identity.actors import Actor

SUBJECT = "passages.enquiry"
CASE_LIMIT = 64


@dataclass(frozen=True)
class Purpose:
    """What for: a code of the table `passages.purpose`, in words, and the case."""

    code: str
    reason: str
    case_number: str = ""


def ask(*, asked: Asked, purpose: Purpose, by: Actor, at: datetime) -> Enquiry:
    """Ask the store and write down who asked what, what for, and how many rows answered.

    Nothing is answered that is not written down: the answer is shown by the record's page, and
    every look at it is audited again.

    Raises:
        Forbidden: `by` may not ask this.
        EnquiryRefused: no purpose, no case number where one is needed, a question too broad, no
            plate, no camera within reach, or a damaged store.
    """
    policies.check_can_ask(by, asked.kind)
    if by.user_id is None or by.organisation_id is None:
        raise Forbidden("only a person asks where vehicles were")
    purpose = _checked(purpose, asked.kind, at=at)
    asking.check(asked, at=at)
    asked = replace(asked, last=min(asked.last, at))
    if asked.kind in asking.OF_ONE_VEHICLE:
        asking.check_one_vehicle(asked.plate)
        asked = asking.vehicle_meant(asked)
    version, begun = asking.store_version(), time.monotonic()
    rows = _COUNTS[asked.kind](asked, by)
    took_ms = round((time.monotonic() - begun) * 1_000)
    enquiry = Enquiry(
        kind=asked.kind,
        purpose=purpose.code,
        reason=purpose.reason,
        case_number=purpose.case_number,
        plate="" if asked.plate == asking.ANY_PLATE else asked.plate,
        plate_type=asked.plate_type,
        first=asked.first,
        last=asked.last,
        asked=asked.more,
        asked_by_id=by.user_id,
        organisation_id=by.organisation_id,
        at=at,
        rows=rows,
        store_version=version,
        took_ms=took_ms,
    )
    return _entered(enquiry, by=by, at=at)


def look(*, enquiry: Enquiry, in_clear: bool, by: Actor, at: datetime) -> None:
    """Put a look at an answer on record; call it before anything is shown.

    Raises:
        Forbidden: `by` may not see plates in full.
    """
    if in_clear:
        by.check(policies.SEE_PLAIN)
    audit.record(
        by=by,
        action=Action.REVEAL if in_clear else Action.READ,
        subject=SUBJECT,
        subject_id=enquiry.pk,
        at=at,
        purpose=enquiry.reason,
        detail={"number": enquiry.number, "case_number": enquiry.case_number},
    )


def take_along(*, enquiry: Enquiry, count: int, in_clear: bool, by: Actor, at: datetime) -> None:
    """Put on record that an answer was taken along as a file; call it before it is handed out.

    Raises:
        Forbidden: `by` may not see plates in full.
    """
    if in_clear:
        by.check(policies.SEE_PLAIN)
    audit.record_output(
        by=by,
        action=Action.EXPORT,
        subject=SUBJECT,
        count=count,
        at=at,
        purpose=enquiry.reason,
        filters={"number": enquiry.number, "case_number": enquiry.case_number},
        in_clear=in_clear,
    )


@transaction.atomic
def _entered(enquiry: Enquiry, *, by: Actor, at: datetime) -> Enquiry:
    day = f"{local(at):%Y%m%d}"
    enquiry.number = f"CX{day}-{next_number(f'passage-enquiry-{day}'):05d}"
    enquiry.enter()
    audit.record(
        by=by,
        action=Action.READ,
        subject=SUBJECT,
        subject_id=enquiry.pk,
        at=at,
        purpose=enquiry.reason,
        detail={
            "kind": enquiry.kind,
            "purpose": enquiry.purpose,
            "case_number": enquiry.case_number,
            "rows": enquiry.rows,
            "store_version": enquiry.store_version,
        },
    )
    return enquiry


def _checked(purpose: Purpose, kind: EnquiryKind, *, at: datetime) -> Purpose:
    try:
        entry = codes.entry(PURPOSES, purpose.code, at=at)
    except codes.UnknownCode as unknown:
        raise EnquiryRefused("purpose_unknown") from unknown
    try:
        reason = checked_purpose(purpose.reason)
    except PurposeMissing as missing:
        raise EnquiryRefused("reason_short") from missing
    case_number = " ".join(purpose.case_number.split())[:CASE_LIMIT]
    if not case_number and kind == EnquiryKind.STAYS:
        raise EnquiryRefused("case_number_missing")
    if not case_number and entry.parent == NEEDS_CASE:
        raise EnquiryRefused("case_number_needed", purpose=entry.label)
    return Purpose(purpose.code, reason, case_number)


_COUNTS: Mapping[EnquiryKind, Callable[[Asked, Actor], int]] = {
    EnquiryKind.SEARCH: searching.count_found,
    EnquiryKind.TRACK: lambda asked, by: len(tracks.passages_of(asked, by)),
    EnquiryKind.COMPANIONS: lambda asked, by: len(company.company_of(asked, by).company),
    EnquiryKind.PRESENCE: lambda asked, by: len(tracks.presence_of(asked, by).days),
    EnquiryKind.NEWCOMERS: lambda asked, by: len(company.newcomers_of(asked, by).found),
    EnquiryKind.STAYS: lambda asked, by: len(tracks.passages_of(asked, by)),
    EnquiryKind.SECTIONS: lambda asked, by: len(measuring.measured_of(asked, by).drives),
}
"""How many rows answer each kind of question."""
