"""流动党员登记表补录: a filled register of members away, entered on one page."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dongxun.access import api as access
from dongxun.exchanges.floating.forms import CHOOSE, StayForm
from dongxun.kernel.actors import Actor, Interval
from dongxun.kernel.errors import DomainError, Invalid
from dongxun.kernel.http import Request
from dongxun.kit.forms import put_on_lines, sent
from dongxun.kit.widgets import DayInput
from dongxun.organisations import api as organisations
from dongxun.people import api as people
from dongxun.people.contracts import ContactWay
from dongxun.seasons import api as seasons

LINES = 14
"""As many as the blank form has."""
SUGGESTED = 100
FIRST = ("left_on", "reason", "direction", "host_words", "host_contact")
LAST = ("card_number", "study", "dues", "review", "note")


class LineForm(StayForm):
    """One line; one without a name and without anything else is empty."""

    name = forms.CharField(max_length=120, required=False)
    contacted_on = forms.DateField(required=False, widget=DayInput)
    contacted_by = forms.ChoiceField(choices=[*CHOOSE, *ContactWay.choices], required=False)

    def __init__(self, *args: Any, within: Sequence[Interval], **more: Any) -> None:
        super().__init__(*args, **more)
        self.within = within
        self.fields["name"].label = _("Name")
        self.fields["contacted_on"].label = _("Last contact")
        self.fields["contacted_by"].label = _("How contacted")
        self.fields["name"].widget.attrs["list"] = "names"
        for field in self.fields.values():
            words = _("%(field)s, line %(n)s") % {"field": field.label, "n": self.prefix}
            field.widget.attrs |= {"aria-label": words, "class": "input"}

    @property
    def is_empty(self) -> bool:
        """Whether nothing was written on this line."""
        data = getattr(self, "cleaned_data", {})
        return not any(value for name, value in data.items() if name != "person")

    @property
    def above(self) -> list[forms.BoundField]:
        """Return the fields between name and last contact."""
        return [self[name] for name in FIRST]

    @property
    def below(self) -> list[forms.BoundField]:
        """Return the fields of the line's second row."""
        return [self[name] for name in ("education", *LAST)]

    def clean(self) -> dict[str, Any]:
        """Find the member; ask for the name where anything else was written."""
        found = super().clean() or self.cleaned_data
        if self.is_empty:
            return found
        if not found.get("name"):
            self.add_error("name", _("Whose line is this?"))
            return found
        try:
            cards = people.find(found["name"], self.within, where="name", counted=True)
        except Invalid as error:
            self.add_error("name", str(error))
            return found
        if len(cards) != 1:
            self.add_error("name", _("One member a line."))
        else:
            found["person"] = cards[0].id
        return found

    def line(self) -> people.SheetLine:
        """Return what this line says; what is left empty says nothing."""
        data = self.cleaned_data
        said = {name: data[name] or None for name in (*FIRST, "education", *LAST)}
        return people.SheetLine(
            data["person"], people.StayDraft(**said), data["contacted_on"], data["contacted_by"]
        )


@access.organiser_required
@require_http_methods(["GET", "HEAD", "POST"])
def sheet(request: Request) -> HttpResponse:
    """Enter a page of the register, all lines or none (422: with what was typed)."""
    by, data = request.actor, sent(request)
    within = people.reach_of(by)
    lines = [LineForm(data, prefix=str(n), within=within) for n in range(1, LINES + 1)]
    refusal: DomainError | None = None
    whole = [line.is_valid() for line in lines]  # each says what is wrong with it
    if all(whole):
        written = [line for line in lines if not line.is_empty]
        try:
            done = people.enter_sheet(by=by, lines=[line.line() for line in written])
        except Invalid as error:
            refusal = error
            put_on_lines(written, error)
        else:
            messages.success(request, _words(done))
            return redirect(reverse("exchanges:floating") + "?tab=register")
    context = {
        "lines": lines,
        "bad": [(n, line) for n, line in enumerate(lines, 1) if line.errors],
        "refusal": refusal,
        "names": sorted(_suggested(by)),
        "season": seasons.current_season(by),
        "top": organisations.own_top(by),
    }
    status = 422 if refusal or context["bad"] else 200
    return render(request, "exchanges/floating_sheet.html", context, status=status)


def _words(done: people.Entered) -> str:
    words = _("%(all)d lines entered: %(new)d new, %(changed)d changed, %(same)d as they stood.")
    return words % {
        "all": done.in_all,
        "new": done.new,
        "changed": done.changed,
        "same": done.same,
    }


def _suggested(by: Actor) -> Iterable[str]:
    """Return who stands in the register or is tagged as floating, as a line can name them."""
    for person in people.unregistered(by=by)[:SUGGESTED]:
        yield f"{person.name}（{person.branch.short_name}）"
    for stay in people.stays(by=by)[:SUGGESTED]:
        yield f"{stay.name}（{stay.branch}）"
