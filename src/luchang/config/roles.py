"""The roles that come with the product. `luchang sync_roles` makes the database say the same.

A site adds roles of its own on the pages; these are kept as they stand here.
"""

from luchang.kernel.identity.roles import RoleDefinition

READING = (
    "places.see_places",
    "force.see_force",
    "dispatch.see_incidents",
    "reports.see_reports",
    "facilities.see_facilities",
    "subjects.see_subjects",
    "signals.see_signals",
)
"""What everybody needs who works with the board or the map."""

FIGURES = ("kpi.see_figures",)
"""The catalogue, the cockpit and the wall; which figures follows from the records one may see."""

JUDGING = (
    "kpi.share_dashboards",
    "kpi.manage_kiosks",
    "kpi.manage_assessments",
    "kpi.set_targets",
)
"""Sharing figures, putting them on walls, judging the units below one's own by their targets."""

OPERATOR = RoleDefinition(
    code="operator",
    name="接警员",
    name_en="122 operator",
    permissions=(
        *READING,
        "dispatch.take_calls",
        "dispatch.dispatch_units",
        "dispatch.reveal_caller",
    ),
    keeps_watch=True,
)
DISPATCHER = RoleDefinition(
    code="dispatcher",
    name="指挥调度员",
    name_en="Dispatcher",
    permissions=(
        *READING,
        "dispatch.take_calls",
        "dispatch.dispatch_units",
        *FIGURES,
        "dispatch.close_incidents",
        "dispatch.reveal_caller",
        "places.close_roads",
        "lists.share_views",
        "identity.use_tokens",
        "passages.see_cameras",
        "passages.search_passages",
        "passages.receive_alarm",
        "passages.see_watches",
        "passages.see_counts",
    ),
    keeps_watch=True,
)
PATROL = RoleDefinition(
    code="patrol",
    name="巡逻民警",
    name_en="Patrol officer",
    permissions=(
        "places.see_places",
        "dispatch.see_incidents",
        "dispatch.answer_dispatch",
        "force.report_position",
        "facilities.report_faults",
        "risk.find_hazards",
        "signals.report_congestion",
        "passages.receive_alarm",
    ),
    keeps_watch=True,
)
SQUADRON_LEADER = RoleDefinition(
    code="squadron_leader",
    name="中队长",
    name_en="Squadron leader",
    permissions=(
        *READING,
        *FIGURES,
        "dispatch.answer_dispatch",
        "dispatch.dispatch_units",
        "force.manage_force",
        "force.report_position",
        "facilities.report_faults",
        "lists.share_views",
        "risk.see_risk",
        "risk.find_hazards",
        "signals.report_congestion",
        "passages.see_cameras",
        "passages.search_passages",
        "passages.propose_watch",
        "passages.receive_alarm",
        "passages.see_counts",
        "passages.see_sections",
        "passages.see_clones",
    ),
)
BRIGADE_LEADER = RoleDefinition(
    code="brigade_leader",
    name="大队长",
    name_en="Brigade leader",
    permissions=(
        *READING,
        *FIGURES,
        *JUDGING,
        "dispatch.dispatch_units",
        "dispatch.close_incidents",
        "dispatch.lead_brigade",
        "dispatch.manage_rules",
        "reports.write_reports",
        "reports.approve_reports",
        "force.manage_force",
        "facilities.report_faults",
        "facilities.manage_facilities",
        "subjects.manage_subjects",
        "subjects.reveal_persons",
        "places.manage_places",
        "places.close_roads",
        "figures.see_reported",
        "figures.check_reports",
        "figures.review_figures",
        "lists.share_views",
        "risk.interview",
        "risk.expose",
        "risk.serve_notices",
        "risk.find_hazards",
        "risk.hand_over",
        "risk.accept_hazards",
        "risk.reveal_subjects",
        "signals.manage_signals",
        "signals.approve_plans",
        "signals.send_plans",
        "passages.manage_camera",
        "passages.search_passages",
        "passages.see_plain",
        "passages.propose_watch",
        "passages.approve_watch",
        "passages.receive_alarm",
        "passages.see_counts",
        "passages.manage_section",
        "passages.confirm_section",
        "passages.judge_clone",
    ),
)
DETACHMENT_LEADER = RoleDefinition(
    code="detachment_leader",
    name="支队领导",
    name_en="Detachment leader",
    permissions=(
        *READING,
        *FIGURES,
        "reports.approve_reports",
        "risk.interview",
        "risk.approve_exposure",
        "risk.serve_notices",
        "subjects.reveal_persons",
        "lists.share_views",
        "risk.hand_over",
        "risk.accept_hazards",
        "risk.supervise",
        "risk.manage_lists",
        "risk.reveal_subjects",
        "signals.approve_plans",
        "passages.search_passages",
        "passages.see_plain",
        "passages.approve_watch",
        "passages.see_counts",
        "passages.erase_vehicle",
        "passages.share_passages",
        "passages.confirm_section",
        "passages.see_clones",
    ),
)
VEHICLE_CLERK = RoleDefinition(
    code="vehicle_clerk",
    name="车管业务员",
    name_en="Vehicle office clerk",
    permissions=(
        "places.see_places",
        "subjects.see_subjects",
        "subjects.manage_subjects",
        "subjects.decide_licences",
        "subjects.reveal_persons",
    ),
)
WARDEN = RoleDefinition(
    code="warden",
    name="劝导员",
    name_en="Village warden",
    permissions=("places.see_places", "risk.find_hazards"),
)
ANALYST = RoleDefinition(
    code="analyst",
    name="研判员",
    name_en="Analyst",
    permissions=(
        *READING,
        *FIGURES,
        "reports.write_reports",
        "reports.manage_templates",
        "papers.manage_texts",
        *JUDGING,
        "subjects.manage_subjects",
        "figures.see_reported",
        "figures.check_reports",
        "figures.review_figures",
        "lists.share_views",
        "identity.use_tokens",
        "risk.see_risk",
        "risk.manage_lists",
        "signals.manage_signals",
        "passages.manage_camera",
        "passages.search_passages",
        "passages.see_routines",
        "passages.see_plain",
        "passages.propose_watch",
        "passages.see_counts",
        "passages.erase_vehicle",
        "passages.manage_section",
        "passages.judge_clone",
    ),
)
PARTNER = RoleDefinition(
    code="partner",
    name="协作单位",
    name_en="Partner agency",
    permissions=("places.see_places", "identity.use_tokens", "risk.add_evidence", "risk.rectify"),
)
SYSTEM_ADMINISTRATOR = RoleDefinition(
    code="system_administrator",
    name="系统管理员",
    name_en="System administrator",
    permissions=(
        "identity.manage_organisations",
        "identity.manage_users",
        "jobs.manage_jobs",
        "papers.manage_texts",
        "places.import_maps",
        "records.manage_calendar",
        "records.manage_codes",
        "records.manage_rules",
        "records.see_messages",
    ),
    requires_totp=True,
)
SECURITY_ADMINISTRATOR = RoleDefinition(
    code="security_administrator",
    name="安全管理员",
    name_en="Security administrator",
    permissions=(
        "identity.manage_appointments",
        "identity.manage_roles",
        "identity.manage_tokens",
        "identity.see_sessions",
        "identity.end_sessions",
    ),
    requires_totp=True,
)
AUDIT_ADMINISTRATOR = RoleDefinition(
    code="audit_administrator",
    name="审计管理员",
    name_en="Audit administrator",
    permissions=("audit.see_audit",),
    requires_totp=True,
)

ROLES: tuple[RoleDefinition, ...] = (
    OPERATOR,
    DISPATCHER,
    PATROL,
    SQUADRON_LEADER,
    BRIGADE_LEADER,
    DETACHMENT_LEADER,
    VEHICLE_CLERK,
    WARDEN,
    ANALYST,
    PARTNER,
    SYSTEM_ADMINISTRATOR,
    SECURITY_ADMINISTRATOR,
    AUDIT_ADMINISTRATOR,
)
