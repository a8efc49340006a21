from luchang.apps.reports.models.editions import Delivery, Report, ReportFile
from luchang.apps.reports.models.templates import ReportTemplate, Schedule

__all__ = ["Delivery", "Report", "ReportFile", "ReportTemplate", "Schedule"]
