"""Tables of reports."""

from django.db import models

from dongxun.kernel.ids import new_id


class Document(models.Model):
    """A file that an organiser puts into the dossier of an organisation and season."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    season = models.ForeignKey("seasons.Season", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    kind = models.CharField(max_length=12)
    upload = models.ForeignKey("files.Upload", on_delete=models.PROTECT, related_name="+")
    pages = models.PositiveIntegerField(null=True, blank=True)
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["season", "organisation"], name="reports_documents_of_dossier")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["season", "organisation", "kind", "upload"], name="reports_document_once"
            )
        ]
