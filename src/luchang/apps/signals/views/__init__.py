"""The pages of signals: declared and drawn by the kernel where it can, by hand where it moves."""
