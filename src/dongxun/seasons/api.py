"""The door of seasons."""

from dongxun.seasons.queries import parameters_of, rules

__all__ = ["parameters_of", "rules"]
