"""What people type about volunteers."""

import re
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Invalid
from dongxun.kit.forms import listed
from dongxun.kit.widgets import ClockInput, DayInput
from dongxun.organisations import api as organisations
from dongxun.volunteers.contracts import (
    TEMPLATES,
    Asker,
    ErrandDraft,
    ErrandKind,
    PostDraft,
    Receipt,
    ServiceDraft,
    Starts,
    TeamDraft,
    TeamState,
)
from dongxun.volunteers.models import Post, Service
from dongxun.volunteers.queries.overview import teams, types
from dongxun.volunteers.reckoning import MOST_WAY
from dongxun.volunteers.services import errands

NONE, OWN = ("", "—"), "own"


def offer(form: forms.Form, name: str, choices: list[tuple[str, str]]) -> None:
    """Let a field choose among these."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared so in the class
    field.choices = choices


class UnitForm(forms.Form):
    """A form that begins with one of the actor's units."""

    unit = organisations.UnitField(label=_("Unit"), max_length=240)

    def __init__(self, *args: Any, by: Actor, **more: Any) -> None:
        tops = organisations.roots_of(by)
        first = organisations.typed(tops[:1])
        more["initial"] = {"unit": next(iter(first.values()), "")} | (more.get("initial") or {})
        super().__init__(*args, **more)
        field = self.fields["unit"]
        assert isinstance(field, organisations.UnitField)  # noqa: S101 - declared above
        field.reach = organisations.visible(by)


class PostForm(UnitForm):
    """A duty post."""

    name = forms.CharField(label=_("Name of the post"), max_length=80)
    place = forms.ChoiceField(
        label=_("Place"), help_text=_("Missing? Add it under units, places first.")
    )
    from_day = forms.DateField(label=_("First day"), widget=DayInput())
    until_day = forms.DateField(label=_("Last day"), widget=DayInput())
    template = forms.ChoiceField(
        label=_("Shifts of a day"),
        choices=[*((key, words) for key, (words, _starts) in TEMPLATES.items()), (OWN, _("own"))],
    )
    starts = forms.CharField(
        label=_("Own shifts begin at"),
        required=False,
        max_length=120,
        help_text=_("For example 07:00、15:00、23:00. Each lasts until the next begins."),
    )
    needed = forms.IntegerField(label=_("People a shift"), min_value=1, max_value=50, initial=1)
    keeps_register = forms.BooleanField(
        label=_("Keeps a register of who comes by"), required=False, initial=True
    )
    note = forms.CharField(
        label=_("What they do there"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, by: Actor, **more: Any) -> None:
        super().__init__(*args, by=by, **more)
        places = [
            (str(s.id), f"{s.name}（{s.organisation_name}）") for s in organisations.sites_for(by)
        ]
        offer(self, "place", [NONE, *places])

    @staticmethod
    def first(post: Post) -> dict[str, Any]:
        """Return what the form begins with for a post that is there."""
        starts = tuple(post.starts)
        known = [key for key, (_words, given) in TEMPLATES.items() if given == starts]
        node = organisations.node(post.organisation_id)
        names = ("name", "from_day", "until_day", "needed", "keeps_register", "note")
        return {name: getattr(post, name) for name in names} | {
            "unit": organisations.typed([node])[node],
            "place": str(post.place_id),
            "template": known[0] if known else OWN,
            "starts": "" if known else "、".join(starts),
        }

    def draft(self) -> PostDraft:
        """Return what is to be written."""
        data = self.cleaned_data
        return PostDraft(
            name=data["name"],
            organisation_id=data["unit"].id,
            place_id=UUID(data["place"]),
            from_day=data["from_day"],
            until_day=data["until_day"],
            starts=self._starts(),
            needed=data["needed"],
            keeps_register=data["keeps_register"],
            note=data["note"],
        )

    def _starts(self) -> Starts:
        data = self.cleaned_data
        if data["template"] != OWN:
            return TEMPLATES[data["template"]][1]
        words = re.split(r"[、,，;；\s]+", data["starts"].replace("：", ":"))
        return tuple(word.zfill(5) for word in words if word)


class DaysForm(forms.Form):
    """From which day to which shifts are laid."""

    first = forms.DateField(label=_("First day"), widget=DayInput())
    last = forms.DateField(label=_("Last day"), widget=DayInput())


class TimesForm(forms.Form):
    """A day, from when, until when; past midnight when the end is not after the start."""

    day = forms.DateField(label=_("Day"), widget=DayInput())
    start = forms.TimeField(label=_("From"), widget=ClockInput())
    end = forms.TimeField(label=_("Until"), widget=ClockInput())

    def moments(self) -> tuple[datetime, datetime]:
        """Return start and end."""
        data = self.cleaned_data
        begin, end = (
            clock.moment(data["day"], data["start"]),
            clock.moment(data["day"], data["end"]),
        )
        return begin, end if end > begin else end + timedelta(days=1)


class ServedForm(TimesForm):
    """When somebody was there, and how much of it was the way."""

    way = forms.IntegerField(
        label=_("Of it on the way, minutes"), required=False, min_value=0, max_value=MOST_WAY
    )


class ShiftForm(TimesForm):
    """One shift by hand."""

    needed = forms.IntegerField(label=_("How many people"), min_value=1, max_value=50, initial=1)


class ServiceForm(UnitForm, TimesForm):
    """A volunteer activity."""

    field_order = ("title", "type", "unit", "day", "start", "end")
    title = forms.CharField(label=_("Title"), max_length=120)
    type = forms.ChoiceField(label=_("Kind of service"))
    place_text = forms.CharField(label=_("At what place"), required=False, max_length=160)
    for_whom = forms.CharField(
        label=_("Whom it helps"),
        required=False,
        max_length=80,
        help_text=_("A kind of household, never a name: a soldier's family, elders living alone."),
    )
    team = forms.ChoiceField(label=_("Team"), required=False)
    needed = forms.IntegerField(
        label=_("People wanted"), required=False, min_value=1, max_value=500
    )
    partners = forms.CharField(
        label=_("Together with"),
        required=False,
        max_length=400,
        help_text=_("Other units by name, separated by 、; their people may join too."),
    )
    tags = forms.CharField(
        label=_("Combined with"),
        required=False,
        max_length=120,
        help_text=_("For example civic practice、good work at one's post, separated by 、"),
    )
    note = forms.CharField(
        label=_("Remark"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, by: Actor, **more: Any) -> None:
        super().__init__(*args, by=by, **more)
        offer(self, "type", [(str(row.id), row.name) for row in types()])
        own = teams(by).filter(state=TeamState.APPROVED)
        offer(self, "team", [NONE, *((str(row.id), row.name) for row in own)])

    @staticmethod
    def first(service: Service) -> dict[str, Any]:
        """Return what the form begins with for an activity that is there."""
        node = organisations.node(service.organisation_id)
        partners = organisations.nodes(service.partners.values_list("id", flat=True))
        names = ("title", "place_text", "for_whom", "needed", "note")
        zone = clock.zone()
        return {name: getattr(service, name) for name in names} | {
            "unit": organisations.typed([node])[node],
            "type": str(service.type_id),
            "team": str(service.team_id or ""),
            "day": clock.day_of(service.starts_at),
            "start": service.starts_at.astimezone(zone).time(),
            "end": service.ends_at.astimezone(zone).time(),
            "partners": "、".join(organisations.typed(partners.values()).values()),
            "tags": "、".join(service.tags),
        }

    def clean_partners(self) -> tuple[UUID, ...]:
        """Return the units that do it together."""
        found = []
        for word in listed(self.cleaned_data["partners"]):
            try:
                found.append(organisations.named(word).id)
            except Invalid as error:
                raise forms.ValidationError(str(error)) from error
        return tuple(found)

    def draft(self) -> ServiceDraft:
        """Return what is to be written."""
        data = self.cleaned_data
        begin, end = self.moments()
        tags = [word for word in re.split(r"[、,，;；\s]+", data["tags"]) if word]
        return ServiceDraft(
            title=data["title"],
            organisation_id=data["unit"].id,
            type_id=UUID(data["type"]),
            starts_at=begin,
            ends_at=end,
            place_text=data["place_text"],
            team_id=UUID(data["team"]) if data["team"] else None,
            needed=data["needed"],
            for_whom=data["for_whom"],
            tags=tuple(tags),
            partner_ids=data["partners"],
            note=data["note"],
        )


class ResultForm(forms.Form):
    """What a service task found."""

    sample = forms.CharField(label=_("Sample"), max_length=120)
    result = forms.CharField(label=_("Result"), max_length=200)
    passed = forms.ChoiceField(
        label=_("Verdict"),
        required=False,
        choices=[NONE, ("yes", _("all right")), ("no", _("not all right"))],
    )

    def verdict(self) -> bool | None:
        """Return whether it was all right, None when nothing is said."""
        return {"yes": True, "no": False}.get(self.cleaned_data["passed"])


class TeamForm(UnitForm):
    """A team of a unit."""

    field_order = ("name", "unit", "purpose")
    name = forms.CharField(label=_("Name of the team"), max_length=60)
    purpose = forms.CharField(label=_("What it is for"), required=False, max_length=300)

    def draft(self) -> TeamDraft:
        """Return what is to be written."""
        data = self.cleaned_data
        return TeamDraft(data["name"], data["unit"].id, data["purpose"])


class OwnTeamForm(forms.Form):
    """A team that a member founds."""

    name = forms.CharField(label=_("Name of the team"), max_length=60)
    purpose = forms.CharField(
        label=_("What it is for"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )


class TypeForm(forms.Form):
    """A kind of service."""

    name = forms.CharField(label=_("Kind of service"), max_length=40)
    takes_results = forms.BooleanField(label=_("Records samples and results"), required=False)


class ErrandForm(forms.Form):
    """An errand, as a branch or anybody asks for it."""

    kind = forms.ChoiceField(label=_("What kind"), choices=ErrandKind.choices)
    words = forms.CharField(
        label=_("What is to be done"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
    for_name = forms.CharField(label=_("For whom (name)"), max_length=40)
    address = forms.CharField(label=_("Where they live"), max_length=120)
    phone = forms.CharField(label=_("Their telephone"), required=False, max_length=20)
    wanted_day = forms.DateField(label=_("Until which day"), required=False, widget=DayInput())

    def values(self) -> dict[str, Any]:
        """Return the fields that every kind of asker fills in."""
        data = self.cleaned_data
        day = data["wanted_day"]
        names = ("kind", "words", "for_name", "address", "phone")
        wanted = errands.until(day) if day else None
        return {name: data[name] for name in names} | {"wanted_by": wanted}


class BranchErrandForm(UnitForm, ErrandForm):
    """An errand that a branch asks for."""

    field_order = ("unit", "kind", "words", "for_name", "address", "phone", "wanted_day")

    def ask_requester(self) -> None:
        """Let the name be empty: it is then the requester's of the need this is for."""
        name = self.fields["for_name"]
        name.required = False
        name.help_text = _("Empty: whoever raised the need; that their contact is read is noted.")

    def draft(self, key: UUID) -> ErrandDraft:
        """Return what is to be written."""
        return ErrandDraft(
            id=key,
            organisation_id=self.cleaned_data["unit"].id,
            asker=Asker.BRANCH,
            **self.values(),
        )


class PublicErrandForm(ErrandForm):
    """An errand that anybody asks for, for themselves or for another."""

    branch = organisations.UnitField(
        label=_("Village or branch"),
        max_length=240,
        help_text=_("For example 平潮村党支部. Whoever runs errands there sees it."),
    )
    asker = forms.ChoiceField(
        label=_("Who asks"),
        choices=[(Asker.SELF, _("for myself")), (Asker.THIRD, _("for another"))],
    )
    asker_name = forms.CharField(label=_("Your name"), required=False, max_length=40)
    asker_phone = forms.CharField(label=_("Your telephone"), required=False, max_length=20)
    field_order = ("branch", "kind", "words", "asker", "for_name", "address", "phone")

    def draft(self, key: UUID) -> ErrandDraft:
        """Return what is to be written."""
        data = self.cleaned_data
        return ErrandDraft(
            id=key,
            organisation_id=data["branch"].id,
            asker=data["asker"],
            asker_name=data["asker_name"],
            asker_phone=data["asker_phone"],
            **self.values(),
        )


class FinishForm(forms.Form):
    """What came of an errand."""

    words = forms.CharField(label=_("How it went"), required=False, max_length=300)
    minutes = forms.IntegerField(
        label=_("Minutes, without the way"), min_value=1, max_value=600, initial=30
    )


class ReceiveForm(forms.Form):
    """How it is known that an errand arrived."""

    how = forms.ChoiceField(
        label=_("How is it known?"),
        choices=[(Receipt.SIGNED, Receipt.SIGNED.label), (Receipt.TOLD, Receipt.TOLD.label)],
    )
    note = forms.CharField(label=_("Remark"), required=False, max_length=200)


class CertificateForm(UnitForm):
    """Who answers for a certificate."""

    responsible = forms.CharField(label=_("Responsible person"), max_length=60)
    handler = forms.CharField(label=_("Handled by"), max_length=60)
    phone = forms.CharField(label=_("Telephone to ask"), max_length=40)
