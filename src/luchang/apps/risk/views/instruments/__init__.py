"""Lists and pages of interviews, exposures, notices and transfers."""
