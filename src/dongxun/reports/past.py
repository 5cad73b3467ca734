"""The recipe of a past day as known now; its page asks for it, not the list of papers."""

from pathlib import Path

from django.utils.translation import gettext_lazy as _

from dongxun.reports.gather import past as gather
from dongxun.reports.gather import standings
from dongxun.reports.gather.sheets import Beat
from dongxun.reports.orders import Order
from dongxun.reports.recipes import XLSX, Recipe, always
from dongxun.reports.workbooks import past as workbooks


def _make(order: Order, _key: str, target: Path, beat: Beat) -> None:
    names = gather.changed_names(order, beat)
    workbooks.past_day(target, gather.book(order), names, standings.definitions(order))


RECIPE = Recipe(
    key="known_now",
    name="按现在所知",
    title=_("A past day, as known now"),
    about=_("Both sides of the day, what the difference is made of, and whose records changed."),
    icon="rotate",
    forms=(XLSX,),
    keys=always,
    make=_make,
    size=gather.changed_count,
    at_once=5_000,
)
