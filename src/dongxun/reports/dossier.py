"""The recipe of the dossier: every paper that belongs into it, then covers, index and sums."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dongxun.files import api as files
from dongxun.reports import home_study, hours, past, problems, queries, volunteering
from dongxun.reports.archive import Dossier
from dongxun.reports.away import AWAY
from dongxun.reports.contracts.documents import SECTION_OF
from dongxun.reports.gather import dossier as gather
from dongxun.reports.gather import persons, standings
from dongxun.reports.gather.sheets import Beat
from dongxun.reports.orders import Order
from dongxun.reports.recipes import PDF, RECIPES, XLSX, ZIP, Recipe
from dongxun.reports.typesetting import page_count

HOLDS = (
    ("03", "roster", (PDF, XLSX)),
    ("04", "plan", (PDF, XLSX)),
    ("05", "attendance", (PDF, XLSX)),
    ("05", "years", (XLSX,)),
    ("06", "open", (PDF, XLSX)),
    ("06", "makeup", (PDF,)),
    ("07", "home_study", (PDF, XLSX)),
    ("08", "away", (PDF, XLSX)),
    ("09", "issue", (PDF, XLSX)),
    ("09", "donations", (PDF, XLSX)),
    ("09", "leaflets", (XLSX,)),
    ("13", "duty_roster", (PDF, XLSX)),
    ("13", "hours", (PDF, XLSX)),
    ("14", "problems", (PDF, XLSX)),
)
DOCUMENT = "document"
PAPERS = {
    **RECIPES,
    **home_study.RECIPES,
    **AWAY,
    **volunteering.RECIPES,
    **hours.RECIPES,
    problems.RECIPE.key: problems.RECIPE,
}
"""Every paper but the dossier itself."""


def _item(order: Order, paper: str, form: str) -> Order:
    """Return the order of one paper inside, of the whole season up to its moment."""
    season = order.season
    return replace(order, paper=paper, form=form, first=season.starts_on, last=season.ends_on)


def keys(order: Order) -> list[str]:
    """Return the files to be: (section, paper, form, key, title), in their order."""
    found = [
        [SECTION_OF[line.kind], DOCUMENT, str(line.pages or ""), str(line.upload_id), line.name]
        for line in queries.documents(order.season.id, order.node.id, by=order.by)
    ]
    for section, paper, forms in HOLDS:
        recipe = PAPERS[paper]
        for form in forms:
            item = _item(order, paper, form)
            parts = recipe.keys(item)
            for key, title in zip(parts, _titles(recipe, item, len(parts)), strict=True):
                found.append([section, paper, form, key, title])
    return [json.dumps(item, ensure_ascii=False) for item in found]


def _titles(recipe: Recipe, order: Order, many: int) -> list[str]:
    """Return what the parts of a paper are called, each otherwise."""
    if many <= 1:
        return [recipe.name] * many
    names = recipe.called(order) if recipe.called else [""] * many
    often = Counter(names)
    return [
        f"{recipe.name}（{name if name and often[name] == 1 else f'{name}{number}'}）"
        for number, name in enumerate(names, 1)
    ]


def make(order: Order, key: str, target: Path, beat: Beat) -> None:
    """Write one of the files to be."""
    _section, paper, form, inner, _title = json.loads(key)
    if paper == DOCUMENT:
        target.write_bytes(files.read_upload(UUID(inner))[1])
        return
    PAPERS[paper].make(_item(order, paper, form), inner, target, beat)


def bind(order: Order, wanted: Sequence[str], parts: Sequence[Path], target: Path) -> None:
    """Put the files into their sections, and say what is missing."""
    imprint = order.imprint("党员名册、活动排期、签到与学习记录", standings.ONCE)
    with Dossier(
        target,
        season=order.season.name,
        organisation=order.node.name,
        definitions=standings.definition_version(),
        imprint=imprint,
    ) as dossier:
        for key, part in zip(wanted, parts, strict=True):
            if part.stat().st_size:
                _add(dossier, json.loads(key), part)
        for section in gather.sections(order):
            for gap in section.gaps:
                dossier.lack(section.number, gap.words)
        dossier.finish()


def _add(dossier: Dossier, item: Sequence[str], part: Path) -> None:
    section, paper, form, _inner, title = item
    if paper == DOCUMENT:
        pages = int(form) if form else None
        dossier.add(section, title, part, title=Path(title).stem, pages=pages)
        return
    pages = page_count(part.read_bytes()) if form == PDF else None
    dossier.add(section, f"{title}.{form}", part, title=title, pages=pages)


RECIPE = Recipe(
    key="dossier",
    name="冬训台账",
    title=_("Dossier"),
    about=_("Its sections with covers, index, sums and a list of what is missing."),
    icon="doc",
    forms=(ZIP,),
    keys=keys,
    make=make,
    size=persons.heads,
    at_once=-1,
    bind=bind,
)
BOOK = {**PAPERS, past.RECIPE.key: past.RECIPE, RECIPE.key: RECIPE}
"""Every recipe, the dossier and what other pages ask for with them."""
