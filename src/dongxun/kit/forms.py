"""What a form does when it is sent: bind, save, and say a refusal where it belongs."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.forms import BaseForm

from dongxun.kernel.errors import DomainError, Invalid, NotFound
from dongxun.kernel.http import Request

BOTH = ["GET", "HEAD", "POST"]
SHOWN = 200
DONE = 302
REFUSED = 422


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
    form: BaseForm, save: Callable[[], object], names: Mapping[str, str] | None = None
) -> int:
    """Save a form that was sent; return ``DONE``, ``SHOWN`` (nothing sent) or a refusal's status.

    A refusal stands in the form beside what was typed.

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
        return error.status
    return DONE


def put_on_lines(
    lines: Sequence[BaseForm], error: Invalid, names: Mapping[str, str] | None = None
) -> None:
    """Write each ``<number>.<field>`` of a refused sheet on its line, counted from 0."""
    for where, words in error.details:
        number, _dot, field = where.partition(".")
        if number.isdecimal():
            put_error(lines[int(number)], Invalid(details=[(field, words)]), names)
