"""Search over 400,000 named places: what a caller types, and how soon it is answered."""
