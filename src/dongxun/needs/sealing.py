"""How whoever raised a need is kept: name and number sealed, opened only for who handles it."""

import json
import re
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from dongxun.kernel import secret
from dongxun.kernel.errors import Invalid

PURPOSE = "needs.requester"
_NUMBER = re.compile(r"\+?\d[\d-]{4,19}")
_BLANKS = re.compile(r"[\s　()（）]")


@dataclass(frozen=True, slots=True)
class Requester:
    """Whoever raised a need; both may be empty."""

    name: str = ""
    phone: str = ""


def clean_phone(typed: str) -> str:
    """Return a telephone number as it is kept.

    Raises:
        Invalid: this is none.
    """
    phone = _BLANKS.sub("", typed)
    if phone and not _NUMBER.fullmatch(phone):
        raise Invalid(_("This is not a telephone number."), where="requester_phone")
    return phone


def seal(requester: Requester) -> str:
    """Return name and number sealed; empty when nothing is known."""
    if not requester.name and not requester.phone:
        return ""
    content = json.dumps([requester.name, requester.phone], ensure_ascii=False)
    return secret.seal(content, PURPOSE)


def unseal(box: str) -> Requester:
    """Return what :func:`seal` was given."""
    return Requester(*json.loads(secret.unseal(box, PURPOSE))) if box else Requester()


def masked(requester: Requester) -> Requester:
    """Return what may stand on a page: 张*, 138****0012."""
    phone = requester.phone
    hidden = f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 9 else "*" * len(phone)
    return Requester(requester.name[:1] + "*" if requester.name else "", hidden)
