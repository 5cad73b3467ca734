"""What volunteers are told when a turn of theirs is called off, moved or taken over."""

from collections.abc import Collection
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kit.times import day_with_weekday, hour_minute
from dongxun.notices import api as notices
from dongxun.volunteers.models import Post, Service, Shift, Turn

OFF, ENDED, MOVED, SWAP, FREED = "off", "ended", "moved", "swap", "freed"
Place = Shift | Service | Post


def called_off(place: Shift | Service, turns: Collection[Turn], reason: str, *, by: Actor) -> None:
    """Tell everybody who was on it that a shift or an activity is called off."""
    with translation.override(settings.LANGUAGE_CODE):
        words = {"what": _name(place), "when": _moments(place.starts_at, place.ends_at)}
        title = _("Called off: %(what)s, %(when)s") % words
        body = _("Reason: %(why)s") % {"why": reason.strip()}
    _queue(OFF, place, turns, (title, body), by=by)


def post_ended(post: Post, turns: Collection[Turn], *, by: Actor) -> None:
    """Tell everybody who was to stand at a post that it is ended; each of them once."""
    with translation.override(settings.LANGUAGE_CODE):
        title = _("Called off: the shifts to come at %(what)s") % {"what": post.name}
        body = _("The post was ended.")
    _queue(ENDED, post, turns, (title, body), by=by)


def moved(service: Service, turns: Collection[Turn], *, by: Actor) -> None:
    """Tell everybody who signed up that an activity is at another time or place now."""
    with translation.override(settings.LANGUAGE_CODE):
        when = _moments(service.starts_at, service.ends_at)
        title = _("Changed: %(what)s is now on %(when)s") % {"what": service.title, "when": when}
        body = _("Place: %(place)s") % {"place": service.place_text} if service.place_text else ""
    _queue(MOVED, service, turns, (title, body), by=by)


def passed_on(turn: Turn, name: str, *, by: Actor) -> None:
    """Tell whoever offered a turn that ``name`` has taken it over."""
    with translation.override(settings.LANGUAGE_CODE):
        title = _("Taken over: %(what)s") % {"what": _of(turn)}
        body = _("%(name)s stands there instead of you.") % {"name": name}
    _queue(SWAP, turn, [turn], (title, body), by=by)


def taken_off(turn: Turn, *, by: Actor) -> None:
    """Tell somebody that another has taken them off a turn."""
    with translation.override(settings.LANGUAGE_CODE):
        title = _("You are not expected any more: %(what)s") % {"what": _of(turn)}
        why = turn.give_back_reason
        body = _("Reason: %(why)s") % {"why": why} if why else ""
    _queue(FREED, turn, [turn], (title, body), by=by)


def _of(turn: Turn) -> str:
    what = turn.shift.post.name if turn.shift else turn.service.title if turn.service else ""
    return f"{what}，{_moments(turn.starts_at, turn.ends_at)}"


def _name(place: Place) -> str:
    if isinstance(place, Shift):
        return place.post.name
    return place.name if isinstance(place, Post) else place.title


def _moments(starts_at: datetime, ends_at: datetime) -> str:
    """Return day and hours, without words like tomorrow: a text is read later, too."""
    return f"{day_with_weekday(starts_at)} {hour_minute(starts_at)}–{hour_minute(ends_at)}"


def _queue(
    kind: str, cause: Place | Turn, turns: Collection[Turn], said: tuple[str, str], *, by: Actor
) -> None:
    """Tell the people of these turns once; what happens again later is told again."""
    if not turns:
        return
    title, body = said
    notices.queue(
        notices.Telling(
            key=f"volunteers.{kind}:{cause.id}:{clock.now().isoformat()}",
            kind=f"volunteers.{kind}",
            title=title,
            body=body,
            people={turn.person_id: turn.branch_id for turn in turns},
            url=reverse("volunteers:mine"),
            object_id=cause.id,
            season_id=next(iter(turns)).season_id,
        ),
        by=by,
    )
