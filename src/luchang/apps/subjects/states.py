"""Kinds of subjects, their codes by standard, and the lives they lead, as tables."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from luchang.kernel.records.states import TransitionTable


class EnterpriseKind(TextChoices):
    """What an enterprise does with its vehicles."""

    PASSENGER = "PASSENGER", _("道路客运")
    TOURIST = "TOURIST", _("旅游客运")
    FREIGHT = "FREIGHT", _("普通货运")
    DANGEROUS_GOODS = "DANGEROUS_GOODS", _("危险货物运输")
    SCHOOL_BUS = "SCHOOL_BUS", _("校车服务")
    CITY_BUS = "CITY_BUS", _("城市公交")
    TAXI = "TAXI", _("出租客运")
    DRIVING_SCHOOL = "DRIVING_SCHOOL", _("驾驶培训")
    CONSTRUCTION = "CONSTRUCTION", _("渣土工程运输")
    OTHER = "OTHER", _("其他企业")


class EnterpriseStatus(TextChoices):
    ACTIVE = "ACTIVE", _("在营")
    CLOSED = "CLOSED", _("停业")
    MERGED = "MERGED", _("已合并")


ENTERPRISE = TransitionTable(
    start=EnterpriseStatus.ACTIVE,
    moves={
        EnterpriseStatus.ACTIVE: frozenset({EnterpriseStatus.CLOSED, EnterpriseStatus.MERGED}),
        EnterpriseStatus.CLOSED: frozenset({EnterpriseStatus.ACTIVE, EnterpriseStatus.MERGED}),
        EnterpriseStatus.MERGED: frozenset(),
    },
)


class SourceKind(TextChoices):
    """Where goods come onto the road."""

    MINE = "MINE", _("矿山")
    QUARRY = "QUARRY", _("砂石场")
    CEMENT = "CEMENT", _("水泥厂")
    MIXING_PLANT = "MIXING_PLANT", _("混凝土搅拌站")
    STEEL = "STEEL", _("钢铁厂")
    PORT = "PORT", _("港口码头")
    LOGISTICS = "LOGISTICS", _("物流园区")
    CONSTRUCTION_SITE = "CONSTRUCTION_SITE", _("建筑工地")
    OTHER = "OTHER", _("其他源头")


class SourceStatus(TextChoices):
    """Where a freight source stands; a key one stays so until it is rectified."""

    REGISTERED = "REGISTERED", _("一般源头")
    LISTED = "LISTED", _("重点源头")
    RECTIFIED = "RECTIFIED", _("已整治")
    CLOSED = "CLOSED", _("已关停")
    MERGED = "MERGED", _("已合并")


SOURCE = TransitionTable(
    start=SourceStatus.REGISTERED,
    moves={
        SourceStatus.REGISTERED: frozenset(
            {SourceStatus.LISTED, SourceStatus.CLOSED, SourceStatus.MERGED}
        ),
        SourceStatus.LISTED: frozenset({SourceStatus.RECTIFIED, SourceStatus.MERGED}),
        SourceStatus.RECTIFIED: frozenset(
            {SourceStatus.LISTED, SourceStatus.CLOSED, SourceStatus.MERGED}
        ),
        SourceStatus.CLOSED: frozenset({SourceStatus.REGISTERED, SourceStatus.MERGED}),
        SourceStatus.MERGED: frozenset(),
    },
)


class PlateType(TextChoices):
    """号牌种类, GA/T 16.7; only types that are issued."""

    LARGE = "01", _("大型汽车")
    SMALL = "02", _("小型汽车")
    MOTORCYCLE = "07", _("普通摩托车")
    LIGHT_MOTORCYCLE = "08", _("轻便摩托车")
    LOW_SPEED = "13", _("低速车")
    TRACTOR = "14", _("拖拉机")
    TRAILER = "15", _("挂车")
    LEARNER = "16", _("教练汽车")
    LEARNER_MOTORCYCLE = "17", _("教练摩托车")
    FORMER_FARM = "25", _("原农机号牌")
    LARGE_NEW_ENERGY = "51", _("大型新能源汽车")
    SMALL_NEW_ENERGY = "52", _("小型新能源汽车")


class Usage(TextChoices):
    """使用性质, GA/T 16.3."""

    NON_COMMERCIAL = "A", _("非营运")
    HIGHWAY_PASSENGER = "B", _("公路客运")
    CITY_BUS = "C", _("公交客运")
    TAXI = "D", _("出租客运")
    TOURIST = "E", _("旅游客运")
    FREIGHT = "F", _("货运")
    RENTAL = "G", _("租赁")
    POLICE = "H", _("警用")
    FIRE = "I", _("消防")
    AMBULANCE = "J", _("救护")
    RESCUE = "K", _("工程救险")
    EX_COMMERCIAL = "L", _("营转非")
    EX_TAXI = "M", _("出租转非")
    TRAINING = "N", _("教练")
    KINDERGARTEN_BUS = "O", _("幼儿校车")
    PRIMARY_BUS = "P", _("小学生校车")
    OTHER_SCHOOL_BUS = "Q", _("其他校车")
    DANGEROUS_GOODS = "R", _("危化品运输")
    SCHOOL_BUS = "S", _("中小学生校车")
    OTHER = "Z", _("其他")


class VehicleStatus(TextChoices):
    ACTIVE = "ACTIVE", _("在册")
    SCRAPPED = "SCRAPPED", _("已报废")
    ELIMINATED = "ELIMINATED", _("已淘汰")
    TRANSFERRED = "TRANSFERRED", _("已转出")
    MERGED = "MERGED", _("已合并")


VEHICLE = TransitionTable(
    start=VehicleStatus.ACTIVE,
    moves={
        VehicleStatus.ACTIVE: frozenset(
            {
                VehicleStatus.SCRAPPED,
                VehicleStatus.ELIMINATED,
                VehicleStatus.TRANSFERRED,
                VehicleStatus.MERGED,
            }
        ),
        VehicleStatus.TRANSFERRED: frozenset({VehicleStatus.ACTIVE, VehicleStatus.MERGED}),
        VehicleStatus.SCRAPPED: frozenset({VehicleStatus.MERGED}),
        VehicleStatus.ELIMINATED: frozenset({VehicleStatus.MERGED}),
        VehicleStatus.MERGED: frozenset(),
    },
)


class DeviceKind(TextChoices):
    POSITIONING = "POSITIONING", _("卫星定位")
    VIDEO = "VIDEO", _("视频监控")
    ACTIVE_SAFETY = "ACTIVE_SAFETY", _("主动安全预警")
    RECORDER = "RECORDER", _("行驶记录仪")
    BLIND_SPOT = "BLIND_SPOT", _("右转盲区预警")


class DeviceState(TextChoices):
    WORKING = "WORKING", _("正常")
    FAULTY = "FAULTY", _("故障")
    REMOVED = "REMOVED", _("已拆除")


class DutyKind(TextChoices):
    """What has to be done by a day, for a vehicle or for a driver."""

    INSPECTION = "INSPECTION", _("检验")
    SCRAPPING = "SCRAPPING", _("报废")
    LICENCE_RENEWAL = "LICENCE_RENEWAL", _("换证")
    LICENCE_REVIEW = "LICENCE_REVIEW", _("审验")


OF_VEHICLES = (DutyKind.INSPECTION, DutyKind.SCRAPPING)
OF_DRIVERS = (DutyKind.LICENCE_RENEWAL, DutyKind.LICENCE_REVIEW)


class DutyStatus(TextChoices):
    """What became of a duty: one that can no longer be met stays in the base of the rate."""

    OPEN = "OPEN", _("待办理")
    MET = "MET", _("已办理")
    MISSED = "MISSED", _("逾期未办")
    WITHDRAWN = "WITHDRAWN", _("已撤销")


DUTY = TransitionTable(
    start=DutyStatus.OPEN,
    moves={
        DutyStatus.OPEN: frozenset({DutyStatus.MET, DutyStatus.MISSED, DutyStatus.WITHDRAWN}),
        DutyStatus.MET: frozenset({DutyStatus.WITHDRAWN}),
        DutyStatus.MISSED: frozenset({DutyStatus.WITHDRAWN}),
        DutyStatus.WITHDRAWN: frozenset(),
    },
)


class InspectionResult(TextChoices):
    """检验情况."""

    PASSED = "1", _("合格")
    PASSED_AFTER_EXTENSION = "2", _("延期合格")
    ENTRUSTED = "3", _("委托检验合格")
    FAILED = "4", _("不合格")


class EliminationReason(TextChoices):
    """Why a vehicle left the road for good; what was one printed number is several reasons."""

    MODIFIED_TRACTOR = "MODIFIED_TRACTOR", _("变型拖拉机")
    LARGE_COACH = "LARGE_COACH", _("57座以上客车")
    DUE_FOR_SCRAPPING = "DUE_FOR_SCRAPPING", _("达到报废标准")
    OTHER = "OTHER", _("其他原因")


class LicenceClass(TextChoices):
    """准驾车型."""

    A1 = "A1", _("A1 大型客车")
    A2 = "A2", _("A2 重型牵引挂车")
    A3 = "A3", _("A3 城市公交车")
    B1 = "B1", _("B1 中型客车")
    B2 = "B2", _("B2 大型货车")
    C1 = "C1", _("C1 小型汽车")
    C2 = "C2", _("C2 小型自动挡汽车")
    C3 = "C3", _("C3 低速载货汽车")
    C4 = "C4", _("C4 三轮汽车")
    C5 = "C5", _("C5 残疾人专用小型自动挡载客汽车")
    C6 = "C6", _("C6 轻型牵引挂车")
    D = "D", _("D 普通三轮摩托车")
    E = "E", _("E 普通二轮摩托车")
    F = "F", _("F 轻便摩托车")
    M = "M", _("M 轮式专用机械车")
    N = "N", _("N 无轨电车")
    P = "P", _("P 有轨电车")


class DriverStatus(TextChoices):
    ACTIVE = "ACTIVE", _("在册")
    LEFT = "LEFT", _("已退出")
    MERGED = "MERGED", _("已合并")


DRIVER = TransitionTable(
    start=DriverStatus.ACTIVE,
    moves={
        DriverStatus.ACTIVE: frozenset({DriverStatus.LEFT, DriverStatus.MERGED}),
        DriverStatus.LEFT: frozenset({DriverStatus.ACTIVE, DriverStatus.MERGED}),
        DriverStatus.MERGED: frozenset(),
    },
)


class LicenceActKind(TextChoices):
    """Cancelling and recalling are different acts; taking one back is an act of its own."""

    CANCELLED = "CANCELLED", _("注销")
    RECALLED = "RECALLED", _("收回")
    REVERSED = "REVERSED", _("撤销原决定")


class SubjectKind(TextChoices):
    """Each of these has entries that may turn out to be one."""

    ENTERPRISE = "ENTERPRISE", _("企业")
    SOURCE = "SOURCE", _("货运源头")
    VEHICLE = "VEHICLE", _("车辆")
    DRIVER = "DRIVER", _("驾驶人")


class Deed(TextChoices):
    """What was done with a subject, as its audit tells it."""

    CORRECT = "CORRECT", _("更正")
    HAND_OVER = "HAND_OVER", _("移交监管单位")
    SET_DUE = "SET_DUE", _("设定到期日")
    FIT_DEVICE = "FIT_DEVICE", _("登记设备")
    CHECK_DEVICE = "CHECK_DEVICE", _("检查设备")
    RELATE = "RELATE", _("建立关联")
    END_RELATION = "END_RELATION", _("终止关联")
    MERGE = "MERGE", _("合并")
    REGROUP = "REGROUP", _("重新归类")
