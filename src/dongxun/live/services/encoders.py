"""What the gateway tells us: an encoder began, is there, is gone, has left a recording."""

from datetime import datetime, timedelta
from pathlib import Path

from django.db import transaction

from dongxun.kernel import clock, secret
from dongxun.kernel.errors import Conflict, NotFound
from dongxun.live import gateway
from dongxun.live.contracts import MOST_HOURS, STALE_S, ClassState, EventKind, Source
from dongxun.live.models import LiveClass
from dongxun.live.queries import (
    KEY,
    SYSTEM,
    begun_at,
    has_picture,
    rehearsed_since,
    shut_out,
)
from dongxun.live.services.replay import begin_replay, find_recordings
from dongxun.live.services.rows import held, tell


def _class_of(key: str) -> LiveClass:
    """Return the class whose key an encoder shows, held.

    Raises:
        NotFound: no class has it.
    """
    rows = LiveClass.objects.select_for_update().filter(key_hash=secret.keyed_hash(key, KEY))
    row = rows.filter(source=Source.ENCODER).first() if key else None
    if row is None:
        raise NotFound
    return row


def _may_go_on(row: LiveClass) -> bool:
    if row.state == ClassState.OVER:
        return False
    if row.state == ClassState.READY:
        return not shut_out(row)
    begun = begun_at(row)
    return begun is None or clock.now() - begun < timedelta(hours=MOST_HOURS)


@transaction.atomic
def encoder_came(*, key: str, client: str) -> None:
    """Let an encoder in: one at a time, none once the class is over, to rehearse for some hours.

    Raises:
        NotFound: no class has this key.
        Conflict: another encoder sends already, the class is over, or far off still.
    """
    row = _class_of(key)
    if row.state == ClassState.READY:  # a rehearsal says nothing of how long the class lasts
        row.picture_at = rehearsed_since(row)
    if not _may_go_on(row):
        raise Conflict
    if has_picture(row) and row.encoder != client:
        raise Conflict
    _welcome(row, client)


def _welcome(row: LiveClass, client: str) -> None:
    row.encoder, row.encoder_seen_at = client, clock.now()
    row.picture_at, row.picture_lost_at = row.picture_at or row.encoder_seen_at, None
    row.save(update_fields=["encoder", "encoder_seen_at", "picture_at", "picture_lost_at"])
    tell(row, EventKind.PICTURE, lost="")


@transaction.atomic
def encoder_is_there(*, key: str, client: str) -> None:
    """Note that the encoder still sends.

    Raises:
        NotFound: no class has this key.
        Conflict: the class is over, lasts too long, or another encoder took its place.
    """
    row = _class_of(key)
    if not _may_go_on(row) or row.encoder not in {"", client}:
        raise Conflict
    if not row.encoder:  # it was missed, for nothing was heard of it
        _welcome(row, client)
        return
    row.encoder_seen_at = clock.now()
    row.save(update_fields=["encoder_seen_at"])


@transaction.atomic
def encoder_went(*, key: str, client: str) -> None:
    """Note that the encoder is gone; pages are told that the picture is missing.

    One that was not let in changes nothing.
    """
    row = _class_of(key)
    if row.encoder == client:
        _miss(row, clock.now())


def miss_pictures(*, begins: bool = False) -> None:
    """Tell pages of the pictures whose camera is not heard of: a gateway that was killed says nothing.

    Where the gateway ``begins``, no camera is there, and each may come at once. Safe to repeat; a
    camera that is heard of again is welcome.
    """
    rows = LiveClass.objects.exclude(encoder="")
    if not begins:
        rows = rows.filter(encoder_seen_at__lt=clock.now() - timedelta(seconds=STALE_S))
    for live_id in list(rows.values_list("id", flat=True)):
        with transaction.atomic():
            row = held(live_id)
            if row.encoder and (begins or not has_picture(row)):
                _miss(row, row.encoder_seen_at or clock.now())


def _miss(row: LiveClass, since: datetime) -> None:
    row.encoder, row.picture_lost_at = "", since
    row.save(update_fields=["encoder", "picture_lost_at"])
    if row.state == ClassState.OVER:
        gateway.hide(row.session_id)  # a page may have been asked for while the class ended
        find_recordings(row)  # the word of one may have been lost
    else:
        tell(row, EventKind.PICTURE, lost=since.isoformat())
    begin_replay(row, by=SYSTEM)


@transaction.atomic
def recording_lies_there(*, key: str, path: str) -> None:
    """Keep the name of a recording that the gateway has finished; safe to repeat.

    One that ends before the class is on air is a rehearsal and belongs to no replay. Where a
    recording was brought because ours did not come, that one stays.
    """
    row, name = _class_of(key), Path(path).name
    lies = gateway.folder() / "recordings" / name
    if row.state == ClassState.READY or name in row.recordings:
        return
    if lies.is_file() and lies.stat().st_size:
        was_brought = row.replay_id is not None and not row.recordings
        row.recordings, row.replay_job_id = [*row.recordings, name], None
        row.save(update_fields=["recordings", "replay_job_id"])
        if not was_brought:
            begin_replay(row, by=SYSTEM)
