"""Pages of key subjects."""
