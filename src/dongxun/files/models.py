"""Tables of files: what came in, what went out, and imports with every row and change.

Rosters hold ID and telephone numbers, so contents are sealed at rest: files by
``store``, rows and changes in ``content``. Both are removed when they expire.
"""

import json
from typing import Any

from django.db import models

from dongxun.files.contracts import Action, BatchState
from dongxun.kernel import secret
from dongxun.kernel.ids import new_id

PURPOSE = "files.content"
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def seal(content: dict[str, Any]) -> str:
    """Return JSON, sealed."""
    return secret.seal(_encode(content), PURPOSE)


def unseal(box: str) -> dict[str, Any]:
    """Return what :func:`seal` was given; nothing for an empty box."""
    opened: dict[str, Any] = json.loads(secret.unseal(box, PURPOSE) or "{}")
    return opened


class StoredFile(models.Model):
    """What every kept file has. ``path`` is a name of our own making, never the user's."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=60)
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    path = models.CharField(max_length=80)
    owner_id = models.UUIDField(null=True, blank=True)
    owner_label = models.CharField(max_length=120, blank=True)
    organisation_id = models.UUIDField(null=True, blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def paths(self) -> list[str]:
        """Return all that lies on disk of this file."""
        return [self.path]


class Upload(StoredFile):
    """A file somebody sent in, kept until its import is over.

    ``reading`` is where its rows are kept, as they came out of the file; empty when
    they are too many.
    """

    reading = models.CharField(max_length=80, blank=True)

    @property
    def paths(self) -> list[str]:
        """Return the file and its reading."""
        return [self.path, self.reading] if self.reading else [self.path]


class Export(StoredFile):
    """A file made here for somebody, kept for 30 days; every download is in the audit.

    ``about`` says what is in it and as of when.
    """

    content_type = models.CharField(max_length=100)
    about = models.CharField(max_length=300, blank=True)
    job_id = models.UUIDField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["owner_id", "-created_at"], name="files_export_of_owner")]
        constraints = [
            models.UniqueConstraint(
                fields=["job_id", "name"],
                condition=models.Q(job_id__isnull=False),
                name="files_one_export_per_job_and_name",
            )
        ]


class ImportBatch(models.Model):
    """One import, from the chosen file to the end of its undo.

    ``mapping`` says for each sheet whether it is used, where its header is and what
    its columns mean; ``counts`` how many rows of each kind there are; ``missing``
    lists records that the file does not hold.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=60)
    upload = models.ForeignKey(Upload, on_delete=models.PROTECT, related_name="batches")
    organisation_id = models.UUIDField(null=True, blank=True, db_index=True)
    season_id = models.UUIDField(null=True, blank=True)
    options = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=BatchState, default=BatchState.UPLOADED)
    mapping = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    missing = models.JSONField(default=list)
    error = models.TextField(blank=True)
    owner_id = models.UUIDField(null=True, blank=True)
    owner_label = models.CharField(max_length=120, blank=True)
    job_id = models.UUIDField(null=True, blank=True)
    created_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True, blank=True)
    applied_at = models.DateTimeField(null=True, blank=True)
    undo_until = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    emptied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["owner_id", "-created_at"], name="files_batch_of_owner")]


class ImportRow(models.Model):
    """One row of the file, and what the import makes of it.

    ``cause`` is the first problem as "column:code", to group rows by. ``identity``
    is hashed. ``content`` opens to: ``typed`` (cells as they are in the file, only of
    rows with problems), ``values`` (parsed), ``broken``, ``problems``, ``choice``,
    ``differences`` and ``plan``.
    """

    id = models.BigAutoField(primary_key=True)
    batch = models.ForeignKey(
        ImportBatch, on_delete=models.CASCADE, related_name="rows", db_index=False
    )
    sheet = models.CharField(max_length=64)
    number = models.PositiveIntegerField()
    action = models.CharField(max_length=8, choices=Action)
    cause = models.CharField(max_length=80, blank=True)
    label = models.CharField(max_length=120, blank=True)
    scope = models.CharField(max_length=64, blank=True)
    identity = models.CharField(max_length=32, blank=True)
    target_id = models.UUIDField(null=True, blank=True)
    content = models.TextField(blank=True)
    applied = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["batch", "action", "applied", "id"], name="files_row_to_do"),
            models.Index(fields=["batch", "identity"], name="files_row_by_identity"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "sheet", "number"], name="files_row_once_per_batch"
            )
        ]


class ImportChange(models.Model):
    """One write of an import; ``content`` opens to ``before`` and ``after``.

    ``version`` is the record's version right after the write; undo leaves records
    alone that have another one by then, and says so in ``kept``.
    """

    id = models.BigAutoField(primary_key=True)
    batch = models.ForeignKey(
        ImportBatch, on_delete=models.CASCADE, related_name="changes", db_index=False
    )
    kind = models.CharField(max_length=40)
    target_id = models.UUIDField()
    label = models.CharField(max_length=120, blank=True)
    version = models.PositiveIntegerField()
    content = models.TextField(blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    kept = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["batch", "undone_at", "id"], name="files_change_to_undo")]
