"""How words from a post read, for whoever decides between two of them."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dongxun.kernel.actors import Actor
from dongxun.kernel.bodies import opened
from dongxun.kernel.differences import (
    Body,
    Reading,
    Voice,
    id_in,
    ids_in,
    joined,
    moment_in,
    named_in,
    speak_for,
)
from dongxun.kernel.errors import NotFound
from dongxun.kit.times import period, when
from dongxun.organisations import api as organisations
from dongxun.people import api as people
from dongxun.volunteers.models import Errand, Post, Turn
from dongxun.volunteers.services.coming import believe
from dongxun.volunteers.services.duty import ENTRY
from dongxun.volunteers.services.steps import believe_step
from dongxun.volunteers.services.turns import SWAPPED


def read_entries(bodies: Sequence[Body]) -> list[Reading | None]:
    """Return of which post each line of a register speaks."""
    posts = Post.objects.select_related("organisation").in_bulk(ids_in(bodies, "post"))
    found: list[Reading | None] = []
    for closed in bodies:
        body = opened(ENTRY, closed)
        post = named_in(posts, body, "post")
        if post is None:
            found.append(None)
            continue
        words = joined(
            body.get("plate", ""),
            body.get("person", ""),
            body.get("remark", ""),
            _("out") if body.get("direction") == "out" else _("in"),
            when(moment_in(body)),
        )
        place = post.organisation
        href = reverse("volunteers:register", args=[post.id])
        found.append(Reading(post.name, words, (place.lft,), place.id, href=href))
    return found


def read_turns(bodies: Sequence[Body]) -> list[Reading | None]:
    """Return of whose turn each coming, going or hand-over note speaks."""
    rows = Turn.objects.select_related("person", "organisation", "branch", "shift__post", "service")
    turns = rows.in_bulk(ids_in(bodies, "turn"))
    return [_of(body, named_in(turns, body, "turn")) for body in bodies]


def _of(body: Body, turn: Turn | None) -> Reading | None:
    if turn is None:
        return None
    post = turn.shift.post.name if turn.shift else turn.service.title if turn.service else ""
    href = reverse("volunteers:turn", args=[turn.id])
    if turn.given_back_at is not None and turn.shift is not None:
        href = reverse("volunteers:post", args=[turn.shift.post_id])
    what = {"on": _("came"), "off": _("went")}.get(str(body.get("what", "")), "")
    return Reading(
        about=joined(turn.person.name, post, period(turn.starts_at, turn.ends_at)),
        words=joined(what, body.get("words", ""), when(moment_in(body))),
        places=(turn.organisation.lft,),
        organisation_id=turn.organisation_id,
        person_id=turn.person_id,
        href=href,
    )


def read_errands(bodies: Sequence[Body]) -> list[Reading | None]:
    """Return of which errand each word speaks, and who ran it; never where it goes."""
    rows = Errand.objects.select_related("organisation").in_bulk(ids_in(bodies, "errand"))
    named = people.names(ids_in(bodies, "person"))
    found: list[Reading | None] = []
    for body in bodies:
        errand = named_in(rows, body, "errand")
        if errand is None:
            found.append(None)
            continue
        who = named_in(named, body, "person")
        steps = {"take": _("takes the errand"), "done": _("says it is done")}
        what = steps.get(str(body.get("what", "")), _("says it arrived"))
        minutes = body.get("minutes")
        words = joined(
            who.name if who else "",
            what,
            _("%(n)s min") % {"n": minutes} if minutes else "",
            body.get("words", ""),
            when(moment_in(body)),
        )
        place = errand.organisation
        about = joined(errand.get_kind_display(), errand.words[:40])
        href = reverse("volunteers:errand", args=[errand.id])
        found.append(Reading(about, words, (place.lft,), place.id, who.id if who else None, href))
    return found


def read_asked(bodies: Sequence[Body]) -> list[Reading | None]:
    """Return where each errand is asked for, and what it is; never who asked or where it goes."""
    return [_asked(body) for body in bodies]


def _asked(body: Body) -> Reading | None:
    try:
        unit = organisations.named(str(body.get("branch", "")))
    except organisations.NoUnit:
        return None
    return Reading(
        about=unit.name,
        words=joined(body.get("words", ""), body.get("wanted_day", ""), when(moment_in(body))),
        places=(unit.interval.lft,),
        organisation_id=unit.id,
        href=reverse("volunteers:new_errand"),
    )


def stands(body: Body) -> str:
    """Return what is written of the coming or going that a phone tells otherwise."""
    turn_id = id_in(body, "turn")
    rows = Turn.objects.select_related("shift", "service")
    turn = rows.filter(id=turn_id).first() if turn_id else None
    if turn is None:
        return ""
    if turn.given_back_at is not None:
        return _why_off(turn)
    if body.get("what") == "on":
        return joined(_("came"), when(turn.on_at), turn.get_on_source_display())
    return joined(_("went"), when(turn.off_at), turn.get_off_source_display())


def _why_off(turn: Turn) -> str:
    """Return what became of a turn that is nobody's any more."""
    place = turn.shift or turn.service
    if place is not None and place.cancelled_at is not None:
        return joined(_("called off"), place.cancel_reason, when(place.cancelled_at))
    same = Turn.objects.filter(shift=turn.shift, service=turn.service, given_back_at=None)
    names = "、".join(same.values_list("person__name", flat=True))
    others = _("on it now: %(names)s") % {"names": names} if names else ""
    why = "" if turn.give_back_reason == SWAPPED else turn.give_back_reason
    return joined(_("given back or passed on"), why, when(turn.given_back_at), others)


def take_word(by: Actor, body: Body) -> None:
    """Let the phone's word of a coming or going count."""
    turn_id, at = id_in(body, "turn"), moment_in(body)
    if turn_id is None or at is None:
        raise NotFound
    believe(by=by, turn_id=turn_id, coming=body.get("what") == "on", at=at)


def errand_stands(body: Body) -> str:
    """Return who runs the errand that a phone says another did."""
    rows = Errand.objects.select_related("runner")
    errand = named_in(rows.in_bulk(ids_in([body], "errand")), body, "errand")
    if errand is None:
        return ""
    who = errand.runner.name if errand.runner else ""
    words = errand.cancel_reason or errand.done_words
    return joined(who, errand.get_state_display(), words, when(errand.done_at))


def take_step(by: Actor, body: Body) -> None:
    """Let the words of whoever was slower count."""
    errand_id, person_id = id_in(body, "errand"), id_in(body, "person")
    if errand_id is None or person_id is None:
        raise NotFound
    believe_step(by=by, errand_id=errand_id, person_id=person_id)


speak_for(ENTRY, Voice(gettext_lazy("a line of the register"), read_entries))
speak_for(
    "duty_mark",
    Voice(gettext_lazy("coming or going"), read_turns, stands=stands, believe=take_word),
)
speak_for(
    "errand_step",
    Voice(gettext_lazy("a step of an errand"), read_errands, errand_stands, take_step),
)
speak_for("errand_asked", Voice(gettext_lazy("an errand asked for by phone"), read_asked))
speak_for("errand_received", Voice(gettext_lazy("that an errand arrived"), read_errands))
speak_for("duty_note", Voice(gettext_lazy("a hand-over note"), read_turns))
