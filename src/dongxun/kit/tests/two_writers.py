"""Two people who change the same thing at once, each at a desk of their own."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpResponse
from django.test import Client


def as_sent(form: Any) -> dict[str, Any]:
    """Return what a browser sends of a form, or of a set of lines, as it stands on the page."""
    if hasattr(form, "forms"):
        return as_sent(form.management_form) | {
            name: value for line in form.forms for name, value in as_sent(line).items()
        }
    found: dict[str, Any] = {}
    for bound in form:
        value, widget = bound.value(), bound.field.widget
        if isinstance(widget, forms.CheckboxInput):
            found |= {bound.html_name: "on"} if value else {}
        elif isinstance(widget, forms.Select):
            first = next(iter(bound.field.choices))[0]
            found[bound.html_name] = first if value is None else str(value)
        else:
            found[bound.html_name] = widget.format_value(value) or ""
    return found


def seen(page: HttpResponse) -> str:
    """Return the mark that a page carries of what it shows."""
    found = re.search(r'name="version" value="([^"]*)"', page.content.decode())
    assert found is not None
    return found[1]


def check_two_writers(
    desk: Client,
    page: str,
    typed: Mapping[str, Any],
    first: Mapping[str, str],
    second: Mapping[str, str],
    *,
    send: str = "",
) -> None:
    """Both open ``page``; the first saves, twice; the second sees it beside their own, and decides."""
    send = send or page
    opened = {**typed, "version": seen(desk.get(page))}
    for _again in range(2):
        told = desk.post(send, {**opened, **first})
        assert told.status_code == 302, told.content.decode()
    late = desk.post(send, {**opened, **second})
    words = late.content.decode()
    assert late.status_code == 409, words
    assert "这期间已存为" in words
    missing = [said for said in (*first.values(), *second.values()) if said not in words]
    assert not missing, words
    after = {**opened, **second, "version": seen(late)}
    assert desk.post(send, after).status_code == 302
