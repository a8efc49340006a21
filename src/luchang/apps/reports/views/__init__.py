"""Pages of reports, their templates and their schedules."""
