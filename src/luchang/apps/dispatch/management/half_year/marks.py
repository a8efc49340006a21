"""How the invented records are told from real ones and from the running demo's."""

SOURCE = "demo-2021"
