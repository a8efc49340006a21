"""The demo city's risk lists with a survey under way, and drafts of its assessments."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from luchang.apps.kpi import services as kpi
from luchang.apps.risk import services as risk
from luchang.apps.subjects import selectors as subjects
from luchang.kernel.clock import local
from luchang.kernel.identity.actors import SYSTEM
from luchang.kernel.identity.models import Organisation
from luchang.screens.demo_city.organisations import Tree
from luchang.screens.demo_city.recipe import Area

TERM = timedelta(days=20)
DANGEROUS_SECTION, OTHER, ORDINARY = "5", "9", "1"
"""Codes of the tables `hazard_category` and `hazard_severity`."""


def open_survey(tree: Tree, areas: Sequence[Area], *, at: datetime) -> None:
    """Five unconfirmed lists, each in use; county governments may be judged by three drafts.

    Each brigade has found two hazards of the list of roads, and handed one over to its county; and
    one of the list of enterprises, where it watches any.
    """
    versions = {}
    for each in risk.ship_lists(organisation=tree.detachment, by=SYSTEM, at=at):
        versions[each.code] = risk.open_version(
            list_id=each.pk, campaign="隐患排查（演示）", year=local(at).year, by=SYSTEM, at=at
        ).pk
    government = tree.governments[0].parent if tree.governments else None
    if government is not None:
        kpi.ship_schemes(organisation_id=government.pk, by=SYSTEM, at=at)
    for number, (area, brigade, county) in enumerate(
        zip(areas, tree.brigades, tree.governments, strict=True), 1
    ):
        _find_two(versions["roads"], area, brigade, county, number=number, at=at)
        _find_at_enterprise(versions["enterprises"], brigade, at=at)


def _find_at_enterprise(version_id: int, brigade: Organisation, *, at: datetime) -> None:
    """About an enterprise on the register, so that each leads to the other."""
    watched = subjects.listed_enterprises(SYSTEM).filter(organisation=brigade)
    for enterprise in watched.order_by("pk")[:1]:
        risk.find(
            version_id=version_id,
            found=risk.Found(
                category=OTHER,
                severity=ORDINARY,
                title="动态监控值守脱岗（演示）",
                description="夜间监控室无人值守。演示数据，内容为虚构。",
                registered=subjects.known_as(enterprise),
            ),
            organisation=brigade,
            by=SYSTEM,
            at=at,
        )


def _find_two(
    version_id: int,
    area: Area,
    brigade: Organisation,
    county: Organisation,
    *,
    number: int,
    at: datetime,
) -> None:
    town = area.townships[0]
    rows = [
        risk.find(
            version_id=version_id,
            found=risk.Found(
                category=DANGEROUS_SECTION,
                severity=ORDINARY,
                title=f"{town.name}{title}（演示）",
                description=f"{words}。演示数据，内容为虚构。",
                place=f"{town.name}辖区道路",
                longitude=town.longitude + shift,
                latitude=town.latitude,
                township=town.code,
            ),
            organisation=brigade,
            by=SYSTEM,
            at=at,
        )
        for title, words, shift in (
            ("急弯处护栏缺失", "弯道外侧约30米没有护栏", 0.002),
            ("支路口视线受阻", "支路与主路交会处绿化遮挡视线，没有警示标志", -0.003),
        )
    ]
    risk.hand_over(
        hazard_id=rows[0].pk,
        receiver_id=county.pk,
        document_number=f"演示交办〔{local(at).year}〕{number}号",
        due_at=at + TERM,
        by=SYSTEM,
        at=at,
    )
