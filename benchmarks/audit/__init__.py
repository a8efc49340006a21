"""The audit log under load: written, sealed and verified on a database that really syncs."""
