"""Forms of packs."""
