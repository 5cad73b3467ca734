"""The small forms of one session's page."""

import re
from datetime import datetime, timedelta
from typing import Any
from unicodedata import normalize
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from dongxun.activities.contracts import RemarkKind
from dongxun.activities.models import Session
from dongxun.activities.sessions.forms import NONE, OrganisationField, own_hosts
from dongxun.activities.sessions.place_choice import place_choices
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kit.widgets import ClockInput, DayInput
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonRules

NEEDS_REASON = _("Something is wanted twice. Say why it stays, or choose another time or place.")
_KIND = re.compile(r"^(?P<kind>.*\D)\s*(?P<n>\d{1,5})\s*[人名]?$")


class ReasonForm(forms.Form):
    """Why a session is cancelled."""

    reason = forms.CharField(label=_("Reason"), max_length=200)


class ClashForm(forms.Form):
    """Why a session is published although something is wanted twice."""

    clash_reason = forms.CharField(
        label=_("Why does it stay although something is wanted twice?"),
        max_length=200,
    )

    def __init__(self, *args: Any, needed: bool = True, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["clash_reason"].required = needed


class OnlineForm(ReasonForm):
    """Where a session is held online, and why."""

    online_url = forms.URLField(label=_("Live link"), max_length=300, assume_scheme="https")


class MoveForm(ReasonForm):
    """When and where a session is held instead, and why."""

    day = forms.DateField(label=_("Day"), widget=DayInput())
    start = forms.TimeField(label=_("Begins at"), widget=ClockInput())
    minutes = forms.IntegerField(label=_("Minutes"), min_value=1, max_value=960)
    place_text = forms.CharField(
        label=_("Another place, if it moves"), required=False, max_length=160
    )

    anyway = forms.BooleanField(
        label=_("Move it all the same; the reason above says why"), required=False
    )

    def moments(self) -> tuple[datetime, datetime]:
        """Return start and end."""
        start = clock.moment(self.cleaned_data["day"], self.cleaned_data["start"])
        return start, start + timedelta(minutes=self.cleaned_data["minutes"])


class RecreditForm(ReasonForm):
    """What a session is worth after all, and why."""

    def __init__(self, data: Any = None, *, rules: SeasonRules, row: Session, **more: Any) -> None:
        super().__init__(data, **more)
        now = {part.topic_id: part.minutes for part in row.topics.all()}
        labels = dict(seasons.credit_labels(rules.id))
        for topic in rules.topics:
            self.fields[f"topic_{topic.id}"] = forms.IntegerField(
                label=f"{topic.number}. {topic.name}",
                required=False,
                min_value=1,
                max_value=960,
                initial=now.get(topic.id),
                help_text=_("minutes"),
            )
        self.fields["format"] = forms.ChoiceField(
            label=_("Hours are counted as"),
            choices=[(one.format, labels.get(one.format, one.format)) for one in rules.credit],
            initial=row.format,
        )
        self.order_fields([*(name for name in self.fields if name != "reason"), "reason"])
        self.topic_ids = [topic.id for topic in rules.topics]

    def topics(self) -> list[tuple[UUID, int]]:
        """Return the topics that were given minutes."""
        typed = ((key, self.cleaned_data[f"topic_{key}"]) for key in self.topic_ids)
        return [(key, minutes) for key, minutes in typed if minutes]


class PublicForm(forms.Form):
    """How many of the public and how many minors came."""

    public_count = forms.IntegerField(
        label=_("Of the public"), required=False, min_value=0, max_value=100_000
    )
    minors_count = forms.IntegerField(
        label=_("Of them minors"), required=False, min_value=0, max_value=100_000
    )

    others = forms.CharField(
        label=_("Others by kind"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One kind a line with its number, for example 网格员 6. No names."),
    )

    def clean_others(self) -> dict[str, int]:
        """Read each line as a kind and its number."""
        found: dict[str, int] = {}
        for number, line in enumerate(self.cleaned_data["others"].splitlines(), start=1):
            if not line.strip():
                continue
            read = _KIND.match(normalize("NFKC", line).strip())
            if read is None:
                words = _("Line %(n)d: write the kind, then how many, for example 网格员 6.")
                raise forms.ValidationError(words % {"n": number})
            kind = read["kind"].strip()[:20]
            found[kind] = found.get(kind, 0) + int(read["n"])
        return found


def others_words(counts: dict[str, int]) -> str:
    """Return counts by kind as they are typed."""
    return "\n".join(f"{kind} {n}" for kind, n in counts.items())


class QuotaForm(forms.Form):
    """How many delegates an organisation is asked for."""

    quota = forms.IntegerField(label=_("Delegates asked for"), min_value=1, max_value=10_000)


class RemarkForm(forms.Form):
    """What was said at or after a session."""

    kind = forms.ChoiceField(label=_("What it is"), choices=RemarkKind.choices)
    speaker = forms.CharField(
        label=_("Who said it"),
        required=False,
        max_length=60,
        help_text=_("A kind of participant, for example 企业家党员代表. No names."),
    )
    people = forms.IntegerField(
        label=_("How many people"), min_value=1, max_value=100_000, initial=1
    )
    score = forms.IntegerField(label=_("Score, 1 to 5"), required=False, min_value=1, max_value=5)
    words = forms.CharField(
        label=_("What was said"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class VenueForm(forms.Form):
    """A sub-venue: who holds it, and where."""

    host_id = OrganisationField(label=_("Held by"))
    place_id = forms.ChoiceField(label=_("Place"), required=False)
    place_text = forms.CharField(
        label=_("Room, or a place not in the list"), required=False, max_length=160
    )
    capacity = forms.IntegerField(label=_("Seats"), required=False, min_value=1, max_value=100_000)

    def __init__(self, *args: Any, by: Actor, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["place_id"].choices = place_choices(by)  # type: ignore[attr-defined]
        chosen = str(self["host_id"].value() or "")
        self.fields["host_id"].choices = [NONE, *own_hosts(by, chosen)]  # type: ignore[attr-defined]
