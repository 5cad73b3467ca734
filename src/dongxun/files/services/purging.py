"""Remove what has expired: files, and the rows and changes of imports."""

from datetime import timedelta

from django.db.models import Q

from dongxun.files import store
from dongxun.files.contracts import BatchState
from dongxun.files.models import Export, ImportBatch, ImportChange, ImportRow, Upload
from dongxun.kernel import clock

FINISHED = (BatchState.DONE, BatchState.UNDONE)
UNFINISHED_FOR = timedelta(days=7)


def purge() -> None:
    """Remove expired files from disk, and rows and changes that nobody can use any more.

    What stays is what happened: names of files, hashes, counts, times. Safe to
    repeat and to be killed in the middle.
    """
    now = clock.now()
    for model in (Upload, Export):
        for row in model._default_manager.filter(removed_at=None, expires_at__lt=now):  # noqa: SLF001
            store.remove(*row.paths)
            row.removed_at = now
            row.save(update_fields=["removed_at"])
    over = Q(state__in=FINISHED) & (Q(undo_until=None) | Q(undo_until__lt=now))
    left_lying = ~Q(state__in=FINISHED) & Q(created_at__lt=now - UNFINISHED_FOR)
    for batch in ImportBatch.objects.filter(emptied_at=None).filter(over | left_lying):
        ImportChange.objects.filter(batch=batch).delete()
        ImportRow.objects.filter(batch=batch).delete()
        batch.mapping.pop("sample", None)
        batch.missing, batch.emptied_at = [], now
        if batch.state not in FINISHED:
            batch.state, batch.error = BatchState.FAILED, ""
        batch.save(update_fields=["mapping", "missing", "emptied_at", "state", "error"])
