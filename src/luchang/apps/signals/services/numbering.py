"""Numbers under which approved plans stand in a junction's controller."""

from luchang.apps.signals.models import Junction, SchemePlan, Study

FIRST_PLAN_NO = 2
"""The first is the controller's own."""


def taken_numbers(junction: Junction) -> set[int]:
    """Numbers of plans of the junction that somebody answers for."""
    studies = Study.objects.filter(junction=junction).exclude(plan_no=None)
    ours = SchemePlan.objects.filter(junction=junction)
    return {
        *(number for number in studies.values_list("plan_no", flat=True) if number is not None),
        *ours.values_list("plan_no", flat=True),
    }
