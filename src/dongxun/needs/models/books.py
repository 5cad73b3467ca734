"""Tables of question books (100 问)."""

from django.db import models
from django.db.models import Q

from dongxun.kernel.ids import new_id, spoken_code
from dongxun.needs.models.tickets import Need, Theme

_ORG = "organisations.Organisation"


class FaqBook(models.Model):
    """A book of questions and answers; public at its code once published."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    season = models.ForeignKey("seasons.Season", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(_ORG, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=6, unique=True, default=spoken_code)
    title = models.CharField(max_length=80)
    intro = models.TextField(blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["season", "organisation", "title"], name="needs_book_once"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class FaqEntry(models.Model):
    """One question with its answer, edited for everybody to read; names nobody."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    book = models.ForeignKey(FaqBook, on_delete=models.CASCADE, related_name="entries")
    order = models.PositiveIntegerField()
    need = models.ForeignKey(
        Need, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    theme = models.ForeignKey(
        Theme, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    question = models.CharField(max_length=200)
    answer = models.TextField()

    class Meta:
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["book", "need"],
                condition=Q(need__isnull=False),
                name="needs_picked_once",
            ),
        ]
