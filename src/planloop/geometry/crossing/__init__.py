"""How two layers lie on each other: where they cross, and what they share."""
