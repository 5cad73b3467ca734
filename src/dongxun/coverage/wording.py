"""The words of a definition, changed by the training office; what is counted stays."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from dongxun.coverage.definitions import PARTS, definition
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Invalid, NotFound, Text
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonRules, Wording

LANGUAGES: Final = {"zh": "zh-hans", "en": "en"}
IN_LANGUAGE: Final = {"zh": _("in Chinese"), "en": _("in English")}
LONGEST: Final = 400
FIELDS: Final = tuple(f"{part}_{language}" for part in PARTS for language in LANGUAGES)


def usual_words(key: str) -> dict[str, str]:
    """Return the usual words of a definition, by ``<part>_<language>``.

    Raises:
        NotFound: there is no such figure.
    """
    try:
        row = definition(key)
    except KeyError as error:
        raise NotFound from error
    found: dict[str, str] = {}
    for short, language in LANGUAGES.items():
        with override(language):
            found |= {f"{part}_{short}": str(getattr(row, part)) for part in PARTS}
    return found


def own_words(key: str, rules: SeasonRules) -> dict[str, str]:
    """Return the words of a definition that a season has of its own, as :func:`usual_words`."""
    found = [one for one in rules.wordings if one.key == key]
    both = {f"{one.part}_{name}": getattr(one, name) for one in found for name in LANGUAGES}
    return {name: text for name, text in both.items() if text}


def word_definition(*, by: Actor, season_id: UUID, key: str, words: Mapping[str, str]) -> None:
    """Say a definition in other words; the usual ones, or none, leave a part as it is usually said.

    Args:
        words: by ``<part>_<language>``; what is left out gets the usual words back.

    Raises:
        NotAllowed, SeasonClosed.
        NotFound: no such season or figure.
        Invalid: words that are too long, by field.
    """
    usual = usual_words(key)
    said = {name: " ".join(words.get(name, "").split()) for name in FIELDS}
    bad: list[tuple[str, Text]] = [
        (name, _("At most %(most)s characters.") % {"most": LONGEST})
        for name, text in said.items()
        if len(text) > LONGEST
    ]
    if bad:
        raise Invalid(details=bad)
    kept = {name: "" if text == usual[name] else text for name, text in said.items()}
    lines = [Wording(key, part, kept[f"{part}_zh"], kept[f"{part}_en"]) for part in PARTS]
    seasons.set_wordings(by=by, season_id=season_id, key=key, words=lines)
