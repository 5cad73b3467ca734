"""Sub-venues as rows of the step list: who holds one, where, how many seats."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from dongxun.activities.sessions.shapes import SubVenue

Row = tuple[forms.BoundField, forms.BoundField, forms.BoundField, forms.BoundField]
ROWS = 3
_PARTS = ("venue_host", "venue_place", "venue_room", "venue_seats")


def add_fields(
    form: forms.Form,
    host_field: type[forms.ChoiceField],
    *,
    typed: list[list[Any]],
    hosts: list[tuple[str, str]],
    places: list[tuple[str, str]],
) -> None:
    """Give a form the rows typed so far and one more, at least ``ROWS``."""
    for number in range(1, max(ROWS, len(typed) + 1) + 1):
        host, place, room, seats = typed[number - 1] if number <= len(typed) else ["", "", "", None]
        form.fields |= {
            f"venue_host_{number}": host_field(
                label=_("Sub-venue %(n)d, held by") % {"n": number},
                choices=hosts,
                required=False,
                initial=host,
            ),
            f"venue_place_{number}": forms.ChoiceField(
                label=_("Sub-venue %(n)d, place") % {"n": number},
                choices=places,
                required=False,
                initial=place,
            ),
            f"venue_room_{number}": forms.CharField(
                label=_("Sub-venue %(n)d, room or address") % {"n": number},
                required=False,
                max_length=160,
                initial=room,
            ),
            f"venue_seats_{number}": forms.IntegerField(
                label=_("Sub-venue %(n)d, seats") % {"n": number},
                required=False,
                min_value=1,
                max_value=100_000,
                initial=seats,
            ),
        }


def rows(form: forms.Form) -> list[Row]:
    """Return the fields of each row, in order."""
    return [
        (form[f"venue_host_{n}"], form[f"venue_place_{n}"], form[f"venue_room_{n}"],
         form[f"venue_seats_{n}"])
        for n in _numbers(form)
    ]  # fmt: skip


def check(form: forms.Form) -> None:
    """Ask each row that was begun for who holds it and where; each unit once."""
    seen: set[str] = set()
    for number in _numbers(form):
        host, place, room, _seats = _row(form, number)
        if host and not (place or room):
            form.add_error(f"venue_place_{number}", _("Say where it is held."))
        if (place or room) and not host:
            form.add_error(f"venue_host_{number}", _("Choose who holds the sub-venue."))
        if host in seen:
            form.add_error(f"venue_host_{number}", _("This unit holds a sub-venue already."))
        if host:
            seen.add(host)


def kept(form: forms.Form) -> list[list[Any]]:
    """Return the rows that were filled, as JSON values."""
    found = [_row(form, number) for number in _numbers(form)]
    return [row for row in found if row[0]]


def strip(data: dict[str, Any]) -> dict[str, Any]:
    """Return cleaned data without these fields."""
    return {key: value for key, value in data.items() if not key.startswith("venue_")}


def from_typed(typed: list[list[Any]]) -> tuple[SubVenue, ...]:
    """Return the rows as the services take them."""
    return tuple(
        SubVenue(UUID(host), UUID(place) if place else None, room, seats)
        for host, place, room, seats in typed
    )


def _numbers(form: forms.Form) -> list[int]:
    return [int(name.rsplit("_", 1)[1]) for name in form.fields if name.startswith("venue_host_")]


def _row(form: forms.Form, number: int) -> list[Any]:
    return [form.cleaned_data.get(f"{part}_{number}") or "" for part in _PARTS[:3]] + [
        form.cleaned_data.get(f"venue_seats_{number}")
    ]
