"""Live classes in the crawl: one for each town, on air, with a word that waits."""

from typing import Any, Final

from dongxun.kernel import tickets
from dongxun.kernel.ids import new_id
from dongxun.live.models import LiveClass
from dongxun.live.tests.make import make_class, make_said
from tests.cast import Cast, Town
from tests.crawl_rows import NOBODY, ORGANISERS, OWN, PHONES, Row


def live(_cast: Cast, town: Town) -> dict[str, Any]:
    """Return the session of a town's class, which a member has said something in."""
    if not LiveClass.objects.filter(session=town.session).exists():
        made = make_class(town.session, is_moderated=True)
        make_said(made, town.people[0], f"{town.people[0].name}说")
    return {"session_id": town.session.id}


def word(_cast: Cast, _town: Town) -> dict[str, Any]:
    return {"id": str(new_id()), "kind": "chat", "text": "听得清"}


def picture(cast: Cast, town: Town) -> dict[str, Any]:
    """Return the list of pieces of a class, with a ticket to it: who holds one may see it."""
    key = town.session.id
    ticket = tickets.mint("picture", key, seconds=60)
    return live(cast, town) | {"ticket": ticket, "name": "video.m3u8"}


def gateway(_cast: Cast, _town: Town) -> dict[str, Any]:
    return {"password": "guess", "what": "publish"}


WATCHERS: Final = OWN | {"phone", "member"}
LIVE: Final = {
    "live:list": Row(ORGANISERS),
    "live:console": Row(OWN, arguments=live),
    "live:prepare": Row(OWN, arguments=live),
    "live:do": Row(OWN, arguments=live, body=lambda _c, _t: {"what": "pin", "words": "请静音"}),
    "live:watch": Row(PHONES, foreign=NOBODY, arguments=live),
    "live:hall": Row(WATCHERS, arguments=live),
    "live:say": Row(PHONES - {"phone"}, foreign=NOBODY, arguments=live, body=word),
    "live:go": Row(PHONES, foreign=NOBODY, arguments=live),
    # who has watched no class that is over is sent back to its page with a word
    "live:check": Row(PHONES, foreign=NOBODY, arguments=live),
    "live:picture": Row(NOBODY, arguments=picture),  # there is no picture here
    # nginx tells us with a password in the address, no form
    "live:gateway": Row(NOBODY, arguments=gateway, csrf=False),
    "live:events": Row(WATCHERS, arguments=live),
}
