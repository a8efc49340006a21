"""The pages of facilities: declared, drawn by the kernel."""
