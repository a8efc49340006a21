"""The only writers of hazards and instruments."""
