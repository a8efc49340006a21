"""What may be done with an exposure."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from luchang.apps.risk.forms.instruments import ExposureForm, NewExposureForm
from luchang.apps.risk.models import Exposure
from luchang.apps.risk.policies import APPROVE_EXPOSURE, EXPOSE, SEE_RISK, can_approve
from luchang.apps.risk.selectors import instruments as selectors
from luchang.apps.risk.services import instruments as services
from luchang.apps.risk.states.instruments import Channel, Detail, ExposedKind, ExposureStatus
from luchang.apps.risk.views.instruments.lists import EXPOSURES, owner
from luchang.core.common.personal import Kind
from luchang.kernel.identity.actors import Actor
from luchang.kernel.ledgers.forms import ReasonForm
from luchang.kernel.ledgers.specs import Deed, Ledger, Opening, Part, Said, calling
from luchang.kernel.lists.columns import Coded, Column, Day, Moment, Personal

E = ExposureStatus
WRITTEN = (
    "kind", "target_name", "enterprise_name", "person_name", "detail", "channel", "starts_on",
    "ends_on", "facts", "legal_basis",
)  # fmt: skip


def _draft(said: Said, by: Actor, at: datetime) -> Exposure:
    return services.draft(wanted=said["wanted"], organisation=said["organisation"], by=by, at=at)


def _text(row: Exposure, by: Actor, at: datetime) -> dict[str, object]:
    del by, at
    return {"text": services.preview(row), "is_public": row.published_at is not None}


def _revise(row: Exposure, said: Said, by: Actor, at: datetime) -> None:
    services.revise(exposure_id=row.pk, wanted=said["wanted"], by=by, at=at)


def _withdraw(row: Exposure, said: Said, by: Actor, at: datetime) -> None:
    services.withdraw(exposure_id=row.pk, **said, by=by, at=at)


EXPOSURE_LEDGER = Ledger[Exposure](
    model=Exposure,
    listed=EXPOSURES,
    name="risk.exposure",
    rows=selectors.exposures,
    states="exposure",
    steps=(E.DRAFT, E.APPROVAL, E.PUBLISHED, E.ENDED),
    facts=(
        Column("number", _("曝光编号")),
        Column("kind", _("曝光类别"), format=Coded(ExposedKind)),
        Column("target_name", _("曝光对象")),
        Column("enterprise_name", _("所属企业")),
        Column("person_name", _("涉及人员"), format=Personal(Kind.NAME, reveal=EXPOSE)),
        Column("detail", _("公开程度"), format=Coded(Detail)),
        Column("channel", _("曝光渠道"), format=Coded(Channel)),
        Column("starts_on", _("曝光起日"), format=Day()),
        Column("ends_on", _("曝光止日"), format=Day()),
        owner(_("曝光单位")),
        Column("author_name", _("拟稿人")),
        Column("approved_by_name", _("审批人")),
        Column("published_at", _("审批公开时间"), format=Moment()),
        Column("ended_at", _("结束时间"), format=Moment()),
        Column("withdrawal_reason", _("撤回原因"), width=40),
        Column("facts", _("违法事实"), width=40),
        Column("legal_basis", _("法律依据"), width=40),
    ),
    parts=(Part(template="risk/_announcement.html", values=_text, order=10),),
    openings=(
        Opening(
            key="draft",
            title=_("拟定曝光"),
            permission=EXPOSE,
            form=NewExposureForm,
            act=_draft,
            done=_("已拟稿，核对公开文本后提交审批"),
            note=_("号牌、身份证号、电话和姓名一律遮蔽后公开；由他人审批，期满自动结束。"),
        ),
    ),
    deeds=(
        Deed(
            key="submit",
            title=_("提交审批"),
            permission=EXPOSE,
            act=calling(services.submit, "exposure_id"),
            done=_("已提交审批"),
            states=(E.DRAFT,),
            icon="send",
            kind="primary",
        ),
        Deed(
            key="revise",
            title=_("修改"),
            permission=EXPOSE,
            form=ExposureForm,
            initial=lambda row, _at: {name: getattr(row, name) for name in WRITTEN},
            act=_revise,
            done=_("已修改"),
            states=(E.DRAFT,),
        ),
        Deed(
            key="approve",
            title=_("批准曝光"),
            permission=APPROVE_EXPOSURE,
            act=calling(services.approve, "exposure_id"),
            done=_("已批准，公开文本已经固定"),
            states=(E.APPROVAL,),
            may=can_approve,
            icon="rubber-stamp",
            kind="primary",
            question=_("批准后公开文本不能再改。确认批准？"),
        ),
        Deed(
            key="return",
            title=_("退回修改"),
            permission=APPROVE_EXPOSURE,
            form=ReasonForm,
            act=calling(services.return_, "exposure_id"),
            done=_("已退回"),
            states=(E.APPROVAL,),
            icon="arrow-back-up",
        ),
        Deed(
            key="withdraw-draft",
            title=_("撤回拟稿"),
            permission=EXPOSE,
            form=ReasonForm,
            act=_withdraw,
            done=_("已撤回"),
            states=(E.DRAFT, E.APPROVAL),
            icon="ban",
            kind="danger",
        ),
        Deed(
            key="withdraw",
            title=_("撤回曝光"),
            permission=APPROVE_EXPOSURE,
            form=ReasonForm,
            act=_withdraw,
            done=_("已撤回"),
            states=(E.PUBLISHED,),
            icon="eye-off",
            kind="danger",
            note=_("撤回后请在发布渠道删除公开内容。"),
        ),
    ),
    refusals=(services.Refused,),
    attach=EXPOSE,
    attach_manage=EXPOSE,
    attach_states=(E.DRAFT, E.APPROVAL, E.PUBLISHED),
    remark=SEE_RISK,
)
