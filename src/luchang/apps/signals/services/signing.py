"""The plans of a study or a scheme under their numbers, bound by a digest to two signatures."""

from dataclasses import dataclass

from luchang.apps.signals.bridge import plans
from luchang.apps.signals.models import Junction, LayoutVersion, Retiming, SchemePlan, Study
from luchang.apps.signals.policies import APPROVE
from luchang.apps.signals.services.checking import check_safe
from luchang.apps.signals.services.junctions import locked as locked_junction
from luchang.apps.signals.services.members import check_current, entries_of, members_of, version_of
from luchang.apps.signals.services.numbering import FIRST_PLAN_NO, taken_numbers
from luchang.apps.signals.services.refusals import Refused
from luchang.apps.signals.states import BOUND
from luchang.core.signals import junction as core
from luchang.core.signals.approval import (
    MOST_PLAN_NO,
    Approval,
    ApprovedPlan,
    plan_digest,
    scheme_digest,
)
from luchang.core.signals.layout_junction import junction_of
from luchang.core.signals.plan import Plan
from luchang.kernel.identity.actors import Actor

Hours = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Signed:
    """One plan of one junction under its number in the controller, as the record has it now.

    `digest` is the one it was signed with; what stands there now has `digest_now`.
    """

    junction: Junction
    version: LayoutVersion
    plan_no: int
    plan: Plan
    hours: Hours
    digest: str
    name: str

    @property
    def built(self) -> core.Junction:
        return junction_of(self.version.layout, self.junction.code)

    @property
    def digest_now(self) -> str:
        return plan_digest(self.built, self.plan, self.plan_no)


def number_plans(row: Retiming, *, by: Actor) -> None:
    """Give every plan of the chosen candidate a number that no other of its junction has.

    Raises:
        Refused: a plan breaks a rule of safety.
    """
    unnumber(row)
    entries = entries_of(row, row.chosen)
    for member in members_of(row):
        junction = locked_junction(member.junction_id, by, APPROVE)
        hours: dict[Plan, list[list[int]]] = {}
        for each in entries:
            if each.junction == junction.code:
                hours.setdefault(each.plan, []).append([each.begins_min, each.ends_min])
        _number(row, junction, hours)


def _number(row: Retiming, junction: Junction, hours: dict[Plan, list[list[int]]]) -> None:
    """A plan of several hours has one number; the first number is the controller's own."""
    version, taken = version_of(junction), taken_numbers(junction)
    free = (no for no in range(FIRST_PLAN_NO, MOST_PLAN_NO + 1) if no not in taken)
    for plan, when in hours.items():
        check_safe(version.layout, plan)
        number = next(free)
        if isinstance(row, Study):
            row.plan_no = number
        else:
            SchemePlan.objects.create(
                scheme_id=row.pk,
                junction=junction,
                layout=version,
                plan_no=number,
                content=plans.written(plan),
                hours=when,
                digest=plan_digest(junction_of(version.layout, junction.code), plan, number),
            )


def unnumber(row: Retiming) -> None:
    """Numbers that were given are free again."""
    if isinstance(row, Study):
        row.plan_no = None
    else:
        SchemePlan.objects.filter(scheme=row.pk).delete()


def unsign(row: Retiming) -> None:
    """Nobody answers for it any more."""
    row.approved_by_id, row.approved_at, row.approved_digest = None, None, ""


def signed_plans(row: Retiming) -> list[Signed]:
    """Every plan that has a number, whether it is still what was signed or not."""
    if isinstance(row, Study):
        if row.chosen is None or row.plan_no is None:
            return []
        (entry,) = entries_of(row, row.chosen)
        hours: Hours = ((entry.begins_min, entry.ends_min),)
        version: LayoutVersion = row.chosen.layout
        return [
            Signed(
                row.junction, version, row.plan_no, entry.plan, hours, row.approved_digest,
                row.number,
            )
        ]  # fmt: skip
    rows = SchemePlan.objects.filter(scheme=row.pk).select_related(
        "junction__layout", "junction__organisation", "layout"
    )
    return [
        Signed(
            each.junction,
            each.layout,
            each.plan_no,
            plans.read(each.content, each.junction.code),
            tuple((begin, end) for begin, end in each.hours),
            each.digest,
            f"{row.number}-{each.plan_no}",
        )
        for each in rows.order_by("junction__code", "plan_no")
    ]


def digest_of(row: Retiming) -> str:
    """Digest of what is approved: every plan with its number, layout and hours, as one.

    Raises:
        Refused: no plan has a number.
    """
    found = signed_plans(row)
    if not found:
        raise Refused("not_approved")
    if isinstance(row, Study):
        return found[0].digest_now
    told = [
        (each.junction.code, each.plan_no, each.digest_now, [list(pair) for pair in each.hours])
        for each in found
    ]
    return scheme_digest(row.number, row.days, told)


def check_bound(row: Retiming) -> None:
    """The plans are still the approved ones, and the junctions those they were approved for."""
    if row.chosen is None or not row.approved_digest:
        raise Refused("not_approved")
    if digest_of(row) != row.approved_digest:
        raise Refused("altered")
    check_current(row)


def signatures(row: Retiming, digest: str) -> Approval:
    """The signatures under the whole stand under each of its parts; its digest was checked."""
    assert row.approved_at is not None  # noqa: S101 - the database holds it
    author = row.proven_by_id or row.chosen_by_id
    approver = str(row.approved_by_id or "")
    return Approval(row.number, str(author or ""), approver, row.approved_at, digest)


def approved_plans(row: Retiming) -> list[tuple[Signed, ApprovedPlan]]:
    """What was signed, with both signatures: the only form in which a plan leaves.

    Raises:
        Refused: it was not signed, is no longer what was signed, or a layout has changed.
    """
    if row.status not in BOUND:
        raise Refused("not_approved")
    check_bound(row)
    return [
        (
            each,
            ApprovedPlan(
                each.built, each.plan, each.plan_no, each.name, signatures(row, each.digest)
            ),
        )
        for each in signed_plans(row)
    ]
