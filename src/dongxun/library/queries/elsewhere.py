"""What a lesson repeats may have been attended: whoever was there has its credit already."""

from collections.abc import Callable
from uuid import UUID

Check = Callable[[UUID, UUID], bool]
_checks: list[Check] = []


def count_elsewhere(check: Check) -> None:
    """Ask a room above whether (lesson, person) is credited by what the lesson repeats."""
    if check not in _checks:
        _checks.append(check)


def counted_elsewhere(lesson_id: UUID, person_id: UUID) -> bool:
    """Return whether somebody has the credit of what a lesson repeats by having been there."""
    return any(check(lesson_id, person_id) for check in _checks)
