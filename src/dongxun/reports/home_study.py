"""The recipes of 送学上门记录表: as the record has it, and blank for the rounds to come."""

import json
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dongxun.reports.gather import visits as gather
from dongxun.reports.gather.sheets import Beat
from dongxun.reports.orders import Order
from dongxun.reports.papers import visits as papers
from dongxun.reports.recipes import PDF, XLSX, Keys, Make, Recipe, always, table
from dongxun.reports.workbooks import visits as workbooks

ROUNDS_A_PART = 15


def _recipe(key: str, name: str, title: Promise, about: Promise, *, blank: bool) -> Recipe:
    def ids(order: Order) -> list[str]:
        return [str(one) for one in gather.round_ids(order, blank=blank)]

    return Recipe(
        key=key,
        name=name,
        title=title,
        about=about,
        icon="door",
        forms=(PDF, XLSX),
        keys=_parts(ids),
        make=_maker(blank=blank),
        size=lambda order: len(ids(order)),
        at_once=ROUNDS_A_PART,
        dated=True,
    )


def _parts(ids: Callable[[Order], list[str]]) -> Callable[[Order], Keys]:
    def parts(order: Order) -> Keys:
        found = ids(order)
        if order.form == XLSX:
            return always(order) if found else []
        step = ROUNDS_A_PART
        return [json.dumps(found[at : at + step]) for at in range(0, len(found), step)]

    return parts


def _maker(*, blank: bool) -> Make:
    def make(order: Order, key: str, target: Path, beat: Beat) -> None:
        beat()
        if order.form == XLSX:
            workbooks.home_study(target, gather.book(order), gather.rows(order, blank=blank))
            return
        found = gather.sheets(order, [UUID(one) for one in json.loads(key)], blank=blank)
        target.write_bytes(papers.home_study(found).pdf)

    return make


RECIPES = table(
    _recipe(
        "home_study",
        "送学上门记录表",
        _("Record sheets of study at home"),
        _("Every round held in the period: who was visited, what was taught, who signed."),
        blank=False,
    ),
    _recipe(
        "home_study_blank",
        "送学上门记录表（空表）",
        _("Blank record sheets of study at home"),
        _("Every open round of the period with its homes, to be written on at the door."),
        blank=True,
    ),
)
