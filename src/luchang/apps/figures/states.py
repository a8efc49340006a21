"""How a reported figure is judged; what sorts of findings and figures there are."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from luchang.core.reading import Flaw, Kind, Weight
from luchang.kernel.records.states import TransitionTable


class FigureStatus(TextChoices):
    """Whether a printed figure stands; what is printed is never overwritten."""

    AS_PRINTED = "AS_PRINTED", _("原文")
    CORRECTED = "CORRECTED", _("已更正")
    DISPUTED = "DISPUTED", _("存疑")


FIGURE = TransitionTable(
    start=FigureStatus.AS_PRINTED,
    moves={
        FigureStatus.AS_PRINTED: frozenset({FigureStatus.CORRECTED, FigureStatus.DISPUTED}),
        FigureStatus.CORRECTED: frozenset({FigureStatus.AS_PRINTED, FigureStatus.DISPUTED}),
        FigureStatus.DISPUTED: frozenset({FigureStatus.AS_PRINTED, FigureStatus.CORRECTED}),
    },
)


class FileKind(TextChoices):
    TEXT = "TEXT", _("纯文本")
    WORD = "WORD", _("Word文档")
    PDF = "PDF", _("PDF文档")


class FigureKind(TextChoices):
    """What sort of statement a figure makes."""

    COUNT = Kind.COUNT.value, _("计数")
    MEASURE = Kind.MEASURE.value, _("计量")
    RATE = Kind.RATE.value, _("比率")
    CHANGE = Kind.CHANGE.value, _("增减")
    MULTIPLE = Kind.MULTIPLE.value, _("倍数")
    RANK = Kind.RANK.value, _("名次")
    ENUMERATION = Kind.ENUMERATION.value, _("列举")


class FindingWeight(TextChoices):
    CONTRADICTION = Weight.CONTRADICTION.value, _("矛盾")
    DOUBT = Weight.DOUBT.value, _("存疑")
    WORDING = Weight.WORDING.value, _("文字")


class FindingKind(TextChoices):
    """What is wrong, in an officer's words."""

    PART_ABOVE_WHOLE = Flaw.PART_ABOVE_WHOLE.value, _("部分大于整体")
    SUM_ABOVE_WHOLE = Flaw.SUM_ABOVE_WHOLE.value, _("各部分之和大于整体")
    SUM_DIFFERS = Flaw.SUM_DIFFERS.value, _("各部分之和与整体不符")
    FACTOR_OF_TEN = Flaw.FACTOR_OF_TEN.value, _("合计与总数相差十倍")
    SCALE_DOUBTFUL = Flaw.SCALE_DOUBTFUL.value, _("数量级可疑（“万”或“亿”）")
    AVERAGE_AGAINST_TOTAL = Flaw.AVERAGE_AGAINST_TOTAL.value, _("均值与总数不符")
    RATE_ABOVE_HUNDRED = Flaw.RATE_ABOVE_HUNDRED.value, _("比率超过100%")
    RATE_AGAINST_PARTS = Flaw.RATE_AGAINST_PARTS.value, _("比率与分子分母不符")
    RATE_WITHOUT_BASE = Flaw.RATE_WITHOUT_BASE.value, _("比率没有说明分母")
    FALL_ABOVE_HUNDRED = Flaw.FALL_ABOVE_HUNDRED.value, _("降幅超过100%")
    CHANGE_AGAINST_VALUES = Flaw.CHANGE_AGAINST_VALUES.value, _("增减幅度与数值不符")
    QUALIFIERS_CONTRADICT = Flaw.QUALIFIERS_CONTRADICT.value, _("修饰词互相矛盾")
    PERSONS_BELOW_VEHICLES = Flaw.PERSONS_BELOW_VEHICLES.value, _("人数少于车数")
    SUBSET_ABOVE_BASE = Flaw.SUBSET_ABOVE_BASE.value, _("子集大于总体")
    LONGER_PERIOD_SMALLER = Flaw.LONGER_PERIOD_SMALLER.value, _("较长期间的数字反而较小")
    DAYS_AGAINST_DATES = Flaw.DAYS_AGAINST_DATES.value, _("天数与起止日期不符")
    PERIODS_MIXED = Flaw.PERIODS_MIXED.value, _("不同期间的数字混用")
    WINDOWS_DIFFER = Flaw.WINDOWS_DIFFER.value, _("前后所述期间不一致")
    FELL_SINCE_EARLIER = Flaw.FELL_SINCE_EARLIER.value, _("低于此前报告")
    MORE_THAN_REMAINED = Flaw.MORE_THAN_REMAINED.value, _("超过此前报告所余数量")
    WORD_REPEATED = Flaw.WORD_REPEATED.value, _("用词重复")
    WORDS_MISSING = Flaw.WORDS_MISSING.value, _("疑有漏字")
    TERM_MISWRITTEN = Flaw.TERM_MISWRITTEN.value, _("用语有误")
    NAMES_DIFFER = Flaw.NAMES_DIFFER.value, _("名称前后不一")
    PARTNER_IS_SELF = Flaw.PARTNER_IS_SELF.value, _("协作对象是自己")
