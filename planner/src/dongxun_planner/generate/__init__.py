"""Synthetic districts: realistic sizes, no real person, any seed."""
