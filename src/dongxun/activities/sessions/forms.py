"""The forms of the step list."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from dongxun.activities.contracts import ActivityType, Audience
from dongxun.activities.sessions import venue_rows
from dongxun.activities.sessions.place_choice import PlaceSelect, choices_of
from dongxun.activities.sessions.rows import asked_today
from dongxun.activities.sessions.shapes import Asked
from dongxun.activities.sessions.steps import line_of, read_lines
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.ids import read_id
from dongxun.kit.widgets import ClockInput, DayInput
from dongxun.organisations import api as organisations
from dongxun.people import api as people
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonRules

Typed = dict[str, Any]
LECTURER_ROWS = 3
HOST_FLOORS = 2
NONE = ("", "—")


class StepForm(forms.Form):
    """One step: reads what is kept, gives back what is to be kept."""

    def __init__(self, data: Any = None, *, rules: SeasonRules, typed: Typed, by: Actor) -> None:
        self.rules, self.typed, self.by = rules, typed, by
        super().__init__(data, initial=self.from_typed(typed))
        self.fill()

    def fill(self) -> None:
        """Give the fields their choices."""

    def offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        """Let a field choose among these."""
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared so in the class
        field.choices = choices

    def from_typed(self, typed: Typed) -> Typed:
        """Return what the fields begin with."""
        return typed

    def kept(self) -> Typed:
        """Return what is to be kept, as JSON values."""
        return dict(self.cleaned_data)


class WhatForm(StepForm):
    """学什么: title, kind, topics with their minutes."""

    title = forms.CharField(label=_("Title"), max_length=160)
    type = forms.ChoiceField(label=_("Kind of session"), choices=ActivityType.choices)
    campaign_id = forms.ChoiceField(label=_("Campaign"), required=False)
    cascade_task_id = forms.ChoiceField(label=_("Done for the task"), required=False)
    format = forms.ChoiceField(
        label=_("Hours are counted as"), help_text=_("A row of the season's credit table.")
    )
    is_first_lesson = forms.BooleanField(
        label=_("This is the first lesson, by the secretary"), required=False
    )
    tags = forms.CharField(
        label=_("Combined with"),
        required=False,
        help_text=_("For example 冬训+文明实践, separated by 、"),
        max_length=120,
    )

    def fill(self) -> None:
        """Add a minutes field for each topic of the season."""
        for topic in self.rules.topics:
            self.fields[f"topic_{topic.id}"] = forms.IntegerField(
                label=f"{topic.number}. {topic.name}",
                required=False,
                min_value=1,
                max_value=960,
                widget=forms.NumberInput(attrs={"inputmode": "numeric", "size": 4}),
            )
        named = seasons.campaigns(self.rules.id)
        self.offer("campaign_id", [NONE, *((str(c.id), c.name) for c in named)])
        chosen = str(self.initial.get("cascade_task_id", ""))
        tasks = [(str(t.id), t) for t in seasons.tasks(self.rules.id, by=self.by)]
        open_ = [(key, t.title) for key, t in tasks if t.ended_on is None or key == chosen]
        self.offer("cascade_task_id", [NONE, *open_])
        labels = dict(seasons.credit_labels(self.rules.id))
        self.offer(
            "format", [(r.format, labels.get(r.format, r.format)) for r in self.rules.credit]
        )

    def topic_fields(self) -> list[forms.BoundField]:
        """Return the minutes fields, in the order of the topics."""
        return [self[f"topic_{topic.id}"] for topic in self.rules.topics]

    def plain_fields(self) -> list[forms.BoundField]:
        """Return the other fields that stand below the topics."""
        return [self[name] for name in ("campaign_id", "cascade_task_id", "format", "tags")]

    def from_typed(self, typed: Typed) -> Typed:
        """Spread the topics over their fields."""
        return typed | {f"topic_{key}": n for key, n in typed.get("topics", {}).items()}

    def clean(self) -> Typed:
        """Ask for at least one topic."""
        found = super().clean() or self.cleaned_data
        if not any(found.get(f"topic_{topic.id}") for topic in self.rules.topics) and not any(
            name.startswith("topic_") for name in self.errors
        ):
            self.add_error(
                f"topic_{self.rules.topics[0].id}" if self.rules.topics else None,
                _("Give at least one topic its minutes."),
            )
        return found

    def kept(self) -> Typed:
        """Gather the topics."""
        data = self.cleaned_data
        topics = {str(t.id): data[f"topic_{t.id}"] for t in self.rules.topics}
        plain = {key: value for key, value in data.items() if not key.startswith("topic_")}
        return plain | {"topics": {key: n for key, n in topics.items() if n}}


class WhenForm(StepForm):
    """什么时候在哪."""

    day = forms.DateField(label=_("Day"), widget=DayInput())
    start = forms.TimeField(label=_("Begins at"), widget=ClockInput())
    end = forms.TimeField(label=_("Ends at"), widget=ClockInput())
    place_id = forms.ChoiceField(label=_("Place"), required=False, widget=PlaceSelect)
    place_text = forms.CharField(
        label=_("Room, or a place not in the list"), required=False, max_length=160
    )
    online_url = forms.URLField(
        label=_("Live link"), required=False, max_length=300, assume_scheme="https"
    )
    capacity = forms.IntegerField(label=_("Seats"), required=False, min_value=1, max_value=100_000)

    def fill(self) -> None:
        """Offer the places that the actor may use, for the main venue and for others."""
        sites = organisations.sites_for(self.by)
        places = choices_of(sites)
        self.offer("place_id", places)
        widget = self.fields["place_id"].widget
        assert isinstance(widget, PlaceSelect)  # noqa: S101 - declared so in the class
        widget.sites = {str(site.id): site for site in sites}
        self.facilities = organisations.in_order({one for site in sites for one in site.facilities})
        have = self.typed.get("venues", [])
        hosts = dict(own_hosts(self.by, ""))
        ids = [UUID(row[0]) for row in have]
        hosts |= {str(key): node.short_name for key, node in organisations.nodes(ids).items()}
        venue_rows.add_fields(
            self, OrganisationField, typed=have, hosts=[NONE, *hosts.items()], places=places
        )
        limits = {
            "min": self.rules.starts_on.isoformat(),
            "max": self.rules.ends_on.isoformat(),
        }
        self.fields["day"].widget.attrs.update(limits)

    def from_typed(self, typed: Typed) -> Typed:
        """Split moments into day and hours."""
        if not typed.get("starts_at"):
            return typed
        start = datetime.fromisoformat(typed["starts_at"]).astimezone(clock.zone())
        end = datetime.fromisoformat(typed["ends_at"]).astimezone(clock.zone())
        return typed | {"day": start.date(), "start": start.time(), "end": end.time()}

    def clean(self) -> Typed:
        """Put the day and its hours in order."""
        found = super().clean() or self.cleaned_data
        day, start, end = (found.get(name) for name in ("day", "start", "end"))
        if start and end and end <= start:
            self.add_error("end", _("The session ends after it starts."))
        if day and not self.rules.starts_on <= day <= self.rules.ends_on:
            words = _("The season runs from %(first)s to %(last)s.")
            limits = {"first": self.rules.starts_on, "last": self.rules.ends_on}
            self.add_error("day", words % limits)
        if not any(found.get(name) for name in ("place_id", "place_text", "online_url")):
            self.add_error("place_id", _("Say where it is held."))
        venue_rows.check(self)
        return found

    def venue_fields(self) -> list[venue_rows.Row]:
        """Return the rows of the sub-venues."""
        return venue_rows.rows(self)

    def venues_begun(self) -> bool:
        """Return whether any sub-venue was typed."""
        return any(field.value() for row in self.venue_fields() for field in row)

    def kept(self) -> Typed:
        """Join day and hours to moments; gather the sub-venues."""
        data = venue_rows.strip(self.cleaned_data) | {"venues": venue_rows.kept(self)}
        day, start, end = data.pop("day"), data.pop("start"), data.pop("end")
        return data | {
            "starts_at": clock.moment(day, start).isoformat(),
            "ends_at": clock.moment(day, end).isoformat(),
        }


class TeachersForm(StepForm):
    """谁来讲: lecturers, the run-sheet, who answers for it."""

    organiser_name = forms.CharField(label=_("Who answers for it"), required=False, max_length=60)
    steps = forms.CharField(
        label=_("Run-sheet"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("One step a line: what, minutes, who. For example: 升旗仪式 10 团委"),
    )

    def fill(self) -> None:
        """Offer the lecturers that the actor may book, and those who are booked here."""
        asked = [Asked(UUID(key), words) for key, words in self.typed.get("lecturers", ())]
        have = asked_today(asked)
        here = people.lecturer_names([one.lecturer_id for one in have])
        pool = here | {one.id: one for one in people.lecturers(by=self.by, shared=True)}
        known = [
            NONE,
            *((str(one.id), f"{one.name}（{one.organisation_name}）") for one in pool.values()),
        ]
        for number in range(1, max(LECTURER_ROWS, len(have)) + 1):
            row = have[number - 1] if number <= len(have) else None
            self.fields[f"lecturer_{number}"] = forms.ChoiceField(
                label=_("Lecturer %(n)d") % {"n": number},
                choices=known,
                required=False,
                initial=str(row.lecturer_id) if row else "",
            )
            self.fields[f"subject_{number}"] = forms.CharField(
                label=_("Subject"),
                required=False,
                max_length=160,
                initial=row.subject if row else "",
            )

    def lecturer_fields(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """Return pairs of lecturer and subject."""
        names = [name for name in self.fields if name.startswith("lecturer_")]
        return [(self[name], self[name.replace("lecturer", "subject")]) for name in names]

    def from_typed(self, typed: Typed) -> Typed:
        """Write the steps as lines."""
        return typed | {"steps": "\n".join(map(line_of, typed.get("steps", ())))}

    def kept(self) -> Typed:
        """Read lines into steps, rows into lecturers."""
        data = self.cleaned_data
        asked = [
            [data[name], data[name.replace("lecturer", "subject")]]
            for name in self.fields
            if name.startswith("lecturer_") and data[name]
        ]
        unique = list({key: [key, subject] for key, subject in asked}.values())
        return {
            "organiser_name": data["organiser_name"],
            "steps": read_lines(data["steps"], self.typed.get("steps", ())),
            "lecturers": unique,
        }


def _exists(value: str) -> bool:
    key = read_id(value)
    return key is not None and bool(organisations.nodes([key]))


class OrganisationField(forms.ChoiceField):
    """An organisation by id, whatever was offered; the service asks whose it is."""

    def valid_value(self, value: str) -> bool:
        """Accept ids of organisations that exist."""
        return _exists(value)


class OrganisationsField(forms.MultipleChoiceField):
    """Several organisations by id, whatever was offered."""

    def valid_value(self, value: str) -> bool:
        """Accept ids of organisations that exist."""
        return _exists(value)


class PeopleForm(StepForm):
    """谁来学: host, co-hosts, invited, audience."""

    host_id = OrganisationField(label=_("Host"))
    co_hosts = OrganisationsField(label=_("Co-hosts"), required=False)
    invited = OrganisationsField(label=_("Invited"), required=False)
    quota = forms.IntegerField(
        label=_("Delegates of each invited organisation"),
        required=False,
        min_value=1,
        max_value=10_000,
        help_text=_("Empty: all of their members are expected."),
    )
    audience = forms.ChoiceField(
        label=_("Who is expected"), choices=Audience.choices, widget=forms.RadioSelect
    )
    cohort_id = forms.ChoiceField(label=_("Cohort"), required=False)
    sign_up = forms.BooleanField(label=_("People sign up first"), required=False)
    open_to_all = forms.BooleanField(
        label=_("Anybody may come; shown on the public page"), required=False
    )
    mask_names = forms.BooleanField(label=_("Mask names on the big screen"), required=False)
    note = forms.CharField(label=_("Remarks"), required=False, widget=forms.Textarea)

    def fill(self) -> None:
        """Offer own organisations as host, those taking part as co-hosts and guests."""
        self.offer("host_id", own_hosts(self.by, self.typed.get("host_id", "")))
        parts = seasons.taking_part(self.rules.id)
        near = {str(part.organisation_id): part.short_name for part in parts}
        for name in ("co_hosts", "invited"):
            chosen = self.data.getlist(name) if self.is_bound else self.typed.get(name, [])  # type: ignore[attr-defined]
            ids = [UUID(key) for key in chosen if read_id(key)]
            have = {str(k): n.short_name for k, n in organisations.nodes(ids).items()}
            self.offer(name, list((have | near).items()))
        cohorts = seasons.cohorts(self.rules.id, by=self.by)
        self.offer("cohort_id", [NONE, *((str(c.id), f"{c.name}（{c.count}）") for c in cohorts)])

    def from_typed(self, typed: Typed) -> Typed:
        """Show one quota, the usual case; begin with everybody of the own organisation."""
        return {"audience": Audience.ALL} | typed | {"quota": self.usual_quota(typed)}

    def usual_quota(self, typed: Typed) -> int | None:
        """Return what the first of the invited is asked for."""
        quotas = typed.get("quotas", {})
        return next((quotas[key] for key in typed.get("invited", ()) if key in quotas), None)

    def clean(self) -> Typed:
        """Ask for a cohort when one is expected."""
        found = super().clean() or self.cleaned_data
        if found.get("audience") == Audience.COHORT and not found.get("cohort_id"):
            self.add_error("cohort_id", _("Choose the cohort."))
        return found

    def kept(self) -> Typed:
        """Give each invited organisation the quota; one of its own stays until it is changed."""
        data = dict(self.cleaned_data)
        quota, before = data.pop("quota"), self.typed.get("quotas", {})
        asked = dict.fromkeys(data["invited"], quota) if quota else {}
        if quota == self.usual_quota(self.typed):
            asked |= {key: n for key, n in before.items() if key in data["invited"]}
        asked |= {key: n for key, n in before.items() if key in data["co_hosts"]}
        data["quotas"] = asked
        return data


def own_hosts(by: Actor, chosen: str) -> list[tuple[str, str]]:
    """Return the usual hosts of the actor: the own organisations and two floors below."""
    found: dict[str, str] = {}
    for top in organisations.roots_of(by):
        for node in organisations.subtree(top.interval):
            if node.depth <= top.depth + HOST_FLOORS:
                found[str(node.id)] = "　" * max(node.depth - top.depth, 0) + node.short_name
    if chosen and chosen not in found and read_id(chosen):
        found |= {
            str(key): node.short_name for key, node in organisations.nodes([UUID(chosen)]).items()
        }
    return list(found.items())
