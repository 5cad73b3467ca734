"""Tags for forms: a field with its label, help and error; the error summary; the tree picker."""

from typing import Any

from django import template
from django.forms import BaseForm, BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect
from django.utils.translation import gettext as _

Plain = dict[str, Any]
WITH_LEGEND = (RadioSelect, CheckboxSelectMultiple)


def field(field: BoundField, size: str = "", help: str = "", label: str = "") -> Plain:  # noqa: A002
    """Draw one form field.

    Args:
        size: ``short``, ``wide`` or nothing.
        help: instead of the field's own help text.
    """
    widget = field.field.widget
    shown_help = help or field.help_text
    described = []
    if shown_help:
        described.append(f"{field.auto_id}_help")
    if field.errors:
        described.append(f"{field.auto_id}_error")
    attributes: dict[str, str | bool] = {}
    if described:
        attributes["aria-describedby"] = " ".join(described)
    group = isinstance(widget, WITH_LEGEND)
    return {
        "field": field,
        "label": label or field.label,
        "help": shown_help,
        "size": size,
        "group": group,
        "tick": isinstance(widget, CheckboxInput),
        "described": " ".join(described),
        "messages": located(field),
        "drawn": "" if group else field.as_widget(attrs=attributes),
    }


def located(field: BoundField) -> list[str]:
    """Say what does not fit so that it can be read away from its field."""
    label = str(field.label)
    said = []
    for error in field.errors.as_data():
        for message in error.messages:
            if error.code == "required":
                said.append(_("Fill in: %(label)s") % {"label": label})
            elif label in message:
                said.append(message)
            else:
                said.append(_("%(label)s: %(message)s") % {"label": label, "message": message})
    return said


def fields(form: BaseForm) -> Plain:
    """Draw all fields of a form, one below the other, and its hidden ones."""
    return {"form": form}


def errors(form: BaseForm, *others: BaseForm) -> Plain:
    """List what does not fit, each a link to its field in the same words."""
    rows: list[tuple[object, str]] = []
    for one in (form, *others):
        if not one.is_bound:
            continue
        rows.extend((message, "") for message in one.non_field_errors())
        for bound in one:
            target = bound.id_for_label or f"{bound.auto_id}_0"
            rows.extend((message, target) for message in located(bound))
    return {"rows": rows}


def tree_picker(field: BoundField, url: str, *, many: bool = False) -> Plain:
    """Choose organisations by name or pinyin initials; a plain select without JS.

    Args:
        url: answers ``?q=`` with ``{"results": [{"id", "label", "path", "count"}]}``.
        many: whether several may be chosen.
    """
    return {"field": field, "url": url, "many": many}


def register_forms(register: template.Library) -> None:
    """Put these tags into the library ``kit``."""
    for tag in (field, fields, errors, tree_picker):
        register.inclusion_tag(f"kit/parts/{tag.__name__}.html")(tag)
