"""The recipe of hours by calendar year."""

from pathlib import Path

from django.utils.translation import gettext_lazy as _

from dongxun.reports.gather import persons, standings
from dongxun.reports.gather.sheets import Beat
from dongxun.reports.orders import Order
from dongxun.reports.recipes import XLSX, Recipe, table, whole
from dongxun.reports.workbooks import years as workbooks


def _make(order: Order, _key: str, target: Path, beat: Beat) -> None:
    rows = standings.ledger_rows(order, beat)
    workbooks.hours_by_year(target, standings.year_book(order), rows)


RECIPES = table(
    Recipe(
        key="years",
        name="分年学时",
        title=_("Hours by calendar year"),
        about=_("Each person's hours of every year of the season, what they owe and what lacks."),
        icon="clock",
        forms=(XLSX,),
        keys=whole,
        make=_make,
        size=persons.heads,
        at_once=1_000,
    ),
)
