"""Writes to people."""

from dongxun.people.services.lecturers import (
    hold_lecturer,
    save_lecturer,
    save_lecturer_kind,
    set_lecturer_active,
)
from dongxun.people.services.merging import merge_people
from dongxun.people.services.persons import (
    create_person,
    set_status,
    tag,
    transfer,
    untag,
    update_person,
)
from dongxun.people.services.privacy import homes_of, private_of

__all__ = [
    "create_person",
    "hold_lecturer",
    "homes_of",
    "merge_people",
    "private_of",
    "save_lecturer",
    "save_lecturer_kind",
    "set_lecturer_active",
    "set_status",
    "tag",
    "transfer",
    "untag",
    "update_person",
]
