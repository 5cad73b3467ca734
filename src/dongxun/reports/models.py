"""Tables of reports."""

from django.db import models
from django.db.models import Q

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


class Poster(models.Model):
    """学习海报: a picture a member made of a topic learned, with a line of their own words.

    Only its owner's phone shows it; what it says is as it was on that day. A newer one of the
    same topic takes its place.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    season = models.ForeignKey("seasons.Season", on_delete=models.PROTECT, related_name="+")
    topic = models.ForeignKey("seasons.Topic", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    line = models.CharField(max_length=80, blank=True)
    upload = models.ForeignKey("files.Upload", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "topic"],
                condition=Q(removed_at=None),
                name="reports_poster_of_topic_once",
            )
        ]
