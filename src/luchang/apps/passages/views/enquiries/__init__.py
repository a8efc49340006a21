"""The investigator's pages: what is asked of the store, and what it answered."""
