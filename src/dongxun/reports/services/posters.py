"""Posters of topics learned: offered to a member, made once asked for, theirs alone."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from dongxun.coverage import api as coverage
from dongxun.files import api as files
from dongxun.kernel import audit, clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Conflict, NotFound
from dongxun.kernel.rows import wanted_row
from dongxun.library import api as library
from dongxun.people import api as people
from dongxun.people.contracts import Card
from dongxun.publishing import api as publishing
from dongxun.publishing.contracts import Line
from dongxun.quizzes import api as quizzes
from dongxun.reports.models import Poster
from dongxun.reports.posters import MOST_LINE, PosterSays, draw
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonCard

KIND = "reports.study_poster"


@dataclass(frozen=True, slots=True)
class Stage:
    """A topic that a member has learned; ``poster`` is the one they made of it.

    ``answered`` of ``asked`` questions were answered right: those of its lessons, and those of its
    quizzes in the best try of each.
    """

    topic_id: UUID
    name: str
    chapters: int
    answered: int
    asked: int
    poster: Poster | None


def own_posters(person_id: UUID, *, by: Actor) -> QuerySet[Poster]:
    """Return the posters of a person whose link was opened on this phone, the latest first."""
    if person_id not in by.owned:
        return Poster.objects.none()
    rows = Poster.objects.filter(person_id=person_id, removed_at=None)
    return rows.select_related("topic", "season").order_by("-made_at", "id")


def _season(person_id: UUID, by: Actor) -> SeasonCard | None:
    home = people.branches_of({person_id}).get(person_id) if person_id in by.owned else None
    return seasons.season_at(home.lft) if home else None


def stages(person_id: UUID, *, by: Actor) -> list[Stage]:
    """Return the topics a person has learned: met, or every lesson of it finished."""
    season = _season(person_id, by)
    if season is None:
        return []
    stand = coverage.standing_of(person_id, by=by, season_id=season.id)
    met = {one.topic.id for one in stand.topics if one.met} if stand else set()
    parts = {part.id: part for part in library.learning(person_id, by=by)}
    made = {row.topic_id: row for row in own_posters(person_id, by=by)}
    tried = quizzes.answered_by_topic(person_id, season_id=season.id, by=by)
    found = []
    for topic in seasons.rules(season.id).topics:
        part = parts.get(topic.id)
        lines = part.lines if part else ()
        if topic.id not in met and not (lines and all(line.is_finished for line in lines)):
            continue
        right, whole = tried.get(topic.id, (0, 0))
        right += sum(line.answered for line in lines)
        whole += sum(line.asked for line in lines if line.is_finished or line.answered)
        chapters = sum(line.ended for line in lines)
        found.append(Stage(topic.id, topic.name, chapters, right, whole, made.get(topic.id)))
    return found


def stage(person_id: UUID, topic_id: UUID, *, by: Actor) -> Stage:
    """Return one topic that a person has learned.

    Raises:
        NotFound: not learned yet, or not this phone's person.
    """
    found = next((one for one in stages(person_id, by=by) if one.topic_id == topic_id), None)
    if found is None:
        raise NotFound
    return found


@transaction.atomic
def make_poster(*, by: Actor, person_id: UUID, topic_id: UUID, note_id: UUID | None = None) -> UUID:
    """Draw the poster of a topic learned, with a line of one's own words if one was chosen.

    It takes the place of an earlier one of the topic; asked for again, there is still one.

    Raises:
        NotFound: the topic is not learned yet, or not this phone's person.
        Conflict: the words chosen are not there any more.
    """
    learned = stage(person_id, topic_id, by=by)
    season = _season(person_id, by)
    if season is None:
        raise NotFound
    card = people.names([person_id])[person_id]
    chosen = _line(person_id, note_id, by)
    png = draw(_says(learned, season, card, chosen))
    if learned.poster is not None:
        _drop(learned.poster)
    years = timedelta(days=366 * seasons.rules(season.id).parameters.retention_years)
    upload = files.keep_upload(
        by=by,
        kind=KIND,
        name="poster.png",
        raw=png,
        expires_at=max(clock.moment(season.ends_on), clock.now()) + years,
        organisation_id=card.branch_id,
    )
    row = Poster(
        season_id=season.id,
        topic_id=topic_id,
        person_id=person_id,
        line=_words(chosen),
        upload=upload,
        made_at=clock.now(),
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:  # two taps at once: the other one has made it
        files.drop_upload(upload.id)
        return own_posters(person_id, by=by).get(topic_id=topic_id).id
    audit.write(
        "reports.make_poster", by=by, subject=("poster", row.id), organisation_id=card.branch_id
    )
    return row.id


def _words(chosen: Line | None) -> str:
    return " ".join(chosen.text.split())[:MOST_LINE] if chosen else ""


def _says(learned: Stage, season: SeasonCard, card: Card, chosen: Line | None) -> PosterSays:
    path = reverse("publishing:topic", args=[learned.topic_id])
    return PosterSays(
        season=season.name,
        topic=learned.name,
        name=card.name,
        branch=card.branch_name,
        url=f"{settings.ADDRESS}{path}",
        chapters=learned.chapters,
        answered=learned.answered,
        asked=learned.asked,
        line=_words(chosen),
        written_on=clock.day_of(chosen.written_at) if chosen else None,
    )


def _line(person_id: UUID, note_id: UUID | None, by: Actor) -> Line | None:
    if note_id is None:
        return None
    lines = publishing.lines_of(person_id, by=by)
    found = next((one for one in lines if one.id == note_id), None)
    if found is None:
        raise Conflict(_("These words are not there any more; choose others."), where="line")
    return found


def _drop(row: Poster) -> None:
    row.removed_at = clock.now()
    row.save(update_fields=["removed_at"])
    files.drop_upload(row.upload_id)


def own_poster(poster_id: UUID, *, by: Actor) -> Poster:
    """Return a poster of one of this phone's people.

    Raises:
        NotFound: absent, removed, or somebody else's.
    """
    rows = Poster.objects.select_related("topic", "season", "person__branch")
    return wanted_row(rows.filter(id=poster_id, person_id__in=by.owned, removed_at=None))


def poster_png(poster_id: UUID, *, by: Actor) -> bytes:
    """Return the picture of an own poster.

    Raises:
        NotFound: absent, removed, or somebody else's.
    """
    _upload, raw = files.read_upload(own_poster(poster_id, by=by).upload_id)
    return raw


@transaction.atomic
def remove_poster(*, by: Actor, poster_id: UUID) -> None:
    """Remove an own poster and its picture.

    Raises:
        NotFound: absent, removed before, or somebody else's.
    """
    row = own_poster(poster_id, by=by)
    _drop(row)
    organisation_id = row.person.branch_id
    audit.write(
        "reports.remove_poster",
        by=by,
        subject=("poster", row.id),
        organisation_id=organisation_id,
    )


@transaction.atomic
def follow_merge(kept_id: UUID, merged_id: UUID) -> None:
    """Give the posters of the merged row to the survivor. Safe to repeat.

    Of one topic the later one stays.
    """
    own = {row.topic_id: row for row in Poster.objects.filter(person_id=kept_id, removed_at=None)}
    for row in Poster.objects.select_for_update().filter(person_id=merged_id, removed_at=None):
        twin = own.get(row.topic_id)
        if twin is not None and twin.made_at >= row.made_at:
            _drop(row)
            continue
        if twin is not None:
            _drop(twin)
        row.person_id = kept_id
        row.save(update_fields=["person"])
