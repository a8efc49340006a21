"""The invented key subjects of January to August 2021; what was reported comes out exactly."""

from luchang.apps.subjects.management.half_year.load import SUBJECTS, load, remove

__all__ = ["SUBJECTS", "load", "remove"]
