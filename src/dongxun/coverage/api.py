"""The door of coverage."""

from dongxun.coverage.days import freeze, roll_day
from dongxun.coverage.services import credit, rebuild, request_rebuild

__all__ = ["credit", "freeze", "rebuild", "request_rebuild", "roll_day"]
