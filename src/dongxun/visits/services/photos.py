"""Photos taken at a door: in pieces, in any order, once; sealed when whole."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dongxun.access.contracts import LinkPurpose
from dongxun.files import api as files
from dongxun.kernel import audit, clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Invalid, NotFound
from dongxun.kernel.rules import allows
from dongxun.visits.models import VISITORS, Photo, PhotoPart, Stop

MOST_BYTES = 400 * 1024
MOST_PIECE = 128 * 1024
MOST_PHOTOS = 6
JPEG, END = b"\xff\xd8\xff", b"\xff\xd9"


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a picture, and what the picture is."""

    stop_id: UUID
    size: int
    offset: int
    body: bytes
    taken_at: datetime
    consent: bool


@dataclass(frozen=True, slots=True)
class Arrived:
    """How much of a picture is here, counted from its beginning without a gap."""

    received: int
    whole: bool


def door_of(stop_id: UUID, *, by: Actor) -> Stop:
    """Return a stop at which the actor may record.

    Raises:
        NotFound: absent, or not this actor's.
    """
    found = Stop.objects.select_related("round__organisation", "person", "branch")
    stop = found.prefetch_related(*VISITORS).filter(id=stop_id).first()
    if stop is None or not allows("visits.record_visit", by, stop.rounds):
        raise NotFound
    return stop


def arrived(photo_id: UUID, *, by: Actor) -> Arrived:
    """Return how far a picture has come; nothing of it yet is no error.

    Raises:
        NotFound: it belongs to a door that is not this actor's.
    """
    photo = Photo.objects.filter(id=photo_id).first()
    if photo is None:
        if by.is_account or by.linked(LinkPurpose.VISITOR):
            return Arrived(0, whole=False)
        raise NotFound
    door_of(photo.stop_id, by=by)
    return _state(photo)


def _state(photo: Photo) -> Arrived:
    if photo.whole_at is not None:
        return Arrived(photo.size, whole=True)
    received = 0
    for offset, body in photo.parts.order_by("offset").values_list("offset", "body"):
        if offset > received:
            break
        received = max(received, offset + len(bytes(body)))
    return Arrived(min(received, photo.size), whole=False)


@transaction.atomic
def keep_piece(*, by: Actor, photo_id: UUID, piece: Piece) -> Arrived:
    """Keep a piece of a picture; the last one makes it whole. Safe to repeat, in any order.

    A photo never decides whether a visit counts.

    Raises:
        NotFound: the door is not this actor's.
        Invalid: nobody agreed to it, too large, no picture, or too many of one door.
    """
    stop = door_of(piece.stop_id, by=by)
    _check(piece)
    photo = _row(photo_id, piece, stop)
    if photo.whole_at is not None:
        return _state(photo)
    PhotoPart.objects.get_or_create(photo=photo, offset=piece.offset, defaults={"body": piece.body})
    here = _state(photo)
    if here.received < photo.size:
        return here
    _finish(photo, by, stop)
    return _state(photo)


def _check(piece: Piece) -> None:
    if not piece.consent:
        raise Invalid(_("Nobody agreed to this photo; it was not taken."), where="consent")
    if not 0 < piece.size <= MOST_BYTES or len(piece.body) > MOST_PIECE:
        words = _("A photo has at most %(n)d KB.") % {"n": MOST_BYTES // 1024}
        raise Invalid(words, where="size")
    if not 0 <= piece.offset <= piece.size - len(piece.body) or not piece.body:
        raise Invalid(_("A piece of the photo does not fit."), where="offset")


def _row(photo_id: UUID, piece: Piece, stop: Stop) -> Photo:
    known = Photo.objects.select_for_update().filter(id=photo_id).first()
    if known is not None:
        if (known.stop_id, known.size) != (stop.id, piece.size):
            raise Invalid(_("A piece of the photo does not fit."), where="size")
        return known
    if Photo.objects.filter(stop=stop).count() >= MOST_PHOTOS:
        words = _("At most %(n)d photos a visit.") % {"n": MOST_PHOTOS}
        raise Invalid(words, where="photo")
    return Photo.objects.create(
        id=photo_id,
        stop=stop,
        taken_at=piece.taken_at,
        consent=piece.consent,
        size=piece.size,
        begun_at=clock.now(),
    )


def _finish(photo: Photo, by: Actor, stop: Stop) -> None:
    whole = bytearray()
    for offset, body in photo.parts.order_by("offset").values_list("offset", "body"):
        whole[offset : offset + len(bytes(body))] = bytes(body)
    picture = bytes(whole[: photo.size])
    if not picture.startswith(JPEG) or END not in picture[-64:]:
        raise Invalid(_("This is no photo."), where="photo")
    kept = files.keep_bytes([picture])
    photo.path, photo.sha256, photo.whole_at = kept.path, kept.sha256, clock.now()
    photo.save(update_fields=["path", "sha256", "whole_at"])
    photo.parts.all().delete()
    audit.write(
        "visits.keep_photo",
        by=by,
        subject=("visit", stop.id),
        organisation_id=stop.round.organisation_id,
    )


@transaction.atomic
def open_photo(*, by: Actor, photo_id: UUID) -> bytes:
    """Return a whole picture to an organiser; the looking is written down.

    Raises:
        NotFound: absent, not whole, or not this actor's.
    """
    photo = Photo.objects.select_related("stop__round__organisation").filter(id=photo_id).first()
    if photo is None or not photo.path or not by.reaches(photo.stop.round.organisation.lft):
        raise NotFound
    audit.write(
        "visits.open_photo",
        by=by,
        subject=("visit", photo.stop_id),
        organisation_id=photo.stop.round.organisation_id,
    )
    return files.read_bytes(photo.path)
