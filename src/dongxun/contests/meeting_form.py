"""The form for when and where a contest or a debate is held."""

from django import forms
from django.utils.translation import gettext_lazy as _

from dongxun.contests.models import Contest, Match
from dongxun.contests.queries import marks
from dongxun.contests.services.meetings import Meeting
from dongxun.kit.forms import Seen
from dongxun.kit.widgets import MomentField


class MeetingForm(Seen):
    """A moment, and a place or a link."""

    at = MomentField(label=_("When"))
    where = forms.CharField(label=_("Where"), max_length=120, required=False)
    link = forms.CharField(
        label=_("Link, for those who come by phone"),
        help_text=_("A live class or another platform: https://…"),
        max_length=300,
        required=False,
    )
    field_order = ("at", "where", "link")

    def __init__(self, *args: object, row: Contest | Match, **more: object) -> None:
        super().__init__(*args, **more)  # type: ignore[arg-type]
        self.fields["at"].required = True
        for name, value in self.first(row).items():
            self.fields[name].initial = value

    @staticmethod
    def first(row: Contest | Match) -> dict[str, object]:
        """Return what the form shows; ``version`` is what the writer sees."""
        said: dict[str, object] = {"at": row.meets_at, "where": row.meets_where}
        return said | {"link": row.meets_link, "version": marks.of_meeting(row)}

    def meeting(self) -> Meeting:
        """Return what was typed."""
        typed = self.cleaned_data
        return Meeting(typed["at"], typed["where"], typed["link"])
