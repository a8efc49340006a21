"""The pages of 122: requests read, services called, templates drawn."""
