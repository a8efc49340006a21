"""What may be done with a hazard, and with a list."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from luchang.apps.places import selectors as places
from luchang.apps.risk import selectors, services
from luchang.apps.risk.forms.hazards import (
    AnswerForm,
    ExtensionForm,
    HandOverForm,
    HazardForm,
    LinkForm,
    NewHazardForm,
    OpinionForm,
    PlanForm,
    ReopenForm,
    SubmitForm,
    SuperviseForm,
    photos_of,
)
from luchang.apps.risk.models import Hazard
from luchang.apps.risk.policies import (
    ACCEPT,
    ADD_EVIDENCE,
    FIND,
    HAND_OVER,
    RECTIFY,
    REVEAL_SUBJECTS,
    SEE_RISK,
    SUPERVISE,
    is_not_own_hazard,
)
from luchang.apps.risk.selectors.labels import categories, severities, townships
from luchang.apps.risk.services import Found, HazardRefused
from luchang.apps.risk.states.hazards import (
    OPEN,
    Evidence,
    ExtensionStatus,
    HazardStatus,
    LinkKind,
)
from luchang.apps.risk.views.about_subjects import REGISTERED
from luchang.apps.risk.views.hazard_lists import FINDER, HAZARDS, RECEIVER
from luchang.core.common.personal import Kind
from luchang.kernel import clock
from luchang.kernel.identity.actors import SYSTEM, Actor
from luchang.kernel.ledgers.files import files_of
from luchang.kernel.ledgers.forms import ReasonForm
from luchang.kernel.ledgers.specs import Deed, Ledger, Opening, Part, Said, calling
from luchang.kernel.lists.columns import Coded, Column, Moment, Number, Personal
from luchang.kernel.records import deadlines

H = HazardStatus
FIELDS = (
    "category", "severity", "title", "description", "subject", "place", "chainage", "longitude",
    "latitude", "township", "values", "registered",
)  # fmt: skip


def found_of(said: Said) -> Found:
    return Found(**{name: said[name] for name in FIELDS if name in said})


def _find(said: Said, by: Actor, at: datetime) -> Hazard:
    return services.find(
        version_id=said["version"].pk,
        found=found_of(said),
        organisation=said["organisation"],
        photos=photos_of(said["photos"]),
        by=by,
        at=at,
    )


def _correct(row: Hazard, said: Said, by: Actor, at: datetime) -> None:
    services.correct(hazard_id=row.pk, found=found_of(said), by=by, at=at)


def _known(row: Hazard, at: datetime) -> Mapping[str, object]:
    """As it is; the form leaves out a key subject that its reader does not see."""
    del at
    known = services.said_of(row, by=SYSTEM)
    values = {f"x_{key}": value for key, value in row.values.items()}
    return {**{name: getattr(known, name) for name in FIELDS if name != "values"}, **values}


def _proposed(row: Hazard, at: datetime) -> Mapping[str, object]:
    """The end of the rule's term; the document may say otherwise."""
    day = clock.local(at).date()
    rule = deadlines.rule_for(code="risk.rectify", variant=row.severity, on=day)
    return {"due_at": deadlines.due_at(rule=rule, start=at), "receiver": row.receiver_id}


def _hand_over(row: Hazard, said: Said, by: Actor, at: datetime) -> None:
    services.hand_over(
        hazard_id=row.pk,
        receiver_id=said["receiver"].pk,
        document_number=said["document_number"],
        due_at=said["due_at"],
        by=by,
        at=at,
    )


def _submit(row: Hazard, said: Said, by: Actor, at: datetime) -> None:
    photos = photos_of(said["photos"])
    services.submit(hazard_id=row.pk, result=said["result"], photos=photos, by=by, at=at)


def _link(row: Hazard, said: Said, by: Actor, at: datetime) -> None:
    kind = LinkKind(said["kind"])
    services.link(hazard_id=row.pk, **{**said, "kind": kind}, by=by, at=at)


def _asks_for_time(row: Hazard) -> bool:
    return row.extensions.filter(status=ExtensionStatus.ASKED).exists()


def _is_supervised(row: Hazard) -> bool:
    return selectors.listing_of(row) is not None


def _values(row: Hazard, by: Actor, at: datetime) -> Mapping[str, object] | None:
    del by, at
    known = row.version.risk_list.extra
    shown = [(each.label, row.values[each.key]) for each in known if each.key in row.values]
    return {"title": str(row.version.risk_list), "rows": shown} if shown else None


def _evidence(row: Hazard, by: Actor, at: datetime) -> Mapping[str, object] | None:
    """Before and after side by side."""
    del at
    pictures = [each.file for each in files_of(row, by=by) if each.file.thumbnail]
    sides = [
        (shows.label, [each for each in pictures if each.title == shows.value])
        for shows in Evidence
    ]
    return {"sides": sides} if any(files for _label, files in sides) else None


def _extensions(row: Hazard, by: Actor, at: datetime) -> Mapping[str, object] | None:
    del by, at
    rows = list(row.extensions.all())
    return {"rows": rows} if rows else None


def _links(row: Hazard, by: Actor, at: datetime) -> Mapping[str, object] | None:
    del by, at
    rows = list(row.links.all())
    return {"rows": rows} if rows else None


def _boards(row: Hazard, by: Actor, at: datetime) -> Mapping[str, object] | None:
    del by, at
    listed, months = list(row.listings.all()), list(row.mayors_entries.all())
    return {"listings": listed, "months": months} if listed or months else None


def _notice(row: Hazard) -> tuple[object, str] | None:
    if row.source:
        return _("演示数据，并非真实隐患"), "info"
    if row.status == H.REOPENED:
        return _("销号后再次发生事故：道路安全属性为“已治理仍有隐患”，须重新交办"), "danger"
    return None


HAZARD_LEDGER = Ledger[Hazard](
    model=Hazard,
    listed=HAZARDS,
    name="risk.hazard",
    rows=selectors.told_hazards,
    states="hazard",
    steps=(H.FOUND, H.HANDED_OVER, H.SIGNED, H.SUBMITTED, H.ACCEPTED, H.STRUCK_OFF),
    notice=_notice,  # type: ignore[arg-type]  # a lazy text is a label
    facts=(
        Column("number", _("隐患编号")),
        Column("version", _("清单版本")),
        Column("category", _("隐患类别"), format=Coded(categories)),
        Column("severity", _("隐患等级"), format=Coded(severities, {"2": "danger"})),
        Column("subject_text", _("对象")),
        Column(
            "subject_person", _("人员姓名"), format=Personal(Kind.NAME, reveal=REVEAL_SUBJECTS)
        ),
        REGISTERED,
        Column("place", _("地点")),
        Column("chainage", _("桩号")),
        Column("township", _("乡镇街道"), format=Coded(townships)),
        FINDER,
        RECEIVER,
        Column("document_number", _("交办文号")),
        Column("found_at", _("排查时间"), format=Moment()),
        Column("due_at", _("整改期限"), format=Moment()),
        Column("extensions_granted", _("延期次数"), format=Number()),
        Column("times_reopened", _("重新列入次数"), format=Number()),
        Column("description", _("隐患情况"), width=40),
        Column("plan", _("整改方案"), width=40),
        Column("measures", _("整改措施"), width=40),
        Column("result", _("整改结果"), width=40),
    ),
    parts=(
        Part(template="risk/_values.html", values=_values, order=10),
        Part(template="risk/_evidence.html", values=_evidence, order=20),
        Part(template="risk/_extensions.html", values=_extensions, order=30),
        Part(template="risk/_links.html", values=_links, order=40),
        Part(template="risk/_boards.html", values=_boards, is_beside=True),
    ),
    map=lambda row, _by, _at: places.spot_map(
        row.longitude, row.latitude, name=row.title, tone="danger"
    ),
    ground=places.base_map,
    openings=(
        Opening(
            key="find",
            title=_("上报隐患"),
            permission=FIND,
            form=NewHazardForm,
            act=_find,
            initial=lambda asked, _at: {"version": asked.get("version", "")},
            done=_("已上报，等待交办"),
            note=_("选择清单后，该清单的附加字段会在提交时要求填写"),
        ),
    ),
    deeds=(
        Deed(
            key="hand-over",
            title=_("交办"),
            permission=HAND_OVER,
            form=HandOverForm,
            initial=_proposed,
            act=_hand_over,
            done=_("已交办，等待签收"),
            states=(H.FOUND, H.RETURNED, H.REOPENED),
            icon="send",
            kind="primary",
        ),
        Deed(
            key="correct",
            title=_("更正"),
            permission=HAND_OVER,
            form=HazardForm,
            initial=_known,
            act=_correct,
            done=_("已更正"),
            states=OPEN,
        ),
        Deed(
            key="cancel",
            title=_("撤销"),
            permission=HAND_OVER,
            form=ReasonForm,
            act=calling(services.cancel, "hazard_id"),
            done=_("已撤销"),
            states=(H.FOUND, H.RETURNED),
            icon="circle-x",
            kind="danger",
            note=_("不是隐患或者重复上报的才撤销；已经整改的应当销号"),
        ),
        Deed(
            key="sign",
            title=_("签收"),
            permission=RECTIFY,
            place="receiver",
            act=calling(services.sign, "hazard_id"),
            done=_("已签收，整改期限以交办文件为准"),
            states=(H.HANDED_OVER,),
            icon="check",
            kind="primary",
        ),
        Deed(
            key="return",
            title=_("退回交办"),
            permission=RECTIFY,
            place="receiver",
            form=ReasonForm,
            act=calling(services.return_to_sender, "hazard_id"),
            done=_("已退回交办单位"),
            states=(H.HANDED_OVER,),
            icon="arrow-back-up",
            note=_("不属于本单位职责的才退回；退回后本单位不再看到该隐患"),
        ),
        Deed(
            key="plan",
            title=_("填写整改方案"),
            permission=RECTIFY,
            place="receiver",
            form=PlanForm,
            initial=lambda row, _at: {"plan": row.plan, "measures": row.measures},
            act=calling(services.plan, "hazard_id"),
            done=_("已保存整改方案"),
            states=(H.SIGNED,),
            icon="clipboard-list",
        ),
        Deed(
            key="submit",
            title=_("报请验收"),
            permission=RECTIFY,
            place="receiver",
            form=SubmitForm,
            act=_submit,
            done=_("已报请验收"),
            states=(H.SIGNED,),
            icon="flag-check",
            kind="primary",
        ),
        Deed(
            key="extend",
            title=_("申请延期"),
            permission=RECTIFY,
            place="receiver",
            form=ExtensionForm,
            act=calling(services.ask_for_time, "hazard_id"),
            done=_("已申请延期，等待审批；原期限继续计算"),
            states=(H.SIGNED,),
            when=lambda row: not _asks_for_time(row),
            icon="calendar-plus",
        ),
        Deed(
            key="grant",
            title=_("同意延期"),
            permission=HAND_OVER,
            form=AnswerForm,
            act=calling(services.grant_time, "hazard_id"),
            done=_("已同意延期"),
            states=(H.SIGNED,),
            when=_asks_for_time,
            icon="calendar-check",
            kind="primary",
        ),
        Deed(
            key="decline",
            title=_("不同意延期"),
            permission=HAND_OVER,
            form=AnswerForm,
            act=calling(services.decline_time, "hazard_id"),
            done=_("已答复不同意延期"),
            states=(H.SIGNED,),
            when=_asks_for_time,
            icon="calendar-x",
        ),
        Deed(
            key="accept",
            title=_("验收通过"),
            permission=ACCEPT,
            form=OpinionForm,
            act=calling(services.accept, "hazard_id"),
            done=_("已验收，等待销号"),
            states=(H.SUBMITTED,),
            may=is_not_own_hazard,
            icon="circle-check",
            kind="primary",
        ),
        Deed(
            key="send-back",
            title=_("退回整改"),
            permission=ACCEPT,
            form=ReasonForm,
            act=calling(services.send_back, "hazard_id"),
            done=_("已退回整改"),
            states=(H.SUBMITTED,),
            icon="arrow-back-up",
        ),
        Deed(
            key="strike-off",
            title=_("销号"),
            permission=ACCEPT,
            act=calling(services.strike_off, "hazard_id"),
            done=_("已销号"),
            states=(H.ACCEPTED,),
            icon="eraser",
            kind="primary",
            question=_("确认隐患已经消除，予以销号？"),
        ),
        Deed(
            key="reopen",
            title=_("因事故重新列入"),
            permission=HAND_OVER,
            form=ReopenForm,
            act=calling(services.reopen, "hazard_id"),
            done=_("已重新列入，等待交办"),
            states=(H.STRUCK_OFF,),
            icon="alert-triangle",
            kind="danger",
        ),
        Deed(
            key="supervise",
            title=_("挂牌督办"),
            permission=SUPERVISE,
            form=SuperviseForm,
            act=calling(services.put_up, "hazard_id"),
            done=_("已挂牌督办"),
            states=OPEN,
            when=lambda row: not _is_supervised(row),
            icon="pin",
        ),
        Deed(
            key="lift",
            title=_("摘牌"),
            permission=SUPERVISE,
            form=ReasonForm,
            act=calling(services.lift, "hazard_id"),
            done=_("已摘牌"),
            when=_is_supervised,
            icon="pinned-off",
        ),
        Deed(
            key="link",
            title=_("关联事故或多发点段"),
            permission=HAND_OVER,
            form=LinkForm,
            act=_link,
            done=_("已关联"),
            icon="link",
        ),
    ),
    refusals=(HazardRefused,),
    attach=ADD_EVIDENCE,
    attach_manage=HAND_OVER,
    attach_places=("organisation", "receiver"),
    attach_owner="reporter",
    attach_states=(H.FOUND, H.RETURNED, H.HANDED_OVER, H.SIGNED, H.REOPENED),
    remark=SEE_RISK,
)
