"""Writes of reports: print, order, attach."""
