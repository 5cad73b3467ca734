"""Files that rooms above bring through the library: how they stand, and who may play them."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse

from dongxun.files.contracts import MediaKind
from dongxun.kernel.actors import Actor
from dongxun.library.contracts import MediaState
from dongxun.library.models import Media

Check = Callable[[UUID, Actor], bool]
_checks: list[Check] = []


@dataclass(frozen=True, slots=True)
class Playable:
    """A file as a page of another room shows it; ``src`` is empty while it cannot be played."""

    state: str
    words: str
    src: str
    is_video: bool
    is_picture: bool

    @property
    def is_refused(self) -> bool:
        """Whether it can never be played; ``words`` say why."""
        return self.state == MediaState.REFUSED


def let_play(check: Check) -> None:
    """Ask a room above whether somebody may play a file."""
    if check not in _checks:
        _checks.append(check)


def may_play(media_id: UUID, by: Actor) -> bool:
    """Return whether a room above lets somebody play a file."""
    return any(check(media_id, by) for check in _checks)


def playables(ids: Collection[UUID]) -> dict[UUID, Playable]:
    """Return how files stand."""
    return {
        key: Playable(
            one.get_state_display(),
            one.words,
            reverse("library:play", args=[key, one.made]) if one.state == MediaState.READY else "",
            one.kind == MediaKind.VIDEO,
            one.kind == MediaKind.PICTURE,
        )
        for key, one in Media.objects.in_bulk(list(ids)).items()
    }
