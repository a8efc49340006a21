"""Who read, wrote, exported or revealed what, when and why; append-only and sealed in batches."""
