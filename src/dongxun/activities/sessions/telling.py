"""What people are told about a session, in the words of the installation's language."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from dongxun.activities.contracts import SessionState
from dongxun.activities.models import Session
from dongxun.kernel import beside, clock
from dongxun.kernel.actors import Actor
from dongxun.kit import times
from dongxun.notices import api as notices

Essentials = tuple[datetime, datetime, UUID | None, str, str]
OPEN_KINDS = ("session_published", "session_moved", "session_online")
TEACHING, NOT_TEACHING = "session_teaching", "session_not_teaching"
OF_LECTURERS = {"session_moved", "session_online", "session_cancelled"}
"""What lecturers are told beside those expected."""


def essentials(session: Session) -> Essentials:
    """Return what people act on: a change of any of it is told."""
    return (
        session.starts_at,
        session.ends_at,
        session.place_id,
        session.place_text,
        session.online_url,
    )


def place_words(session: Session) -> str:
    """Return where a session is held, in words."""
    if session.went_online_reason:
        return _("online")
    if session.place is not None:
        return f"{session.place.name}{session.place_text}"
    return session.place_text or (_("online") if session.online_url else _("place to be told"))


def moment_words(session: Session) -> str:
    """Return day and hours, without words like tomorrow: a text is read later, too."""
    hours = f"{times.hour_minute(session.starts_at)}–{times.hour_minute(session.ends_at)}"
    return f"{times.day_with_weekday(session.starts_at)} {hours}"


def _head(kind: str) -> str:
    return {
        "session_published": _("Session on %(when)s: %(title)s"),
        "session_moved": _("Changed: %(title)s is now on %(when)s"),
        "session_online": _("Moved online: %(title)s, %(when)s"),
        "session_cancelled": _("Cancelled: %(title)s, %(when)s"),
        "session_not_yours": _("You are no longer expected: %(title)s, %(when)s"),
        TEACHING: _("You are asked to teach on %(when)s: %(title)s"),
        NOT_TEACHING: _("You teach no longer: %(title)s, %(when)s"),
    }[kind]


def _lines(session: Session, reason: str) -> list[str]:
    lines = [
        _("Time: %(when)s") % {"when": moment_words(session)},
        _("Place: %(place)s") % {"place": place_words(session)},
    ]
    if session.online_url and not _has_way_in(session):
        lines.append(_("Link: %(url)s") % {"url": session.online_url})
    lines.append(_("Host: %(host)s") % {"host": session.host.short_name})
    if reason:
        lines.append(_("Reason: %(reason)s") % {"reason": reason})
    return lines


def _has_way_in(session: Session) -> bool:
    """Return whether a room above leads into the session, so that who comes counts there."""
    key = session.main_session_id or session.id
    said = beside.lines("session", [key], by=Actor.system("telling")).get(key, [])
    return any(line.is_way_in for line in said)


def lecturing(session: Session) -> dict[UUID, UUID]:
    """Return the lecturers on the roster, with their branches."""
    rows = session.bookings.exclude(state="declined").filter(lecturer__person__isnull=False)
    return dict(rows.values_list("lecturer__person_id", "lecturer__person__branch_id"))


def tell_lecturers(
    session: Session, had: Mapping[UUID, UUID], *, by: Actor, reason: str = ""
) -> None:
    """Tell who is to teach a published session and was not before, and who was and is not now.

    The one takes back the other; asked anew, they are told anew.
    """
    now = lecturing(session)
    if session.ends_at <= clock.now():
        return
    come, gone = now.keys() - had.keys(), had.keys() - now.keys()
    notices.withdraw(by=by, object_id=session.id, kinds=[NOT_TEACHING], told=come)
    notices.withdraw(by=by, object_id=session.id, kinds=[TEACHING], told=gone)
    for key in come | gone:
        kind = TEACHING if key in come else NOT_TEACHING
        one = {key: now.get(key) or had[key]}
        tell(session, kind, one, by=by, reason=reason, of=f":{key}")


def heard_answer(session: Session, had: Mapping[UUID, UUID], *, by: Actor) -> None:
    """Take back that a lecturer is asked when they decline; who comes after all is asked anew."""
    now = lecturing(session)
    gone = had.keys() - now.keys()
    notices.withdraw(by=by, object_id=session.id, kinds=[TEACHING], told=gone)
    if session.state == SessionState.PUBLISHED:
        tell_lecturers(session, {key: had[key] for key in had.keys() - gone}, by=by)


def tell(
    session: Session,
    kind: str,
    people: Mapping[UUID, UUID],
    *,
    by: Actor,
    reason: str = "",
    of: str = "",
) -> None:
    """Queue one notice about a session for exactly these people (person → branch).

    Under the session's version, so telling again is harmless. A move concerns lecturers, too.
    """
    branches = Counter(people.values())
    if kind in OF_LECTURERS:
        people = lecturing(session) | dict(people)
    if not people:
        return
    with translation.override(settings.LANGUAGE_CODE):
        words = {"title": session.title, "when": times.day(session.starts_at)}
        title = _head(kind) % words
        body = "\n".join(_lines(session, reason))
        path = f"/s/{session.code}"
        texts = {
            branch_id: "\n".join(
                [
                    f"【{title}】",
                    body,
                    _("%(n)s of our branch are expected. Details: %(url)s")
                    % {"n": n, "url": f"{settings.ADDRESS}{path}"},
                ]
            )
            for branch_id, n in branches.items()
        }
    notices.queue(
        notices.Telling(
            key=f"session:{session.id}:{session.version}:{kind}{of}",
            kind=kind,
            title=title,
            body=body,
            people=people,
            texts=texts if kind in OPEN_KINDS else {},
            url=path,
            object_id=session.id,
            season_id=session.season_id,
        ),
        by=by,
    )
