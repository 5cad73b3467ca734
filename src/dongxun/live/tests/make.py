"""Makers of live classes for tests."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from dongxun.access.tests.make import phone_of
from dongxun.activities.models import Session
from dongxun.activities.tests.make import make_session
from dongxun.kernel.actors import Actor
from dongxun.kernel.ids import new_id
from dongxun.live import api, gateway
from dongxun.live.contracts import SaidKind, Source
from dongxun.live.models import LiveClass, Said
from dongxun.people.models import Person

SYSTEM = Actor.system("tests")
ADDRESS = "https://video.example/7"


def make_class(session: Session, *, on_air: bool = True, **overrides: Any) -> LiveClass:
    """Return the live class of a session, on air unless told otherwise."""
    values: dict[str, Any] = {"source": Source.LINK, "url": ADDRESS, "is_moderated": False}
    key = api.save_class(by=SYSTEM, session_id=session.id, **values | overrides)
    if on_air:
        api.start_class(by=SYSTEM, live_id=key)
    return LiveClass.objects.get(id=key)


def make_said(live: LiveClass, person: Person, text: str = "听得清", **overrides: Any) -> Said:
    """Return what somebody said on their phone."""
    values: dict[str, Any] = {"said_id": new_id(), "kind": SaidKind.CHAT}
    values |= overrides
    api.say(by=phone_of(person), live_id=live.id, person_id=person.id, text=text, **values)
    return Said.objects.get(id=values["said_id"])


def lay_pieces(key: str, content: bytes, *, sound: bool = False, seconds: int = 2) -> Path:
    """Lay a list and one piece where nginx does, as if a camera had sent; return the piece."""
    place = gateway.folder() / ("sound" if sound else "hls") / key
    place.mkdir(parents=True, exist_ok=True)
    (place / gateway.LIST).write_text(f"#EXTM3U\n#EXTINF:{seconds}.000,\n7.ts\n")
    (place / "7.ts").write_bytes(content)
    return place / "7.ts"


def twin_of(session: Session) -> Session:
    """Return a session of the same name and place, right after."""
    later = {"starts_at": session.ends_at, "ends_at": session.ends_at + timedelta(hours=1)}
    return make_session(session.season, session.host, title=session.title, **later)
