"""Writes to seasons: one actor, one transaction, one outcome each."""
