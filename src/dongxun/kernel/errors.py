"""What can go wrong on purpose. Anything else is a bug."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dongxun.kernel.actors import Role

Text = str | Promise
D = TypeVar("D")
R = TypeVar("R")


class DomainError(Exception):
    """A refusal with a stable code, an HTTP status and words for a person.

    ``where`` locates it: field name, or "sheet!B7"; ``details`` carries more of
    the same kind, each ``(where, message)``.
    """

    code = "domain_error"
    status = 400
    message: Text = _("This cannot be done.")

    def __init__(
        self,
        message: Text | None = None,
        *,
        where: str = "",
        details: Sequence[tuple[str, Text]] = (),
        code: str | None = None,
    ) -> None:
        self.message = message if message is not None else self.message
        self.where = where
        self.details = tuple(details)
        self.code = code or self.code
        super().__init__(self.code)

    def __str__(self) -> str:
        return str(self.message)

    def as_json(self) -> Mapping[str, object]:
        """Return the shape that JSON clients get."""
        body: dict[str, object] = {"error": self.code, "message": str(self.message)}
        if self.where:
            body["where"] = self.where
        if self.details:
            body["details"] = [{"where": w, "message": str(m)} for w, m in self.details]
        return body


class NotFound(DomainError):
    """Absent, or hidden from this actor: both read alike."""

    code = "not_found"
    status = 404
    message = _("There is nothing here, or it is not yours to see.")


class NotAllowed(DomainError):
    """The actor may see this place but not do this.

    ``role`` is the least one that would do it here, where there is one; the page of
    the refusal says who can give it.
    """

    code = "not_allowed"
    status = 403
    message = _("You may not do this here.")

    def __init__(self, message: Text | None = None, *, role: Role | None = None) -> None:
        super().__init__(message)
        self.role = role


class LinkNeeded(DomainError):
    """A phone that knows somebody by name and digits alone wants what only they may have."""

    code = "link_needed"
    status = 403
    message = _(
        "This needs your personal link. Ask your branch secretary for it and open it on this phone."
    )


class SignInNeeded(DomainError):
    """Nobody is signed in."""

    code = "sign_in_needed"
    status = 401
    message = _("Please sign in first.")


class Invalid(DomainError):
    """Something typed or sent does not fit; ``details`` says where."""

    code = "invalid"
    status = 422
    message = _("Something does not fit yet.")


class Conflict(DomainError):
    """The world has moved on since the actor looked."""

    code = "conflict"
    status = 409
    message = _("This has changed in the meantime.")


class Overtaken(Conflict):
    """Somebody else saved the same thing after the actor had opened it."""

    code = "overtaken"
    message = _(
        "Somebody else saved this while you were writing. Nothing of yours is lost: it stands "
        "below, with what they wrote beside it. Save again to put yours in its place."
    )


class TooMany(DomainError):
    """A rate limit; try again later."""

    code = "too_many"
    status = 429
    message = _("Too many tries. Please wait a minute and try again.")


class TooLarge(DomainError):
    """More is sent than this place takes; nothing of it was read."""

    code = "too_large"
    status = 413


def one_by_one(drafts: Iterable[D], act: Callable[[D], R]) -> list[R]:
    """Return what ``act`` makes of each draft of a sheet; call it inside a transaction.

    Raises:
        Invalid: nothing on the sheet; or what does not fit, each with ``<number>.<field>``,
            of every draft, counted from 0.
    """
    bad: list[tuple[str, Text]] = []
    made = []
    for number, draft in enumerate(drafts):
        try:
            made.append(act(draft))
        except Invalid as error:
            details = error.details or ((error.where, error.message),)
            bad += [(f"{number}.{where}", words) for where, words in details]
    if bad:
        raise Invalid(details=bad)
    if not made:
        raise Invalid(_("Nothing is written on this sheet yet."))
    return made
