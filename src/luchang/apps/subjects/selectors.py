"""Questions about key subjects, each within the reach of who asks."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from luchang.apps.force import services as force
from luchang.apps.subjects.models import (
    RISK_GRADES,
    Duty,
    Elimination,
    Enterprise,
    FreightSource,
    GroupRule,
    KeyDriver,
    KeyVehicle,
    LicenceAct,
    Relation,
    Subject,
)
from luchang.apps.subjects.policies import MANAGE, SEE
from luchang.apps.subjects.states import PlateType, SubjectKind
from luchang.core.common.identifiers import Invalid
from luchang.kernel import clock
from luchang.kernel.identity.actors import Actor, within
from luchang.kernel.identity.models import Organisation
from luchang.kernel.records import codes
from luchang.kernel.records.models import Code
from luchang.kernel.ui.search import Hit

M = TypeVar("M", bound=Model)
S = TypeVar("S", bound=Subject)


def _seen(rows: QuerySet[M], actor: Actor) -> QuerySet[M]:
    return within(rows, actor, SEE)


# The registers


def enterprises(actor: Actor) -> QuerySet[Enterprise]:
    return _seen(Enterprise.objects.select_related("organisation", "risk_grade"), actor)


def sources(actor: Actor) -> QuerySet[FreightSource]:
    return _seen(FreightSource.objects.select_related("organisation", "enterprise"), actor)


def vehicles(actor: Actor) -> QuerySet[KeyVehicle]:
    related = ("organisation", "enterprise", "group_rule")
    return _seen(KeyVehicle.objects.select_related(*related), actor)


def drivers(actor: Actor) -> QuerySet[KeyDriver]:
    return _seen(KeyDriver.objects.select_related("organisation"), actor)


def duties(actor: Actor) -> QuerySet[Duty]:
    related = ("organisation", "vehicle", "driver", "group_rule")
    return _seen(Duty.objects.select_related(*related), actor)


def eliminations(actor: Actor) -> QuerySet[Elimination]:
    return _seen(Elimination.objects.select_related("organisation", "vehicle"), actor)


def licence_acts(actor: Actor) -> QuerySet[LicenceAct]:
    return _seen(LicenceAct.objects.select_related("organisation", "driver"), actor)


def standing(rows: QuerySet[S]) -> QuerySet[S]:
    """Without the doubles that only point to what they were merged into."""
    return rows.filter(merged_into__isnull=True)


def listed_enterprises(actor: Actor) -> QuerySet[Enterprise]:
    return standing(enterprises(actor))


def listed_sources(actor: Actor) -> QuerySet[FreightSource]:
    return standing(sources(actor))


def listed_vehicles(actor: Actor) -> QuerySet[KeyVehicle]:
    return standing(vehicles(actor))


def listed_drivers(actor: Actor) -> QuerySet[KeyDriver]:
    return standing(drivers(actor))


# What he may change


def managed_enterprises(actor: Actor) -> QuerySet[Enterprise]:
    rows = Enterprise.objects.standing().select_related("organisation", "risk_grade")
    return within(rows, actor, MANAGE)


def coded_enterprises(actor: Actor) -> QuerySet[Enterprise]:
    """Those a workbook can name."""
    return managed_enterprises(actor).exclude(credit_code=None)


def managed_vehicles(actor: Actor) -> QuerySet[KeyVehicle]:
    """Those on the register: a plate that left it may be on another vehicle by now."""
    rows = KeyVehicle.objects.filter(status="ACTIVE")
    return within(rows.select_related("organisation", "enterprise"), actor, MANAGE)


def managed_drivers(actor: Actor) -> QuerySet[KeyDriver]:
    rows = KeyDriver.objects.standing().select_related("organisation")
    return within(rows, actor, MANAGE)


def open_enterprises(actor: Actor) -> QuerySet[Enterprise]:
    """Enterprises in business that something may be put under."""
    return enterprises(actor).filter(status="ACTIVE")


# What belongs together


def relations(actor: Actor) -> QuerySet[Relation]:
    """Those of drivers he sees; an end outside his reach is not told."""
    rows = Relation.objects.real().select_related(
        "driver__organisation", "vehicle__organisation", "enterprise__organisation"
    )
    return within(rows, actor, SEE, organisation="driver__organisation")


def possible_doubles(row: Subject, actor: Actor) -> QuerySet[Subject]:
    """Other entries that may be the same: one name, one vehicle number, one person's name."""
    others = within(type(row)._default_manager.all(), actor, MANAGE)  # noqa: SLF001
    standing = others.filter(merged_into__isnull=True).exclude(pk=row.pk)
    return standing.filter(_alike(row)).order_by("pk")


def _alike(row: Subject) -> Q:
    match row:
        case Enterprise() | FreightSource():
            return Q(name=row.name)
        case KeyVehicle():
            same = Q(plate_type=row.plate_type, plate=row.plate)
            return same | Q(vin=row.vin) if row.vin else same
        case KeyDriver():
            same = Q(name=row.name)
            return same & Q(phone=row.phone) if row.phone else same
        case _:
            raise TypeError(type(row))


def named(model: type[S], text: str, actor: Actor) -> list[S]:
    """Entries that `text` names whole, of those he manages: for saying which is a double."""
    number = text.removeprefix("#")
    if number.isdecimal() and text.startswith("#"):
        asked = Q(pk=int(number)) if len(number) < LONGEST_KEY else Q(pk__in=[])
    else:
        asked = Q()
        for name in NAMED_BY[model]:
            asked |= Q(**{name: text})
    rows = within(model._default_manager.select_related("organisation"), actor, MANAGE)  # noqa: SLF001
    return list(standing(rows).filter(asked).order_by("pk")[:MOST_NAMED])


NAMED_BY: Mapping[type[Subject], tuple[str, ...]] = {
    Enterprise: ("credit_code", "name", "short_name"),
    FreightSource: ("name",),
    KeyVehicle: ("plate", "vin"),
    KeyDriver: ("archive_number", "identity_number"),
}
LONGEST_KEY, MOST_NAMED = 18, 5


# By what they are known by outside: a credit code, a plate with its type, an archive number


def sees(row: Any, actor: Actor) -> bool:
    """Whether an entry lies within his reach."""
    place = row.organisation
    return actor.covers(SEE, organisation_id=place.pk, path=place.path)


def known_as(row: Any) -> str:
    """How a workbook or a form names an entry."""
    match row:
        case Enterprise():
            return row.credit_code or row.name
        case KeyVehicle():
            return f"{row.plate} {row.get_plate_type_display()}"
        case KeyDriver():
            return row.archive_number
        case _:
            return str(row)


def known_by(kind: SubjectKind, text: str, actor: Actor) -> list[Subject]:
    """The entries in sight that `text` names whole; several where it does not tell them apart."""
    rows: QuerySet[Any] = LISTED[kind](actor)
    if kind == SubjectKind.VEHICLE:
        plate_type, plate = _plate_of(text)
        rows = rows.filter(plate__in=_written(plate))
        rows = rows.filter(plate_type=plate_type) if plate_type else rows
    elif kind == SubjectKind.ENTERPRISE:
        rows = rows.filter(Q(credit_code=text.upper()) | Q(name=text))
    elif kind == SubjectKind.DRIVER:
        rows = rows.filter(Q(archive_number=text) | Q(identity_number=text))
    else:
        rows = rows.filter(name=text)
    return list(rows.order_by("pk")[:MOST_NAMED])


def alike(kind: SubjectKind, text: str, actor: Actor) -> QuerySet[Any]:
    """Entries in sight that `text` is a part of, as the search box finds them."""
    rows: QuerySet[Any] = LISTED[kind](actor)
    if kind == SubjectKind.DRIVER:
        return rows.filter(pk__in=KeyDriver.objects.known_as(text).values("pk"))
    if kind == SubjectKind.VEHICLE:
        plate_type, plate = _plate_of(text)
        rows = rows.filter(plate_type=plate_type) if plate_type else rows
        return rows.filter(Q(search__found=plate)) if plate else rows
    return rows.filter(search__found=text)


def organisations_in_sight(actor: Actor) -> QuerySet[Organisation]:
    """Whose key subjects he sees."""
    return within(Organisation.objects.all(), actor, SEE, organisation="")


def _plate_of(text: str) -> tuple[str, str]:
    """Type and plate of `湘B·D0001 大型汽车`, in any order; the type may be missing."""
    for name, code in sorted(_plate_types().items(), key=lambda named: -len(named[0])):
        plain = text.strip()
        for plate in (plain.removesuffix(name), plain.removeprefix(name)):
            if plate != plain and plate.strip() != plate:
                return code, plate.strip()
    return "", text.strip()


def _plate_types() -> Mapping[str, str]:
    """Types by code and by their names in both languages."""
    found = {each.value: each.value for each in PlateType}
    for language in ("zh-hans", "en"):
        with override(language):
            found |= {str(each.label): each.value for each in PlateType}
    return found


def _written(plate: str) -> set[str]:
    try:
        return {plate, force.written_plate(plate)}
    except Invalid:
        return {plate}


LISTED: Mapping[SubjectKind, Callable[[Actor], QuerySet[Any]]] = {
    SubjectKind.ENTERPRISE: listed_enterprises,
    SubjectKind.SOURCE: listed_sources,
    SubjectKind.VEHICLE: listed_vehicles,
    SubjectKind.DRIVER: listed_drivers,
}


# Words


def grades() -> Mapping[int, str]:
    """Grades of risk that may be given today, by key."""
    return {each.pk: each.label for each in codes.codes(RISK_GRADES, at=clock.now())}


def grade_rows() -> QuerySet[Code]:
    today = clock.local(clock.now()).date()
    return Code.objects.valid(on=today).filter(table=RISK_GRADES).order_by("order")


def groups() -> Mapping[str, str]:
    """Key groups by code, as their newest rule calls them."""
    rows = GroupRule.objects.order_by("order", "valid_from")
    return {each.code: each.label for each in rows}


def group_rules_for(actor: Actor) -> QuerySet[GroupRule]:
    """The rules are the city's: whoever sees key subjects sees by what they are grouped."""
    rows = GroupRule.objects.all()
    return rows if actor.may(SEE) else rows.none()


def group_rules() -> QuerySet[GroupRule]:
    return GroupRule.objects.order_by("order", "code", "-valid_from")


# The search box


def find_enterprises(actor: Actor, text: str, most: int) -> list[Hit]:
    """Enterprises by name, initials or credit code."""
    found = listed_enterprises(actor).filter(search__found=text)[:most]
    return [
        Hit(
            title=each.name,
            address=reverse("subjects.enterprise", args=[each.pk]),
            note=f"{each.organisation.short_name} {each.get_kind_display()}",
            icon="building",
        )
        for each in found
    ]


def find_vehicles(actor: Actor, text: str, most: int) -> list[Hit]:
    """Key vehicles by any part of the plate or the VIN."""
    found = listed_vehicles(actor).filter(search__found=text)[:most]
    return [
        Hit(
            title=each.plate,
            address=reverse("subjects.vehicle", args=[each.pk]),
            note=f"{each.organisation.short_name} {each.get_usage_display()}",
            icon="truck",
        )
        for each in found
    ]


def find_sources(actor: Actor, text: str, most: int) -> list[Hit]:
    """Freight sources by name, initials or address."""
    found = listed_sources(actor).filter(search__found=text)[:most]
    return [
        Hit(
            title=each.name,
            address=reverse("subjects.source", args=[each.pk]),
            note=f"{each.organisation.short_name} {each.get_kind_display()}",
            icon="building-factory",
        )
        for each in found
    ]


def find_drivers(actor: Actor, text: str, most: int) -> list[Hit]:
    """Drivers by whole identity number, name or phone; told by what is not personal."""
    known = KeyDriver.objects.known_as(text)
    found = listed_drivers(actor).filter(pk__in=known.values("pk"))[:most]
    return [
        Hit(
            title=_("驾驶人 %(number)s") % {"number": each.archive_number},
            address=reverse("subjects.driver", args=[each.pk]),
            note=f"{each.organisation.short_name} {each.classes}",
            icon="id",
        )
        for each in found
    ]
