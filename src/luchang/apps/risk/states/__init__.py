"""The lives of hazards and instruments, as tables."""
