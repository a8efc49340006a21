"""Workbooks in: read behind limits, checked dry, told cell by cell, taken once."""
