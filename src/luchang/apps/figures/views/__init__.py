"""Pages of reported figures."""
