"""Files that were brought for something that then was not written: taken away after a while."""

import shutil
from collections.abc import Callable, Collection
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import ProtectedError

from dongxun.files import api as files
from dongxun.kernel import clock
from dongxun.library.models import Media
from dongxun.library.services.media import folder_of

KEPT: Final = timedelta(days=2)
"""A form that was refused is put right within this time, or not at all."""
AT_ONCE: Final = 50
Users = Callable[[Collection[UUID]], Collection[UUID]]
_users: list[Users] = []


def keep_used(users: Users) -> None:
    """Let a room say which of these files it still uses; once, when it is ready."""
    if users not in _users:
        _users.append(users)


def sweep() -> None:
    """Take away files that are for no lesson and that no room uses. Safe to repeat.

    Without a room that says what it uses, nothing is taken away.
    """
    old = Media.objects.filter(for_lessons=False, created_at__lt=clock.now() - KEPT)
    ids = list(old.order_by("created_at").values_list("id", flat=True)) if _users else []
    for at in range(0, len(ids), AT_ONCE):
        some = ids[at : at + AT_ONCE]
        used = {key for users in _users for key in users(some)}
        for key in some:
            if key not in used:
                _remove(key)


def _remove(media_id: UUID) -> None:
    with transaction.atomic():
        row = Media.objects.select_for_update().filter(id=media_id, for_lessons=False).first()
        if row is None:
            return
        try:
            row.delete()
        except ProtectedError:  # somebody took it up a moment ago
            return
    shutil.rmtree(folder_of(media_id), ignore_errors=True)
    files.drop_bytes(row.source)
