"""The pages of risk, declared."""
