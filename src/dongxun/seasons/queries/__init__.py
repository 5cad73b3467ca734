"""Reads of seasons."""
