"""The pages of passages."""
