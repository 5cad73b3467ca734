"""The form of an entry: who, what, and the file it may come with."""

from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

from django import forms
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dongxun.contests.contracts import (
    LONGEST_HOUSEHOLD,
    LONGEST_TEXT,
    LONGEST_TITLE,
    PLAYED,
    EntryDraft,
    Kind,
)
from dongxun.contests.models import Contest
from dongxun.contests.rules import is_judged
from dongxun.files import api as files
from dongxun.kernel.actors import Interval
from dongxun.kit.forms import want
from dongxun.organisations import api as organisations
from dongxun.people import api as people
from dongxun.people.contracts import Card

MEDIA = "contests.media"
MOST_FILE = 100 * 1024 * 1024


def sealed_media(media_id: UUID | None) -> str:
    """Return a recording as the form of its entry carries it."""
    return signing.dumps(str(media_id), salt=MEDIA) if media_id else ""


class EntryForm(forms.Form):
    """An entry: who, and what. Fields that a kind of contest does not need are left out."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    people = forms.CharField(
        label=_("Who takes part"),
        help_text=_("Names, with a comma between them. Of namesakes add the branch in brackets."),
        max_length=400,
    )
    household = forms.CharField(
        label=_("Or a household that is on no roster"),
        help_text=_(
            "As it is to be shown: “the Lis of group 3”. No child's name, no phone number."
        ),
        max_length=LONGEST_HOUSEHOLD,
        required=False,
    )
    unit = organisations.UnitField(
        label=_("Unit of that household"), max_length=240, required=False
    )
    team_name = forms.CharField(label=_("Team name"), max_length=40, required=False)
    title = forms.CharField(label=_("Title of the entry"), max_length=LONGEST_TITLE, required=False)
    text = forms.CharField(
        label=_("The text"),
        help_text=_("Write no name and no unit: the judges must not see whose it is."),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 10}),
    )
    recording = forms.CharField(
        label=_("Address of the recording"),
        help_text=_("If there is one: https://…"),
        max_length=300,
        required=False,
    )

    file = forms.FileField(
        label=_("Recording, sound or video"),
        help_text=_("Say no name and no unit in it. Another one takes its place."),
        required=False,
        widget=forms.FileInput(attrs={"accept": "audio/*,video/*"}),
    )
    without = forms.BooleanField(label=_("Take the recording out"), required=False)
    work = forms.CharField(max_length=200, required=False, widget=forms.HiddenInput)
    field_order = (
        "id",
        "people",
        "household",
        "unit",
        "team_name",
        "title",
        "text",
        "file",
        "without",
        "recording",
    )

    def __init__(self, *args: Any, contest: Contest, is_own: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        self._fit_file(contest)
        self._fit_people(contest, is_own=is_own)
        if contest.kind == Kind.COLLECTION and not is_judged(contest):
            for name in {"text", "file"} & set(self.fields):
                self.fields[name].help_text = ""  # nobody judges, so nothing has to be blind
        if contest.kind in {Kind.KNOWLEDGE, Kind.DEBATE}:
            for name in ("title", "text", "recording"):
                del self.fields[name]
        elif contest.kind != Kind.SPEECH:
            del self.fields["recording"]
        want(self, *{"team_name", "title"} & set(self.fields))
        if not {"file", "recording"} & set(self.fields):
            want(self, *{"text"} & set(self.fields))

    def _fit_file(self, contest: Contest) -> None:
        """Leave out what this kind of contest does not take."""
        is_played = contest.kind in PLAYED
        if not is_played:
            del self.fields["work"]
        if not (is_played and files.can_convert()):
            del self.fields["file"]
        elif contest.kind == Kind.COLLECTION:
            self.fields["file"].label = _("Picture, sound or video")
            self.fields["file"].widget.attrs["accept"] = "image/*,audio/*,video/*"
        if not (is_played and (self.data.get("work") or self.initial.get("work"))):
            del self.fields["without"]

    def _fit_people(self, contest: Contest, *, is_own: bool) -> None:
        """Ask for who takes part as far as that is not known; for a household at the desk only."""
        people = self.fields["people"]
        if contest.kind != Kind.COLLECTION or is_own:
            del self.fields["household"], self.fields["unit"]
        else:
            people.required = False
            at = contest.organisation
            inside = organisations.within([Interval(at.lft, at.rgt)], "lft")
            cast(organisations.UnitField, self.fields["unit"]).reach = inside
        if contest.team == 1:
            del self.fields["team_name"]
            if is_own:
                del self.fields["people"]
        elif is_own:
            people.required = False
            people.label = _("Who else is in the team")
            people.help_text = _("People of your branch. With others: at the desk.")

    def clean_file(self) -> "UploadedFile[Any] | None":
        """Refuse a recording that is too large before anything of it is kept."""
        file: UploadedFile[Any] | None = self.cleaned_data["file"]
        if file is not None and (file.size or 0) > MOST_FILE:
            words = gettext("At most %(n)d MB a recording.")
            raise forms.ValidationError(words % {"n": MOST_FILE // 1024 // 1024})
        return file

    def clean_work(self) -> UUID | None:
        """Return the recording that was brought before; what nobody sealed is none."""
        if self.data.get("without"):
            return None
        try:
            return UUID(signing.loads(self.cleaned_data["work"], salt=MEDIA))
        except (signing.BadSignature, ValueError):
            return None

    def who(self, within: Interval, *, besides: Sequence[Card]) -> list[UUID]:
        """Return who is named: people of a subtree, or ``besides`` who stand in the entry already.

        Raises:
            Invalid: nobody, or several, are called so.
        """
        words = self.cleaned_data.get("people", "")
        found = people.find(words, [within], where="people", besides=besides) if words else []
        return [card.id for card in found]

    def draft(self, person_ids: Sequence[UUID]) -> EntryDraft:
        """Return what was typed, for these people."""
        typed = self.cleaned_data
        unit = typed.get("unit")
        return EntryDraft(
            id=typed["id"],
            person_ids=tuple(person_ids),
            title=typed.get("title", ""),
            text=typed.get("text", ""),
            recording=typed.get("recording", ""),
            team_name=typed.get("team_name", ""),
            media_id=typed.get("work"),
            household=typed.get("household", ""),
            unit_id=unit.id if unit else None,
        )
