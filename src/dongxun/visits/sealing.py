"""The purposes under which this room seals what identifies a home."""

ADDRESS = "visits.address"
"""A guest's address."""
NOTE = "visits.note"
"""How to behave at somebody's home."""
