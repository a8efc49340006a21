"""Questions about hazards and instruments."""
