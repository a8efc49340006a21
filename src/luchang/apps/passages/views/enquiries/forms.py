"""What an investigator fills in: what for, which vehicle, when, at which cameras."""

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import IntegerChoices
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from luchang.apps.passages.policies import SEARCH
from luchang.apps.passages.selectors import asking
from luchang.apps.passages.selectors.asking import Asked, EnquiryRefused
from luchang.apps.passages.selectors.cameras import cameras as cameras_of
from luchang.apps.passages.selectors.enquiries import PURPOSES
from luchang.apps.passages.selectors.sections import measured_sections
from luchang.apps.passages.services.enquiries import Purpose
from luchang.apps.passages.states import (
    BODY_COLOURS,
    PLATE_COLOURS,
    EnquiryKind,
    PlateKind,
    SeenKind,
    plate_type_label,
)
from luchang.core.common.personal import mask_plate
from luchang.kernel.clock import SHANGHAI, local
from luchang.kernel.identity.actors import Actor
from luchang.kernel.records.codes import CodeField

if TYPE_CHECKING:
    from luchang.apps.passages.models import Camera, CertifiedSection

LONGEST_PLATE = 20
MOST_VEHICLES = 4_294_967_295
"""Numbers of the store have 32 bits."""
Label = Any
"""A lazy text, which stubs know by a name of their own."""


def _moment(label: Label) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, widget=widget)


def _day(label: Label) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget)


def _number(label: Label, least: int, most: int, initial: int, note: Label) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, min_value=least, max_value=most, initial=initial, help_text=note
    )


def _chosen(label: Label, offered: type[IntegerChoices] | tuple[Any, ...]) -> forms.Field:
    choices = [("", _("不限")), *((each.value, each.label) for each in offered)]
    return forms.TypedChoiceField(
        label=label, choices=choices, required=False, coerce=int, empty_value=None
    )


class CameraBox(forms.CheckboxSelectMultiple):
    """Cameras to tick; the page beside them ticks those of a rectangle on the map."""


class EnquiryForm(forms.Form):
    """What every question says: what for, under which case, when, at which cameras."""

    kind: EnquiryKind
    case_required = False

    purpose = CodeField(table=PURPOSES, title=_("查询事由"))
    reason = forms.CharField(
        label=_("具体原因"),
        max_length=200,
        help_text=_("写明为什么查，不少于4个字，会记入审计"),
    )
    case_number = forms.CharField(label=_("案件编号"), max_length=64, required=False)
    first: forms.Field = _moment(_("开始时间"))
    last: forms.Field = _moment(_("结束时间"))
    cameras = forms.TypedMultipleChoiceField(
        label=_("设备"), required=False, coerce=int, widget=CameraBox, choices=[]
    )

    def __init__(self, *args: Any, actor: Actor, at: datetime, **more: Any) -> None:
        """Offers the cameras the actor may ask about, those taken away included."""
        super().__init__(*args, **more)
        self.actor, self.at = actor, at
        self.offered: list[Camera] = []
        if "cameras" in self.fields:
            self.offered = list(cameras_of(actor, SEARCH).order_by("name", "number"))
            field: Any = self.fields["cameras"]
            field.choices = [(each.number, each.name) for each in self.offered]
        self.fields["case_number"].required = self.case_required

    def purpose_said(self) -> Purpose:
        said = self.cleaned_data
        return Purpose(said["purpose"], said["reason"], said["case_number"])

    def asked(self) -> Asked:
        """The question as the service takes it.

        Raises:
            EnquiryRefused: a plate that is none, a vehicle that is gone.
        """
        said = self.cleaned_data
        return Asked(
            kind=self.kind,
            first=said["first"],
            last=said["last"],
            cameras=tuple(said.get("cameras", ())),
            **self.more(),
        )

    def more(self) -> dict[str, Any]:
        """What only this kind of question says."""
        return {}

    def leading(self) -> list[str]:
        """Fields before all others of the question."""
        return [name for name in ("plate", "plate_type", "day") if name in self.fields]

    @property
    def camera_places(self) -> list[dict[str, object]]:
        """The cameras offered as things on a map."""
        return [
            {
                "id": each.number,
                "lon": each.longitude,
                "lat": each.latitude,
                "name": each.name,
                "tone": "secondary",
            }
            for each in self.offered
        ]


class SearchForm(EnquiryForm):
    """Passages by a whole or partial plate, time, cameras, colours and kind."""

    kind = EnquiryKind.SEARCH

    plate = forms.CharField(
        label=_("号牌号码"),
        max_length=LONGEST_PLATE,
        required=False,
        help_text=_("? 代替一位，* 代替多位，- 为未识别；不填为全部"),
    )
    plate_type = _chosen(_("号牌种类"), PlateKind)
    plate_colour = _chosen(_("号牌颜色"), PLATE_COLOURS)
    body_colour = _chosen(_("车身颜色"), BODY_COLOURS)
    vehicle_kind = _chosen(_("车型"), SeenKind)

    def more(self) -> dict[str, Any]:
        said = self.cleaned_data
        return {
            "plate": asking.pattern_of(said["plate"]),
            "plate_type": said["plate_type"],
            "plate_colours": _one(said["plate_colour"]),
            "body_colours": _one(said["body_colour"]),
            "kinds": _one(said["vehicle_kind"]),
        }


class VehicleForm(EnquiryForm):
    """One vehicle: by its plate, or by the number another answer knows it by."""

    plate = forms.CharField(label=_("号牌号码"), max_length=LONGEST_PLATE, required=False)
    plate_type = _chosen(_("号牌种类"), PlateKind)
    vehicle = forms.IntegerField(
        required=False, min_value=1, max_value=MOST_VEHICLES, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["plate_type"].help_text = _("不选时按号牌查找，同号多种类时再选")
        self.known = self._known()
        if self.known:
            del self.fields["plate"], self.fields["plate_type"]

    def _known(self) -> tuple[str, int] | None:
        """The vehicle of the number, where one was handed over."""
        given = self.data.get("vehicle") if self.is_bound else self.initial.get("vehicle")
        if not given or not str(given).isdecimal() or not 0 < int(given) <= MOST_VEHICLES:
            return None
        try:
            return asking.vehicle_numbered(int(given))
        except EnquiryRefused:
            return None

    @property
    def known_as(self) -> str:
        """The vehicle handed over, as anybody may see it."""
        if self.known is None:
            return ""
        plate, plate_type = self.known
        return f"{mask_plate(plate)} {plate_type_label(plate_type)}"

    def more(self) -> dict[str, Any]:
        said = self.cleaned_data
        if self.known:
            plate, plate_type = self.known
            return {"plate": plate, "plate_type": plate_type}
        if said.get("vehicle") and not said["plate"]:
            raise EnquiryRefused("vehicle_gone")
        return {"plate": asking.whole_plate(said["plate"]), "plate_type": said["plate_type"]}


class TrackForm(VehicleForm):
    """Where a vehicle was and how it travelled."""

    kind = EnquiryKind.TRACK


class _DaysForm(VehicleForm):
    """Whole days of one vehicle."""

    first = _day(_("开始日期"))
    last = _day(_("结束日期"))

    def asked(self) -> Asked:
        said = self.cleaned_data
        said["first"], said["last"] = begin_of(said["first"]), begin_of(said["last"], later=1)
        return super().asked()


class CompanionsForm(_DaysForm):
    """Who passed the same cameras close to a vehicle, on whole days."""

    kind = EnquiryKind.COMPANIONS

    common = _number(_("共同设备不少于"), 3, 50, 5, _("台；每天至少共同经过这么多台设备"))
    within_s = _number(_("前后间隔不超过"), 5, 300, 60, _("秒；经过同一设备的时间差"))
    jaccard_percent = _number(
        _("共同占比不低于"), 10, 100, 50, _("%；共同经过的设备占两车当天经过设备的比例")
    )
    trips = _number(
        _("同行次数不少于"),
        1,
        20,
        2,
        _("次；相隔30分钟以上再次同行另算一次。次数不足的，前后间隔须基本不变；填1不作此要求"),
    )

    def more(self) -> dict[str, Any]:
        names = ("common", "within_s", "jaccard_percent", "trips")
        return {**super().more(), **{name: self.cleaned_data[name] for name in names}}


class PresenceForm(_DaysForm):
    """When a vehicle was first and last seen, and how long it was not."""

    kind = EnquiryKind.PRESENCE

    absent_days = _number(_("久未见不少于"), 1, 180, 7, _("天；连续这么多天没有过车记录"))

    def more(self) -> dict[str, Any]:
        return {**super().more(), "absent_days": self.cleaned_data["absent_days"]}


class NewcomersForm(EnquiryForm):
    """Vehicles of one day that nobody saw in the days before it."""

    kind = EnquiryKind.NEWCOMERS

    day = _day(_("日期"))
    absent_days = _number(_("此前未出现"), 1, 30, 7, _("天；当天之前这么多天没有过车记录"))

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        del self.fields["first"], self.fields["last"]

    def asked(self) -> Asked:
        day = self.cleaned_data["day"]
        self.cleaned_data |= {"first": begin_of(day), "last": begin_of(day, later=1)}
        return super().asked()

    def more(self) -> dict[str, Any]:
        return {"absent_days": self.cleaned_data["absent_days"]}


class StaysForm(_DaysForm):
    """Where a vehicle stays and what it does again and again; only under a case."""

    kind = EnquiryKind.STAYS
    case_required = True


def _section_label(section: "CertifiedSection", today: date) -> str:
    """Its name, its certificate, and whether that holds today."""
    return gettext("%(name)s（证书%(certificate)s，至%(until)s，%(validity)s）") % {
        "name": section.name,
        "certificate": section.certificate_number,
        "until": section.valid_until,
        "validity": section.validity_on(today).label,
    }


class SectionsForm(EnquiryForm):
    """Drives through certified sections above the limit."""

    kind = EnquiryKind.SECTIONS

    over_percent = _number(
        _("超过限速不少于"), 0, 100, 10, _("%；执法起点以上级规定为准，未核实，0为全部超速")
    )
    sections = forms.TypedMultipleChoiceField(
        label=_("测速区间"), required=False, coerce=int, widget=CameraBox, choices=[]
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        del self.fields["cameras"]
        today = local(self.at).date()
        rows = measured_sections(self.actor).order_by("name", "-valid_from")
        self.known_sections = list(rows)
        field: Any = self.fields["sections"]
        field.choices = [(each.pk, _section_label(each, today)) for each in self.known_sections]

    def more(self) -> dict[str, Any]:
        said = self.cleaned_data
        return {"sections": tuple(said["sections"]), "over_percent": said["over_percent"]}


FORMS: dict[EnquiryKind, type[EnquiryForm]] = {
    form.kind: form
    for form in (
        SearchForm,
        TrackForm,
        CompanionsForm,
        PresenceForm,
        NewcomersForm,
        StaysForm,
        SectionsForm,
    )
}

_BACK_DAYS = {
    EnquiryKind.TRACK: 2,
    EnquiryKind.COMPANIONS: 2,
    EnquiryKind.PRESENCE: 30,
    EnquiryKind.STAYS: 13,
}


def offered_times(kind: EnquiryKind, at: datetime) -> dict[str, object]:
    """Times a fresh form begins with."""
    now = local(at).replace(second=0, microsecond=0)
    if kind in {EnquiryKind.SEARCH, EnquiryKind.SECTIONS}:
        return {"first": now - timedelta(hours=24), "last": now}
    if kind == EnquiryKind.NEWCOMERS:
        return {"day": now.date() - timedelta(days=1)}
    begin = now.date() - timedelta(days=_BACK_DAYS[kind])
    if kind == EnquiryKind.TRACK:
        return {"first": datetime.combine(begin, time.min, SHANGHAI), "last": now}
    return {"first": begin, "last": now.date()}


def begin_of(day: Any, *, later: int = 0) -> datetime:
    """Midnight in Shanghai, of the day or of one so many days later."""
    return datetime.combine(day + timedelta(days=later), time.min, SHANGHAI)


def _one(value: int | None) -> tuple[int, ...]:
    return () if value is None else (value,)
