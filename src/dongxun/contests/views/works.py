"""The recording in the form of an entry, and how it stands."""

from uuid import UUID

from dongxun.access import api as access
from dongxun.contests.contracts import Source
from dongxun.contests.entry_form import EntryForm, sealed_media
from dongxun.contests.models import Contest
from dongxun.contests.services import entries, works
from dongxun.kernel.actors import Actor
from dongxun.library import api as library
from dongxun.library.api import Playable

FILES_AN_HOUR = {Source.PHONE: 6, Source.DESK: 60}
"""A desk writes down what many bring."""


def take_file(form: EntryForm, contest: Contest, *, by: Actor, source: Source, who: object) -> None:
    """Keep the file that was sent with an entry; what is refused beside it does not lose it.

    Args:
        who: whose files are counted: a person on a phone, an account at the desk.

    Raises:
        NotFound, Conflict: the entry could not be kept anyhow; nor is the file.
        TooMany: too many files in an hour.
    """
    file = form.cleaned_data.get("file")
    if file is None:
        return
    key = form.cleaned_data["id"]
    entries.refuse_untimely(by=by, contest_id=contest.id, entry_id=key, source=source)
    access.throttle(f"contest-file:{who}", FILES_AN_HOUR[source], 3600)
    media_id = works.bring(contest=contest, name=file.name, pieces=file.chunks())
    form.cleaned_data["work"] = media_id
    form.data = {name: form.data[name] for name in form.data} | {"work": sealed_media(media_id)}


def work_of(media_id: UUID | None) -> Playable | None:
    """Return how the recording of an entry stands, None where there is none."""
    return library.playables([media_id]).get(media_id) if media_id else None
