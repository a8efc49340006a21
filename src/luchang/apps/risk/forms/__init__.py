"""What is filled in about hazards and instruments."""
