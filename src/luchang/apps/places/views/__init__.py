"""Pages of the places: translate requests, nothing else."""
