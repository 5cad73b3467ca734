"""What packs are made of, and new editions of what lies in them."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dongxun.kernel import audit, clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Conflict, Invalid, NotFound
from dongxun.kernel.rows import wanted_row
from dongxun.packs.contracts import Content, PackKind
from dongxun.packs.models import Article, Pack, PackContent
from dongxun.packs.services.shared import managed, open_season

_MOST = 1_000


@transaction.atomic
def save_pack(
    *,
    by: Actor,
    season_id: UUID,
    organisation_id: UUID,
    name: str,
    kind: PackKind,
    contents: Sequence[Content],
    spec: str = "",
    note: str = "",
    pack_id: UUID | None = None,
) -> UUID:
    """Define a pack, or change one; lists that were issued keep what lay in them.

    Raises:
        NotFound: season, unit, pack or an article are absent or elsewhere.
        SeasonClosed.
        Invalid: no name, nothing inside, or not a number of pieces.
        Conflict: another pack of the unit has this name.
    """
    season = open_season(season_id, by=by)
    node = managed(organisation_id, by=by)
    name = name.strip()[:80]
    _check(name, contents, node.interval.lft)
    others = Pack.objects.filter(season_id=season.id, organisation_id=node.id, name=name)
    if (others.exclude(id=pack_id) if pack_id else others).exists():
        raise Conflict(_("Another pack has this name."), where="name")
    now = clock.now()
    row = own_pack(pack_id, by=by) if pack_id else Pack(created_at=now, season_id=season.id)
    row.organisation_id = row.organisation_id or node.id
    row.name, row.kind = name, kind
    row.spec, row.note = spec.strip()[:80], note.strip()[:300]
    row.save()
    row.contents.all().delete()
    PackContent.objects.bulk_create(
        PackContent(pack=row, article_id=c.article_id, quantity=c.quantity, order=number)
        for number, c in enumerate(contents)
    )
    audit.write(
        "packs.save_pack", by=by, subject=("pack", row.id), organisation_id=row.organisation_id
    )
    return row.id


def _check(name: str, contents: Sequence[Content], lft: int) -> None:
    problems = []
    if not name:
        problems.append(("name", _("Give the pack a name.")))
    if not contents:
        problems.append(("contents", _("Say what lies in it.")))
    if any(not 1 <= c.quantity <= _MOST for c in contents):
        problems.append(("contents", _("Each from 1 to 1,000.")))
    keys = [c.article_id for c in contents]
    if len(set(keys)) != len(keys):
        problems.append(("contents", _("Each article once.")))
    if problems:
        raise Invalid(details=problems)
    known = Article.objects.filter(
        id__in=keys, organisation__lft__lte=lft, organisation__rgt__gte=lft
    )
    if known.count() != len(keys):
        raise NotFound


def own_pack(pack_id: UUID, *, by: Actor) -> Pack:
    """Return a pack that ``by`` looks after.

    Raises:
        NotFound: absent or elsewhere.
    """
    row = wanted_row(Pack.objects.filter(id=pack_id))
    managed(row.organisation_id, by=by)
    return row


@transaction.atomic
def release_edition(*, by: Actor, article_id: UUID, what_is_new: str) -> UUID:
    """Bring out a new edition of a document: packs hold it from now on. Safe to repeat at once.

    Lists that were issued keep the old one, so it is known who has which. Drafts take
    the new one. An edition that has been replaced answers with the one after it.

    Raises:
        NotFound: absent or elsewhere.
        Invalid: it is not said what is new.
    """
    old = wanted_row(Article.objects.select_for_update().filter(id=article_id))
    node = managed(old.organisation_id, by=by)
    if not what_is_new.strip():
        raise Invalid(details=[("what_is_new", _("Say what is new in it."))])
    after = Article.objects.filter(replaces=old).first()
    if after is not None:
        return after.id
    new = Article.objects.create(
        organisation_id=old.organisation_id,
        kind=old.kind,
        title=old.title,
        spec=old.spec,
        unit=old.unit,
        batch=old.batch,
        edition=old.edition + 1,
        replaces=old,
        what_is_new=what_is_new.strip()[:200],
        created_at=clock.now(),
    )
    PackContent.objects.filter(article=old).update(article=new)
    audit.write(
        "packs.release_edition",
        by=by,
        subject=("article", new.id),
        organisation_id=node.id,
        edition=new.edition,
    )
    return new.id
