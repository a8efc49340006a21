"""Short messages by telephone. `fake` is what runs unless a gateway is configured."""
