"""The recording in the form of an entry, and how it stands."""

from uuid import UUID

from dongxun.contests.forms import EntryForm, sealed_media
from dongxun.contests.models import Contest
from dongxun.contests.services import works
from dongxun.library import api as library
from dongxun.library.api import Playable


def take_file(form: EntryForm, contest: Contest) -> None:
    """Keep the file that was sent with an entry; what is refused beside it does not lose it."""
    file = form.cleaned_data.get("file")
    if file is None:
        return
    media_id = works.bring(contest=contest, name=file.name, pieces=file.chunks())
    form.cleaned_data["work"] = media_id
    form.data = {name: form.data[name] for name in form.data} | {"work": sealed_media(media_id)}


def work_of(media_id: UUID | None) -> Playable | None:
    """Return how the recording of an entry stands, None where there is none."""
    return library.playables([media_id]).get(media_id) if media_id else None
