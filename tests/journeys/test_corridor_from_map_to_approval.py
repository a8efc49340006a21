"""A road becomes a green wave: chosen on the map, computed, driven in one net, signed."""

from typing import TYPE_CHECKING

import pytest
from django.conf import LazySettings

from luchang.apps.signals.models import Scheme, SchemePlan
from luchang.apps.signals.policies import APPROVE, MANAGE, SEE
from luchang.apps.signals.services import scheme_planning
from luchang.core.signals.fixed.problem import Limits
from luchang.kernel.jobs import runs
from luchang.kernel.jobs.models import Job
from tests.browser import PHONE, Visit
from tests.factories import schemes
from tests.factories.identity import organisation, user_with
from tests.factories.town import build_town
from tests.screens.test_accessibility import serious
from tests.simulator import needs_simulator

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from luchang.apps.signals.models import Junction
    from luchang.kernel.identity.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WAIT_MS = 60_000


@needs_simulator
def test_from_the_map_to_the_approval(
    visit: Visit, tmp_path: "Path", settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Would catch a step its page does not offer, and a wave its author could sign himself."""
    settings.MEDIA_ROOT = str(tmp_path)
    quick = Limits(draws=1, runs=40, network_runs=40, final_draws=2)
    monkeypatch.setattr(scheme_planning, "CORRIDOR_LIMITS", quick)
    build_town()
    brigade = organisation(name="天元大队")
    road = schemes.row_of_junctions(3, at=brigade)
    engineer, chief = (user_with(SEE, MANAGE, APPROVE, at=brigade) for _ in range(2))

    page = _opened(visit, road, by=engineer)
    scheme = Scheme.objects.get()
    _chosen(visit, page)
    page.get_by_role("button", name="仿真验证").click()
    page.locator("#study-job").wait_for(timeout=WAIT_MS)
    _work_off()
    page.reload()
    visit.shoot(page, "corridor-proven", whole=True)
    proof = scheme.proofs.get()
    assert proof.result["plans"]["after"]["paths"]["out"]
    if proof.is_better:
        _signed(visit, scheme, author=engineer, by=chief)
    assert serious(page) == []
    _looked_at(visit, scheme, by=engineer)


def _opened(visit: Visit, road: "list[Junction]", *, by: "User") -> "Page":
    page = visit.open("/signals/schemes/choose/", person=by)
    for each in road:
        page.get_by_role("link", name=each.name, exact=True).click()
    page.locator(".sg-picked li").nth(2).wait_for(timeout=WAIT_MS)
    visit.shoot(page, "corridor-choose")
    page.get_by_role("link", name="下一步").click()
    page.fill("[name=name]", "演示大道")
    page.fill("[name=ends]", "08:00")
    visit.shoot(page, "corridor-open")
    page.get_by_role("button", name="确定").click()
    _stands(page, "待采集流量")
    page.get_by_role("link", name="选用流量数据").click()
    visit.shoot(page, "corridor-counts")
    page.get_by_role("button", name="确定").click()
    _stands(page, "待计算方案")
    return page


def _looked_at(visit: Visit, scheme: Scheme, *, by: "User") -> None:
    sheet = visit.open(f"/signals/schemes/{scheme.pk}/sheet/", person=by)
    visit.shoot(sheet, "corridor-sheet", whole=True)
    phone = visit.open(f"/signals/schemes/{scheme.pk}", person=by, size=PHONE)
    visit.shoot(phone, "corridor-phone", whole=True)


def _chosen(visit: Visit, page: "Page") -> None:
    page.get_by_role("button", name="计算方案").click()
    page.locator("#study-job").wait_for(timeout=WAIT_MS)
    _work_off()
    page.reload()
    _stands(page, "待仿真验证")
    visit.shoot(page, "corridor-computed", whole=True)
    page.get_by_role("link", name="选定方案").click()
    page.locator("[name=candidate]").last.check()
    visit.shoot(page, "corridor-candidates")
    page.get_by_role("button", name="确定").click()
    page.get_by_role("button", name="仿真验证").wait_for(timeout=WAIT_MS)


def _signed(visit: Visit, scheme: Scheme, *, author: "User", by: "User") -> None:
    own = visit.open(f"/signals/schemes/{scheme.pk}", person=author)
    assert own.get_by_role("button", name="审批通过").count() == 0
    page = visit.open(f"/signals/schemes/{scheme.pk}", person=by, theme="dark")
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="审批通过").click()
    _stands(page, "待安排执行")
    visit.shoot(page, "corridor-approved-dark", whole=True)
    assert SchemePlan.objects.filter(scheme=scheme).count() == scheme.members.count()


def _work_off() -> None:
    """What the worker would do."""
    for job in Job.objects.filter(status="WAITING"):
        runs.execute(job_id=job.pk)


def _stands(page: "Page", state: str) -> None:
    """The record's title carries this state."""
    page.locator(".lc-page-title .lc-badge", has_text=state).wait_for(timeout=WAIT_MS)
