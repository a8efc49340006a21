"""What may be done with a freight source."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from luchang.apps.places import selectors as places
from luchang.apps.subjects import forms, selectors, services
from luchang.apps.subjects.models import (
    FreightSource,
)
from luchang.apps.subjects.policies import MANAGE, SEE
from luchang.apps.subjects.states import (
    SourceKind,
    SourceStatus,
    SubjectKind,
)
from luchang.apps.subjects.views import parts
from luchang.apps.subjects.views.ledgers.facts import (
    NOTE,
    NUMBER,
    OWNER,
    REGISTERED,
    as_it_is,
    merged,
    merging,
    notice_of,
    place_of,
)
from luchang.apps.subjects.views.lists import SOURCES
from luchang.kernel.identity.actors import Actor
from luchang.kernel.ledgers.forms import ReasonForm
from luchang.kernel.ledgers.specs import Deed, Ledger, Opening, Part, Said, calling
from luchang.kernel.lists.columns import Coded, Column, Flag, Number


def _register_source(said: Said, by: Actor, at: datetime) -> FreightSource:
    told = {**said, "kind": SourceKind(said["kind"])}
    return services.register_source(**told, by=by, at=at)


OPEN_SOURCE = (SourceStatus.REGISTERED, SourceStatus.LISTED, SourceStatus.RECTIFIED)

SOURCE_LEDGER = Ledger[FreightSource](
    model=FreightSource,
    listed=SOURCES,
    name="subjects.source",
    rows=selectors.sources,
    states="freight_source",
    steps=(SourceStatus.REGISTERED, SourceStatus.LISTED, SourceStatus.RECTIFIED),
    facts=(
        Column("name", _("源头名称"), width=40),
        Column("kind", _("源头类别"), format=Coded(SourceKind)),
        Column(
            "enterprise",
            _("所属企业"),
            link=lambda row: (
                reverse("subjects.enterprise", args=[row.enterprise_id])
                if row.enterprise_id
                else ""
            ),
        ),
        OWNER,
        Column("has_weighing", _("称重设备"), format=Flag()),
        Column("throughput_t", _("年吞吐量"), format=Number(unit=_("吨"))),
        Column("address", _("地址"), width=40),
        NUMBER,
        REGISTERED,
        merged("subjects.source"),
        NOTE,
    ),
    parts=(Part(template="subjects/_listings.html", values=parts.listings_of, order=10),),
    map=place_of,
    ground=places.base_map,
    notice=notice_of,
    openings=(
        Opening(
            key="register",
            title=_("登记源头"),
            permission=MANAGE,
            form=forms.NewSourceForm,
            act=_register_source,
            done=_("已登记"),
        ),
    ),
    deeds=(
        Deed(
            key="list",
            title=_("列为重点"),
            permission=MANAGE,
            form=forms.ListingForm,
            initial=forms.today,
            act=calling(services.list_as_key, "source_id"),
            done=_("已列为重点源头"),
            states=(SourceStatus.REGISTERED, SourceStatus.RECTIFIED),
            icon="flag",
        ),
        Deed(
            key="rectify",
            title=_("登记整治完成"),
            permission=MANAGE,
            form=forms.RectifiedForm,
            initial=forms.today,
            act=calling(services.rectify_source, "source_id"),
            done=_("已登记整治完成"),
            states=(SourceStatus.LISTED,),
            icon="flag-check",
            kind="primary",
        ),
        Deed(
            key="correct",
            title=_("更正"),
            permission=MANAGE,
            form=forms.SourceForm,
            initial=as_it_is(
                "name",
                "kind",
                "enterprise",
                "address",
                "longitude",
                "latitude",
                "throughput_t",
                "has_weighing",
                "note",
            ),
            act=calling(services.correct_source, "source_id"),
            done=_("已更正"),
            states=OPEN_SOURCE,
        ),
        Deed(
            key="hand-over",
            title=_("移交监管单位"),
            permission=MANAGE,
            form=forms.HandOverForm,
            act=calling(services.hand_over_source, "source_id"),
            done=_("已移交"),
            states=OPEN_SOURCE,
            icon="transfer",
        ),
        Deed(
            key="close",
            title=_("登记关停"),
            permission=MANAGE,
            form=ReasonForm,
            act=calling(services.close_source, "source_id"),
            done=_("已登记关停"),
            states=(SourceStatus.REGISTERED, SourceStatus.RECTIFIED),
            icon="circle-x",
            kind="danger",
        ),
        Deed(
            key="reopen",
            title=_("恢复生产"),
            permission=MANAGE,
            form=ReasonForm,
            act=calling(services.reopen_source, "source_id"),
            done=_("已恢复"),
            states=(SourceStatus.CLOSED,),
            icon="arrow-back-up",
        ),
        merging(SubjectKind.SOURCE, (*OPEN_SOURCE, SourceStatus.CLOSED)),
    ),
    refusals=(services.Refused,),
    attach=MANAGE,
    attach_manage=MANAGE,
    attach_states=OPEN_SOURCE,
    remark=SEE,
)
