"""What a form does when it is sent: bind, save, and say a refusal where it belongs."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, cast

from django.forms import BaseForm, BaseFormSet, CharField, Field, Form, HiddenInput
from django.http import QueryDict
from django.utils.translation import gettext as _

from dongxun.kernel.errors import DomainError, Invalid, NotFound, Overtaken
from dongxun.kernel.http import Request
from dongxun.kit.times import day, hour_minute

BOTH = ["GET", "HEAD", "POST"]
SHOWN = 200
DONE = 302
REFUSED = 422


class Seen(Form):
    """A form that carries the mark of what the writer has before them (``kernel.marks``)."""

    version = CharField(required=False, max_length=40, widget=HiddenInput)


def want(form: BaseForm, *names: str) -> None:
    """Show fields as wanted that the form lets through empty: the service says what lacks.

    So a file that came along is kept beside the refusal, and an empty line is no fault.
    """
    for name in names:
        form.fields[name].is_wanted = True  # type: ignore[attr-defined]


def listed(words: str) -> list[str]:
    """Return the parts of a line, each once, whatever comma stands between them."""
    parts = re.split(r"[，,、；;\n]", words)
    return list(dict.fromkeys(part.strip() for part in parts if part.strip()))


def sent(request: Request, what: str = "") -> Mapping[str, Any] | None:
    """Return what a form is bound to: what was sent (to the form named ``what``), or nothing yet."""
    if request.method != "POST" or (what and request.POST.get("what") != what):
        return None
    return request.POST


def put_error(form: BaseForm, error: DomainError, names: Mapping[str, str] | None = None) -> None:
    """Write a refusal beside the field it is about, else above the form.

    ``topics.3`` and ``topic_id`` belong to ``topics`` and ``topic`` when there is
    no closer field; ``names`` says what else the form calls differently.

    Raises:
        NotFound: that is the refusal; what is hidden is not spoken of in a form.
    """
    if isinstance(error, NotFound):
        raise error
    for where, words in error.details or ((error.where, error.message),):
        near = ((names or {}).get(where, where), where.split(".")[0], where.removesuffix("_id"))
        form.add_error(next((spot for spot in near if spot in form.fields), None), str(words))


def attempt(
    form: BaseForm,
    save: Callable[[], object],
    names: Mapping[str, str] | None = None,
    now: Callable[[], Mapping[str, Any]] | None = None,
) -> int:
    """Save a form that was sent; return ``DONE``, ``SHOWN`` (nothing sent) or a refusal's status.

    A refusal stands in the form beside what was typed; where somebody else saved first,
    also what they wrote, which ``now`` tells (see :func:`put_beside`).

    Raises:
        NotFound: what it is about is absent or hidden.
    """
    if not form.is_bound:
        return SHOWN
    if not form.is_valid():
        return REFUSED
    try:
        save()
    except DomainError as error:
        put_error(form, error, names)
        if now is not None and isinstance(error, Overtaken):
            put_beside(form, now())
        return error.status
    return DONE


def put_beside(form: BaseForm, now: Mapping[str, Any]) -> None:
    """Write beside each field what somebody else saved there meanwhile, where it differs.

    ``now`` is what the form would begin with today; its ``version`` becomes the form's, so
    that saving again is a decision made with both in view.
    """
    said = cast("QueryDict", form.data).copy()
    for name, field in form.fields.items():
        bound = form[name]
        if not bound.is_hidden and field.has_changed(now.get(name), bound.value()):
            words = _("Saved there in the meantime: %(words)s")
            form.add_error(name, words % {"words": _in_words(field, now.get(name))})
    said[form.add_prefix("version")] = str(now["version"])
    form.data = said


def put_beside_lines(lines: BaseFormSet[Any], now: Sequence[Mapping[str, Any]], words: str) -> None:
    """Write beside each line what somebody else saved in its place meanwhile; ``words`` above."""
    lines.non_form_errors().append(words)
    for place, form in enumerate(lines.forms):
        ticked = {name: form[name].value() for name in ("DELETE",) if name in form.fields}
        put_beside(form, {"version": "", **ticked, **(now[place] if place < len(now) else {})})
    fields = lines.empty_form.fields
    for one in now[len(lines.forms) :]:
        said = _("Saved there in the meantime: %(words)s")
        kept = [_in_words(fields[name], value) for name, value in one.items() if value]
        lines.non_form_errors().append(said % {"words": "、".join(kept)})


def _in_words(field: Field, value: Any) -> str:
    if value in (None, "", []):
        return _("(left empty)")
    if isinstance(value, bool):
        return _("ticked") if value else _("not ticked")
    if isinstance(value, datetime):
        return f"{day(value)} {hour_minute(value)}"
    if isinstance(value, date):
        return day(value)
    if isinstance(value, list):
        return "、".join(_in_words(field, one) for one in value)
    choices: Mapping[str, Any] = dict(getattr(field, "choices", ()))
    return str(choices.get(str(value), value))


def put_on_lines(
    lines: Sequence[BaseForm], error: Invalid, names: Mapping[str, str] | None = None
) -> None:
    """Write each ``<number>.<field>`` of a refused sheet on its line, counted from 0."""
    for where, words in error.details:
        number, _dot, field = where.partition(".")
        if number.isdecimal():
            put_error(lines[int(number)], Invalid(details=[(field, words)]), names)


def filled(lines: BaseFormSet[Any]) -> list[Any]:
    """Return the lines that were filled in and are to stay; wants them valid."""
    gone = set(lines.deleted_forms)
    return [form for form in lines.forms if form not in gone and not form.is_empty]


def put_on_filled(lines: BaseFormSet[Any], error: DomainError) -> None:
    """Write each ``<name>.<number>.<field>`` of a refusal on its line of those :func:`filled`.

    What belongs to none of them stands above all.
    """
    kept = filled(lines)
    for where, words in error.details or ((error.where, error.message),):
        _name, _dot, rest = where.partition(".")
        number, _dot, field = rest.partition(".")
        if number.isdecimal():
            put_error(kept[int(number)], Invalid(details=[(field, words)]))
        else:
            lines.non_form_errors().append(str(words))
