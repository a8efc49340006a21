"""Adaptive control: what detectors see in, the stage to show out, every second.

`sight` is what comes in. `memory` keeps what was seen and `learning` what follows from it;
`forecast` says who will be at which stop line when; `kernels` compares what each next stage would
cost; `health` doubts the detectors; `controller` decides.
"""

from luchang.core.signals.adaptive.controller import AdaptiveControl
from luchang.core.signals.adaptive.parameters import AdaptiveParameters
from luchang.core.signals.adaptive.sight import UNKNOWN, Sight

__all__ = ["UNKNOWN", "AdaptiveControl", "AdaptiveParameters", "Sight"]
