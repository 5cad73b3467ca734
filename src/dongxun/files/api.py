"""The door of files."""

from dongxun.files import values

__all__ = ["values"]
