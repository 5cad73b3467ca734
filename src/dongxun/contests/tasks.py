"""What the worker does for points between other work: fill a season, step by step."""

from dongxun.contests.services import counting


def fill() -> int:
    """Do one bounded step of whatever is due; return how many steps were done."""
    return counting.fill_step()
