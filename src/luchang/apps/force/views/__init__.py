"""Pages of the force: translate requests, nothing else."""
