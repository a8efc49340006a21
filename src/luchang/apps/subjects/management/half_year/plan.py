"""How many of what: what was reported, and how it is split, which is ours."""

from datetime import datetime

from luchang.apps.subjects.models import (
    Duty,
    Elimination,
    Enterprise,
    FreightSource,
    Inspection,
    KeyDriver,
    KeyListing,
    KeyVehicle,
    LicenceAct,
)
from luchang.apps.subjects.states import (
    EnterpriseKind,
    Usage,
)
from luchang.kernel.clock import SHANGHAI

RECTIFIED = 61
"""F043."""
STILL_LISTED = 9
ELIMINATED, TRACTORS_TO_COACHES = 160, (118, 42)
"""F045; the two reasons are one number in the report."""
LICENCES, CANCELLED_TO_RECALLED = 133, (97, 36)
"""F046; 注销 and 收回 are one number in the report."""
TO_INSPECT, TO_SCRAP = 2_146, 187
"""What was due: the bases of F047 and F048, of which the report prints only 100 %."""
ENTERPRISES = 64
FIRST_SERIAL = 10_000
"""The demo city numbers its own below."""
KNOWN_SINCE = datetime(2020, 9, 1, 1, tzinfo=SHANGHAI)
PLACES = "渌江雷打石白关龙头铺仙庾明照群丰姚家坝"
TRADES = (
    (EnterpriseKind.PASSENGER, "客运", Usage.HIGHWAY_PASSENGER, "K11", "HIGHWAY_PASSENGER"),
    (EnterpriseKind.TOURIST, "旅游客运", Usage.TOURIST, "K11", "TOURIST"),
    (EnterpriseKind.DANGEROUS_GOODS, "危货运输", Usage.DANGEROUS_GOODS, "H14", "DANGEROUS_GOODS"),
)
MODELS = (
    Enterprise,
    FreightSource,
    KeyListing,
    KeyVehicle,
    Duty,
    Inspection,
    Elimination,
    KeyDriver,
    LicenceAct,
)
BY = "演示"
ARTICLE = "演示依据，非真实条文"
SURNAMES, GIVEN = "罗谭易龙刘陈周", "某"
