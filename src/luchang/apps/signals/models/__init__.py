from luchang.apps.signals.models.counts import Count, CountSet
from luchang.apps.signals.models.interventions import Intervention
from luchang.apps.signals.models.junctions import Junction, LayoutVersion, TimingPlan
from luchang.apps.signals.models.live import ControllerFault, ControllerStatus, FlowReading
from luchang.apps.signals.models.numbers import JunctionNumber
from luchang.apps.signals.models.reorganisations import Reorganisation
from luchang.apps.signals.models.retiming import Advised, Measured, Retiming
from luchang.apps.signals.models.schemes import (
    Scheme,
    SchemeCandidate,
    SchemeMeasurement,
    SchemeMember,
    SchemePlan,
    SchemeProof,
    SchemeRelease,
)
from luchang.apps.signals.models.studies import Candidate, Measurement, PlanRelease, Proof, Study

__all__ = [
    "Advised",
    "Candidate",
    "ControllerFault",
    "ControllerStatus",
    "Count",
    "CountSet",
    "FlowReading",
    "Intervention",
    "Junction",
    "JunctionNumber",
    "LayoutVersion",
    "Measured",
    "Measurement",
    "PlanRelease",
    "Proof",
    "Reorganisation",
    "Retiming",
    "Scheme",
    "SchemeCandidate",
    "SchemeMeasurement",
    "SchemeMember",
    "SchemePlan",
    "SchemeProof",
    "SchemeRelease",
    "Study",
    "TimingPlan",
]
