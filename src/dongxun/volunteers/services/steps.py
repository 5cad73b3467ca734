"""What phones without network say of errands: taken, done; in whatever order the words come."""

from uuid import UUID

from django.db import transaction

from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import NotFound
from dongxun.kernel.sync import ItemAnswer
from dongxun.volunteers.contracts import ErrandState, ErrandStep
from dongxun.volunteers.models import Errand
from dongxun.volunteers.services.aiding import tell_need
from dongxun.volunteers.services.errands import note_done, take_errand
from dongxun.volunteers.services.rows import own_errand
from dongxun.volunteers.services.running import Heard, believe


@transaction.atomic
def note_step(*, by: Actor, step: ErrandStep) -> ItemAnswer:
    """Note one step; what is done was taken, whether or not that word has come.

    Safe to repeat; a word that changes nothing any more answers ``merged``, whoever was slower
    ``rejected``, or ``conflict`` where they did it all the same; an errand called off likewise.

    Raises:
        NotFound, NotAllowed: not theirs to run, or not on this phone.
        MinutesOutside.
    """
    if step.done:
        return note_done(by=by, step=step)
    key = {"errand_id": step.errand_id, "person_id": step.person_id}
    answer = take_errand(by=by, heard=Heard(step.id, step.at), **key)
    if answer is None:
        raise NotFound
    return answer


@transaction.atomic
def believe_step(*, by: Actor, errand_id: UUID, person_id: UUID) -> None:
    """Let somebody's words count though another was faster, or it was called off.

    The organiser decides, after the season is closed, too.

    Raises:
        NotFound: not the actor's errand. Conflict: hours are decided about already.
    """
    asked_at = Errand.objects.filter(id=errand_id).values_list("asked_at", flat=True).first()
    errand = own_errand(errand_id, by=by, kept=asked_at)
    was_off = errand.state == ErrandState.CANCELLED
    believe(errand, person_id)
    if was_off:
        tell_need("volunteers.finish_errand", errand, by=by)
