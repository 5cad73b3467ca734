"""Pages of organisations: one unit, its places, the zones."""
