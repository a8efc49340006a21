"""A complaint becomes an accepted plan: counted, computed, proven, signed by a second person."""

import math
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.conf import LazySettings

from luchang.apps.signals.models import Junction, PlanRelease, Study, TimingPlan
from luchang.apps.signals.policies import APPROVE, MANAGE, REPORT, SEE
from luchang.apps.signals.services import watching
from luchang.apps.signals.states import ControllerKind, StudyStatus
from luchang.kernel import clock
from luchang.kernel.identity.models import User
from luchang.kernel.jobs import runs
from luchang.kernel.jobs.models import Job
from tests.browser import PHONE, Visit
from tests.factories import signals
from tests.factories.identity import organisation, user_with
from tests.factories.town import build_town
from tests.screens.test_accessibility import serious
from tests.simulator import needs_simulator

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WAIT_MS = 60_000
BEFORE = [92, 101, 97, 110, 88, 95, 104, 99]
AFTER = [78, 81, 74, 86, 79, 80, 77, 83]


@needs_simulator
def test_from_the_complaint_to_the_acceptance(
    visit: Visit, tmp_path: "Path", settings: LazySettings
) -> None:
    """Would catch a step its page does not offer, and a plan its author could sign himself."""
    settings.MEDIA_ROOT = str(tmp_path)
    settings.SIGNAL_LINK = "luchang.gateways.ga1049.fake.SimulatedLink"
    build_town()
    brigade = organisation(name="天元大队")
    junction = signals.junction(at=brigade)
    signals.present_plan(junction, green_s=45.0)
    patrol = user_with(SEE, REPORT, at=brigade)
    engineer, chief = (user_with(SEE, MANAGE, APPROVE, at=brigade) for _ in range(2))

    study = _complained(visit, junction, by=patrol)
    page = _counted(visit, study, junction, by=engineer)
    _computed(visit, page, study)
    _proven(visit, page, study)
    _signed(visit, study, author=engineer, by=chief)
    _in_force(visit, study, by=engineer)
    _accepted(visit, study, author=engineer, by=chief)
    _looked_at(visit, junction, study, by=engineer)


def _complained(visit: Visit, junction: Junction, *, by: User) -> Study:
    phone = visit.open(f"/signals/studies/report?junction={junction.pk}", person=by, size=PHONE)
    phone.fill("[name=ends]", "08:00")
    phone.fill("[name=reference]", "12345-演示")
    phone.fill("[name=description]", "早高峰东进口左转要等三个红灯")
    visit.shoot(phone, "signal-complaint-phone")
    phone.get_by_role("button", name="确定").click()
    _stands(phone, "待采集流量")
    return Study.objects.get(junction=junction)


def _counted(visit: Visit, study: Study, junction: Junction, *, by: User) -> "Page":
    counts = signals.counted(junction)
    visit.shoot(visit.open(f"/signals/counts/{counts.pk}", person=by), "signal-counts")
    page = visit.open(f"/signals/studies/{study.pk}", person=by)
    page.get_by_role("link", name="选用流量数据").click()
    page.select_option("[name=count_set]", str(counts.pk))
    page.get_by_role("button", name="确定").click()
    _stands(page, "待计算方案")
    return page


def _computed(visit: Visit, page: "Page", study: Study) -> None:
    page.get_by_role("button", name="计算方案").click()
    page.locator("#study-job").wait_for(timeout=WAIT_MS)
    visit.shoot(page, "signal-computing")
    _work_off()
    page.reload()
    _stands(page, "待仿真验证")
    page.get_by_role("link", name="选定方案").click()
    page.locator("[name=candidate]").first.check()
    visit.shoot(page, "signal-choose")
    page.get_by_role("button", name="确定").click()
    page.get_by_role("button", name="仿真验证").wait_for(timeout=WAIT_MS)
    study.refresh_from_db()
    assert study.chosen is not None


def _proven(visit: Visit, page: "Page", study: Study) -> None:
    page.get_by_role("button", name="仿真验证").click()
    page.locator("#study-job").wait_for(timeout=WAIT_MS)
    _work_off()
    page.reload()
    _stands(page, "待审批")
    visit.shoot(page, "signal-proven", whole=True)
    proof = study.proofs.get()
    assert proof.is_better
    assert math.isfinite(proof.result["plans"]["after"]["delay_s"]["mean"])


def _signed(visit: Visit, study: Study, *, author: User, by: User) -> None:
    own = visit.open(f"/signals/studies/{study.pk}", person=author)
    assert own.get_by_role("button", name="审批通过").count() == 0
    page = visit.open(f"/signals/studies/{study.pk}", person=by, theme="dark")
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="审批通过").click()
    _stands(page, "待安排执行")
    visit.shoot(page, "signal-approved-dark")


def _in_force(visit: Visit, study: Study, *, by: User) -> None:
    page = visit.open(f"/signals/studies/{study.pk}", person=by)
    page.on("dialog", lambda dialog: dialog.accept())
    with page.expect_download() as download:
        page.get_by_role("button", name="UTDF 文件").click()
    assert download.value.suggested_filename == f"{study.number}.csv"
    page.get_by_role("link", name="录入评估数据").click()
    _measured(page, BEFORE)
    page.get_by_role("link", name="安排执行").click()
    soon = clock.local(clock.now()) + timedelta(minutes=2)
    page.fill("[name=moment]", f"{soon:%Y-%m-%dT%H:%M}")
    page.get_by_role("button", name="确定").click()
    _stands(page, "待执行")
    Study.objects.filter(pk=study.pk).update(scheduled_for=clock.now())
    page.get_by_role("button", name="开始执行").click()
    _stands(page, "执行中")
    assert TimingPlan.objects.get(study=study).ended_at is None


def _accepted(visit: Visit, study: Study, *, author: User, by: User) -> None:
    page = visit.open(f"/signals/studies/{study.pk}", person=author)
    page.get_by_role("link", name="录入评估数据").click()
    _measured(page, AFTER)
    page.get_by_role("link", name="前后对比").click()
    page.get_by_role("button", name="确定").click()
    _stands(page, "待验收")
    assert page.get_by_role("button", name="验收").count() == 0
    chief = visit.open(f"/signals/studies/{study.pk}", person=by)
    chief.on("dialog", lambda dialog: dialog.accept())
    chief.get_by_role("button", name="验收").click()
    _stands(chief, "已验收")
    visit.shoot(chief, "signal-accepted", whole=True)
    assert serious(chief) == []
    visit.shoot(visit.open(f"/signals/studies/{study.pk}", person=by, size=PHONE), "signal-phone")


def _looked_at(visit: Visit, junction: Junction, study: Study, *, by: User) -> None:
    Junction.objects.filter(pk=junction.pk).update(
        controller_kind=ControllerKind.SIMULATED, controller_number=f"{junction.pk:017d}"
    )
    assert watching.watch(for_s=1.0) == 1
    live = visit.open("/signals/live/", person=by)
    live.get_by_text("没有连接任何真实设备").wait_for(timeout=WAIT_MS)
    assert serious(live) == []
    visit.shoot(live, "signal-live")
    page = visit.open(f"/signals/{junction.pk}", person=by)
    visit.shoot(page, "signal-junction", whole=True)
    assert serious(page) == []
    visit.shoot(visit.open(f"/signals/{junction.pk}", person=by, size=PHONE), "junction-phone")
    page.get_by_role("link", name="编辑车道").click()
    visit.shoot(page, "signal-lanes")
    visit.shoot(visit.open(f"/signals/{junction.pk}/stages", person=by), "signal-stages")
    assert PlanRelease.objects.get(study=study).digest
    study.refresh_from_db()
    assert study.status == StudyStatus.ACCEPTED


def _measured(page: "Page", values: list[int]) -> None:
    page.select_option("[name=measure]", "TRAVEL_S")
    page.fill("[name=text]", "\n".join(map(str, values)))
    page.get_by_role("button", name="确定").click()
    page.locator(".lc-page-title").wait_for(timeout=WAIT_MS)


def _work_off() -> None:
    """What the worker would do."""
    for job in Job.objects.filter(status="WAITING"):
        runs.execute(job_id=job.pk)


def _stands(page: "Page", state: str) -> None:
    """The record's title carries this state."""
    page.locator(".lc-page-title .lc-badge", has_text=state).wait_for(timeout=WAIT_MS)
