"""What phones without network say of errands: taken, done; in whatever order the words come."""

from uuid import UUID

from django.db import transaction

from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import NotFound
from dongxun.kernel.sync import ItemAnswer
from dongxun.volunteers.contracts import ErrandStep
from dongxun.volunteers.services.errands import note_done, take_errand
from dongxun.volunteers.services.rows import own_errand
from dongxun.volunteers.services.running import Heard, believe


@transaction.atomic
def note_step(*, by: Actor, step: ErrandStep) -> ItemAnswer:
    """Note one step; what is done was taken, whether or not that word has come.

    Safe to repeat; a word that changes nothing any more answers ``merged``, whoever was slower
    ``rejected``, or ``conflict`` where they did it all the same.

    Raises:
        NotFound, NotAllowed: not theirs to run, or not on this phone.
        ErrandOff, MinutesOutside.
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
    """Let somebody's words count though another was faster; the organiser decides.

    Raises:
        NotFound: not the actor's errand. Conflict: hours are decided about already.
    """
    believe(own_errand(errand_id, by=by), person_id)
