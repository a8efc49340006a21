"""What is asked about hazards and lists."""
