"""What phones without network say of errands: taken, done; in whatever order the words come."""

from django.db import transaction

from dongxun.kernel.actors import Actor
from dongxun.kernel.contracts import SyncAnswer
from dongxun.volunteers.contracts import ErrandState, ErrandStep, ErrandTaken
from dongxun.volunteers.services.errands import finish_errand, take_errand
from dongxun.volunteers.services.rows import any_errand


@transaction.atomic
def note_step(*, by: Actor, step: ErrandStep) -> SyncAnswer:
    """Note one step; what is done was taken, whether or not that word has come.

    Safe to repeat; a word that changes nothing any more answers ``merged``.

    Raises:
        NotFound, NotAllowed: not theirs to run, or not on this phone.
        ErrandTaken, ErrandOff, MinutesOutside.
    """
    errand = any_errand(step.errand_id)
    before = errand.state
    if before == ErrandState.WAITING or not step.done or errand.runner_id is None:
        key = {"errand_id": errand.id, "person_id": step.person_id}
        take_errand(by=by, at=step.at, **key)
    elif errand.runner_id != step.person_id:
        raise ErrandTaken
    if step.done:
        finish_errand(
            by=by, errand_id=errand.id, words=step.words, minutes=step.minutes, at=step.at
        )
    errand.refresh_from_db(fields=["state"])
    return SyncAnswer.MERGED if errand.state == before else SyncAnswer.STORED
