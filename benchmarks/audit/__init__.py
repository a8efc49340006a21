"""The audit log under load: entries written, sealed and verified, with the database really syncing."""
