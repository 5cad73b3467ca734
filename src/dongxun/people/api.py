"""The door of people."""

from dongxun.people.queries import branches_of

__all__ = ["branches_of"]
