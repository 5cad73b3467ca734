"""The office's own words for what figures mean; what is counted stays."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction

from dongxun.kernel import audit
from dongxun.kernel.actors import Actor
from dongxun.seasons.contracts import Wording
from dongxun.seasons.services.versions import open_season


@transaction.atomic
def set_wordings(*, by: Actor, season_id: UUID, key: str, words: Iterable[Wording]) -> None:
    """Put ``words`` in the place of all that the season says of one definition. Safe to repeat.

    No figure moves; the version of the definitions rises, so that every page reads anew.

    Raises:
        NotAllowed, NotFound, SeasonClosed.
    """
    season = open_season(season_id, by=by)
    before = season.wordings.get(key, {})
    after = {one.part: [one.zh, one.en] for one in words if one.zh or one.en}
    if before == after:
        return
    kept = {name: parts for name, parts in season.wordings.items() if name != key}
    season.wordings = kept | ({key: after} if after else {})
    season.definition_version += 1
    season.save(update_fields=["wordings", "definition_version"])
    parts = [*after, *(part for part in before if part not in after)]
    audit.write(
        "seasons.set_wordings",
        by=by,
        subject=("season", season.id),
        organisation_id=season.root_id,
        definition=key,
        changed=audit.changed(
            {f"{part}_{at}": text for part in parts for at, text in _both(before.get(part))},
            {f"{part}_{at}": text for part in parts for at, text in _both(after.get(part))},
        ),
    )


def _both(words: list[str] | None) -> Iterable[tuple[str, str]]:
    return zip(("zh", "en"), words or ["", ""], strict=True)
