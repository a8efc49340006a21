"""Between records and texts: what the public is told, what a paper says of an instrument."""
