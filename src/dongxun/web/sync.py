"""POST /sync: the door for everything that waited on a phone."""

import json

from django.http import JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST

from dongxun.access import api as access
from dongxun.booths.contracts import CardNotOpen
from dongxun.exchanges import contracts as exchanges
from dongxun.exchanges.api import REPORT_BY_NAME, REPORTS_NOT_TAKEN, count_wrong, is_spent
from dongxun.kernel import sync
from dongxun.kernel.actors import ActorKind
from dongxun.kernel.errors import (
    Conflict,
    Invalid,
    LinkNeeded,
    NotAllowed,
    SignInNeeded,
    TooMany,
)
from dongxun.kernel.http import Request
from dongxun.library import contracts as library
from dongxun.needs import contracts as needs
from dongxun.packs import contracts as packs
from dongxun.people import api as people
from dongxun.quizzes.contracts import AnsweredOtherwise, HandedIn, QuizOver
from dongxun.visits import contracts as visits
from dongxun.volunteers import contracts as volunteers
from dongxun.volunteers.api import ERRANDS_NOT_TAKEN
from dongxun.web import others

ANYBODY = frozenset({"need_raised", "errand_asked", "errand_received", REPORT_BY_NAME})
"""Kinds that anybody may send, as anybody may use the pages they come from."""
GUESSABLE = frozenset({"errand_received"})
"""Kinds that a code opens."""
ANYBODY_AN_HOUR = 60
FROM_A_STATION = 600
"""Of reports by name, of which the wrong ones are counted besides: many share a station's address."""
NAMED_AT_ONCE = 10
KNOWN_AN_HOUR = 120
"""What anybody may send, from a phone that is known: a secretary speaks for a whole village."""
REASONS = {
    "person_not_expected": _lazy("Not expected at this session. Enter them as a walk-in."),
    "outside_window": _lazy("Check-in was not open at that time."),
    "session_cancelled": _lazy("This session was cancelled."),
    "season_is_closed": _lazy("This season is closed; it can be read and printed, not changed."),
    "reason_missing": _lazy("Say why somebody else entered this."),
    "not_found": _lazy("This is not yours to record, or not any more."),
    NotAllowed.code: NotAllowed.message,
    LinkNeeded.code: LinkNeeded.message,
    Conflict.code: Conflict.message,
    **visits.REASONS,
    **packs.SYNC_REASONS,
    **needs.SYNC_REASONS,
    **library.SYNC_REASONS,
    **exchanges.SYNC_REASONS,
    **dict(REPORTS_NOT_TAKEN.values()),
    **volunteers.SYNC_REASONS,
    **dict(ERRANDS_NOT_TAKEN.values()),
    CardNotOpen.code: _lazy("Stamps were not given there any more at that time."),
    **{one.code: one.message for one in (QuizOver, AnsweredOtherwise, HandedIn)},
    **{e.code: e.message for e in (people.HostIsHome, people.NotRecognised, people.ReportOver)},
    "not_on_duty": _lazy("Nobody of this phone was on duty at this post then."),
    "too_early": _lazy("Too early: an hour before the start is soon enough."),
    "turn_over": _lazy("This is over. Ask the organiser to enter when you were there."),
    "duty_differs": _lazy("Entered otherwise by the organiser; both are kept, they decide."),
    "empty_entry": _lazy("Write a plate, a person or a remark."),
    "empty_note": _lazy("Say what the next shift must know; “nothing special” is enough."),
    "too_old": _lazy("Too old: the register would delete it at once."),
    "no_register": _lazy("This post keeps no register."),
    "words_empty": _lazy("Write a few words."),
    "words_too_long": _lazy("Too long: at most 2,000 characters, a golden sentence 100."),
    "words_too_many": _lazy("That is enough for today; go on tomorrow."),
    "thread_closed": _lazy("This discussion is closed."),
    "malformed": _lazy("This is not what a phone sends."),
    "server_fault": _lazy("This could not be taken now; it stays here. Send it again later."),
    "unknown_kind": _lazy("This is not what a phone sends."),
    "same_id_other_body": _lazy("Sent before with other content; a person has to look at it."),
}


@require_POST
def receive(request: Request) -> JsonResponse:
    """Answer each item: stored, duplicate, merged, conflict or rejected with a reason.

    From a phone behind which nobody stands only ``ANYBODY`` is taken; the rest gets no answer
    and stays there.

    Raises:
        SignInNeeded: nobody stands behind the phone any more; it keeps its items.
        Invalid: the body is not what a phone sends.
        TooMany: nothing in it can be taken now, for more than usual came from there.
    """
    try:
        body = sync.storable(json.loads(request.body))
    except (ValueError, RecursionError) as error:
        raise Invalid(_("This is not what a phone sends."), where="body") from error
    items = sync.parse(body)
    items = _allowed(request, items)
    device = str(body.get("device", ""))
    with others.giving_way():
        answers = sync.receive(items, by=request.actor, device=device, aside=others.let_pass)
    _count_guesses(request, items, answers)
    return JsonResponse(
        {
            "results": [
                {
                    "id": str(a.id),
                    "answer": a.answer,
                    "reason": a.reason,
                    "message": str(REASONS.get(a.reason, "")),
                }
                for a in answers
            ]
        }
    )


def _allowed(request: Request, items: list[sync.Item]) -> list[sync.Item]:
    """Return what this phone may send now.

    Codes are counted by the phone's address; what anybody may send by who stands behind the
    phone, where somebody does. What is above the limit gets no answer, so it stays on the phone
    and holds nothing else back.
    """
    is_known = request.actor.kind is not ActorKind.PUBLIC
    found = _few_named([item for item in items if is_known or item.kind in ANYBODY])
    if not is_known and not found:
        raise SignInNeeded
    taken = [item for item in found if _is_within_limit(request, item)]
    if found and not taken:
        raise TooMany
    return taken


def _is_within_limit(request: Request, item: sync.Item) -> bool:
    kind, here = item.kind, access.client_address(request)
    is_known = request.actor.kind is not ActorKind.PUBLIC
    if is_known and kind not in ANYBODY:
        return True
    if kind == REPORT_BY_NAME and is_spent(here, *_meant(item)):
        return False
    key, most = f"sync:{here}", ANYBODY_AN_HOUR
    if kind == REPORT_BY_NAME:
        key, most = f"sync-station:{here}", FROM_A_STATION
    elif is_known and kind not in GUESSABLE and request.actor.id:
        key, most = f"sync-known:{request.actor.id}", KNOWN_AN_HOUR
    try:
        access.throttle(key, most, 3600)
    except TooMany:
        return False
    return True


def _few_named(items: list[sync.Item]) -> list[sync.Item]:
    """Return the items with one report about each name, and few in all: no upload guesses on."""
    named = {_meant(item): item.id for item in reversed(items) if item.kind == REPORT_BY_NAME}
    first = set(list(named.values())[-NAMED_AT_ONCE:])
    return [item for item in items if item.kind != REPORT_BY_NAME or item.id in first]


def _meant(item: sync.Item) -> tuple[str, str]:
    """Return of which branch and name a report speaks."""
    return str(item.body.get("branch", "")), str(item.body.get("name", ""))


def _count_guesses(
    request: Request, items: list[sync.Item], answers: list[sync.ItemAnswer]
) -> None:
    for item, answer in zip(items, answers, strict=True):
        if answer.reason == people.NotRecognised.code:
            count_wrong(access.client_address(request), *_meant(item))
