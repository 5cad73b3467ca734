"""Rows of the credit table: added, named, taken out."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dongxun.kernel import audit
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Conflict, Invalid, NotFound, Text
from dongxun.kernel.ids import new_id
from dongxun.seasons import parameters as settings
from dongxun.seasons.contracts import CreditTable
from dongxun.seasons.models import CreditRule, Season
from dongxun.seasons.services.versions import need_reason, open_season, record
from dongxun.seasons.uses import credit_uses


class CreditInUse(Conflict):
    """A row of the credit table that something counts by cannot be taken out."""

    code = "credit_in_use"


@transaction.atomic
def write_credit_row(
    *,
    by: Actor,
    season_id: UUID,
    table: CreditTable,
    label_zh: str,
    label_en: str = "",
    reason: str = "",
) -> str:
    """Add a way of learning to the credit table, or change one that was added; return its code.

    Args:
        table: with an empty ``format`` it is new; without an English name the Chinese one is
            shown in English, too.

    Raises:
        NotAllowed, SeasonClosed.
        NotFound: no season, or no row of this code that was added.
        Invalid: what does not fit, by field; a running season wants a reason.
    """
    season = open_season(season_id, by=by)
    reason = need_reason(season, reason)
    row = _own_row(season, table.format)
    names = {"label_zh": label_zh.strip(), "label_en": label_en.strip() or label_zh.strip()}
    _check(season, row, names, table)
    for name, value in names.items():
        setattr(row, name, value)
    row.method, row.hours, row.minutes_an_hour = table.method, table.hours, table.minutes_an_hour
    row.steps = [[minutes, str(hours)] for minutes, hours in table.steps]
    row.save()
    _note(season, "seasons.write_credit_row", by=by, reason=reason)
    return row.format


def _own_row(season: Season, code: str) -> CreditRule:
    if not code:
        return CreditRule(season=season, format=f"own{new_id().hex[-12:]}")
    row = season.credit_rules.filter(format=code).first()
    if row is None or code in settings.USUAL_FORMATS:
        raise NotFound
    return row


def _check(season: Season, row: CreditRule, names: dict[str, str], table: CreditTable) -> None:
    bad: list[tuple[str, Text]] = []
    for name, most in (("label_zh", 40), ("label_en", 60)):
        if not names["label_zh"] or len(names[name]) > most:
            words = _("Between %(low)s and %(high)s characters.") % {"low": 1, "high": most}
            bad.append((name, words))
    others = season.credit_rules.exclude(pk=row.pk)
    if others.filter(label_zh=names["label_zh"]).exists():
        bad.append(("label_zh", _("This way of learning is there already.")))
    if row.pk is None and others.count() >= settings.MOST_FORMATS:
        words = _("At most %(most)s ways of learning.") % {"most": settings.MOST_FORMATS}
        bad.append(("label_zh", words))
    try:
        settings.check_credit([replace(table, format=row.format)])
    except Invalid as error:
        bad += [(where.rpartition(".")[2], words) for where, words in error.details]
    if bad:
        raise Invalid(details=bad)


@transaction.atomic
def remove_credit_row(*, by: Actor, season_id: UUID, code: str, reason: str = "") -> None:
    """Take a row out of the credit table. Safe to repeat.

    Raises:
        NotAllowed, NotFound, SeasonClosed.
        CreditInUse: records count by it, something is planned by it, or rooms write by it.
        Invalid: a running season wants a reason.
    """
    season = open_season(season_id, by=by)
    if uses := credit_uses(season_id, code):
        raise CreditInUse(_joined(uses))
    reason = need_reason(season, reason)
    if season.credit_rules.filter(format=code).delete()[0]:
        _note(season, "seasons.remove_credit_row", by=by, reason=reason)


def _joined(uses: Sequence[Text]) -> str:
    return " ".join(map(str, uses))


def _note(season: Season, action: str, *, by: Actor, reason: str) -> None:
    changed = record(season, by=by, reason=reason)
    audit.write(
        action,
        by=by,
        subject=("season", season.id),
        organisation_id=season.root_id,
        reason=reason,
        changed=changed,
    )
