"""Who somebody is, which organisation he belongs to, what he may do and how far it reaches."""
