"""Cameras, and what was last heard of them."""

from datetime import datetime

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import CheckConstraint, Q
from django.utils.translation import gettext_lazy as _

from luchang.apps.passages.querysets import CaptureCameraQuerySet
from luchang.apps.passages.states import CAMERA, CameraDirection, CameraStatus, ColourDialect
from luchang.core.common.personal import Kind
from luchang.core.passages.passage import MOST_CAMERAS
from luchang.kernel.crypto.fields import EncryptedTextField
from luchang.kernel.history import tracked
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.models import Organisation
from luchang.kernel.records.moves import Stateful, begin, move
from luchang.kernel.search import SearchField, search_index

MOST_LANES = 16

device_number = RegexValidator(r"^[0-9]{20}$", _("编码为20位数字"))


@tracked(exclude=["search", "digest"])
class Camera(Stateful):
    """A camera that tells of every vehicle it sees."""

    number = models.PositiveIntegerField(_("存储编号"), unique=True, editable=False)
    """What the store knows it by; given once and never to another camera."""
    device_id = models.CharField(
        _("设备编码"), max_length=20, unique=True, validators=[device_number]
    )
    """20 digits of GA/T 1400: centre 8, industry 2, type 3, sequence 7."""
    name = models.CharField(_("名称"), max_length=80)
    tollgate_id = models.CharField(
        _("卡口编码"), max_length=20, blank=True, validators=[device_number]
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("管理单位")
    )
    longitude = models.FloatField(
        _("经度"), validators=[MinValueValidator(-180.0), MaxValueValidator(180.0)]
    )
    latitude = models.FloatField(
        _("纬度"), validators=[MinValueValidator(-90.0), MaxValueValidator(90.0)]
    )
    direction = models.PositiveSmallIntegerField(
        _("行驶方向"), choices=CameraDirection.choices, default=CameraDirection.UNKNOWN
    )
    lanes = models.PositiveSmallIntegerField(
        _("车道数"), default=1, validators=[MinValueValidator(1), MaxValueValidator(MOST_LANES)]
    )
    link = models.CharField(_("路段"), max_length=80, blank=True)
    junction = models.CharField(_("路口"), max_length=80, blank=True)
    dialect = models.CharField(
        _("号牌颜色代码"),
        max_length=12,
        choices=ColourDialect.choices,
        default=ColourDialect.GENERAL,
    )
    """Whose numbers its plate colours are."""
    facility = models.OneToOneField(
        "facilities.Facility",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("交通设施"),
    )
    """Where faults of the camera are reported; registered with it."""
    digest = EncryptedTextField(Kind.TEXT, blank=True, editable=False)
    """MD5 of device, realm and secret (RFC 2617 A1); the secret itself is kept nowhere."""
    status = models.CharField(
        _("状态"), max_length=12, choices=CameraStatus.choices, default=CAMERA.start
    )
    source = models.CharField(max_length=20, blank=True, editable=False)
    search = SearchField("name", "link", "junction", plain=("device_id",))

    objects = models.Manager.from_queryset(CaptureCameraQuerySet)()

    class Meta:
        ordering = ["number"]
        verbose_name = _("过车设备")
        indexes = [search_index("passage_camera_search")]
        constraints = [
            CheckConstraint(
                name="passage_camera_number_of_store",
                condition=Q(number__gte=1, number__lt=MOST_CAMERAS),
            ),
            CheckConstraint(
                name="passage_camera_device_digits", condition=Q(device_id__regex=r"^[0-9]{20}$")
            ),
            CheckConstraint(
                name="passage_camera_has_lanes", condition=Q(lanes__gte=1, lanes__lte=MOST_LANES)
            ),
        ]
        triggers = [CAMERA.guard()]

    def __str__(self) -> str:
        return self.name

    def register(self, *, by: Actor, at: datetime) -> None:
        self.full_clean(validate_constraints=False)
        self.save()
        begin(self, by=by, at=at)

    def correct(self, **fields: object) -> None:
        for name, value in fields.items():
            setattr(self, name, value)
        self.full_clean(validate_constraints=False)
        self.save()

    def become(self, status: CameraStatus, *, by: Actor, at: datetime, reason: str = "") -> None:
        move(self, CAMERA, status, by=by, at=at, reason=reason)
        self.save(update_fields=["status"])

    def stand_for(self, facility_id: int) -> None:
        self.facility_id = facility_id
        self.save(update_fields=["facility"])

    def keep_digest(self, digest: str) -> None:
        self.digest = digest
        self.save(update_fields=["digest"])


class CameraLife(models.Model):
    """What was last heard of a camera; written every few seconds, kept in no history.

    Counts are of the day `day` of Asia/Shanghai, by the time of arrival.
    """

    camera = models.OneToOneField(
        Camera, on_delete=models.CASCADE, primary_key=True, related_name="life"
    )
    registered_at = models.DateTimeField(_("注册时间"), null=True, blank=True)
    heard_at = models.DateTimeField(_("最近联系"), null=True, blank=True)
    passage_at = models.DateTimeField(_("最近过车"), null=True, blank=True)
    received_at = models.DateTimeField(_("最近上传"), null=True, blank=True)
    day = models.DateField(_("计数日期"), null=True, blank=True)
    passages = models.PositiveIntegerField(_("今日过车"), default=0)
    unread = models.PositiveIntegerField(_("今日未识别"), default=0)
    refused = models.PositiveIntegerField(_("今日拒收"), default=0)
    fast = models.PositiveIntegerField(_("今日车速异常"), default=0)
    uncoloured = models.PositiveIntegerField(_("今日号牌颜色未知"), default=0)
    """Plates whose colour was told by a code its dialect does not have."""
    skew_s = models.FloatField(_("时钟偏差"), null=True, blank=True)

    class Meta:
        verbose_name = _("设备状态")

    def __str__(self) -> str:
        return str(self.camera)
