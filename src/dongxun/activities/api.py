"""The door of activities."""

from dongxun.activities.board import board

__all__ = ["board"]
