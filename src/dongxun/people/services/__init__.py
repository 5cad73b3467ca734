"""Writes to people."""

from dongxun.people.services.lecturers import save_lecturer
from dongxun.people.services.merging import merge_people
from dongxun.people.services.persons import (
    create_person,
    set_status,
    tag,
    transfer,
    untag,
    update_person,
)
from dongxun.people.services.privacy import private_of

__all__ = [
    "create_person",
    "merge_people",
    "private_of",
    "save_lecturer",
    "set_status",
    "tag",
    "transfer",
    "untag",
    "update_person",
]
