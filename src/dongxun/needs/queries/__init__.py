"""Reads of needs."""
