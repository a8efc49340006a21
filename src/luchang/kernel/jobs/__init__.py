"""Work after the commit: the outbox, long jobs with progress, the sweeper for dead workers."""
