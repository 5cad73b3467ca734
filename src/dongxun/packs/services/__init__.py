"""Writes of packs: one module for each thing that is written."""
