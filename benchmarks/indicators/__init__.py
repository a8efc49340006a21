"""Every indicator over a half-year, cold and warm, and the first page behind a large number."""
