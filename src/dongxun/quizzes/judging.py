"""Whether a draft can be asked, and whether an answer is right: pure functions."""

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from dongxun.kernel.errors import Text
from dongxun.quizzes.contracts import (
    LETTERS,
    LONGEST_OPTION,
    LONGEST_TAG,
    LONGEST_TEXT,
    LONGEST_WHY,
    MOST_OPTIONS,
    MOST_TAGS,
    Given,
    ItemDraft,
    Kind,
)

Fault = tuple[str, Text]
TRUE, FALSE = 0, 1
"""The places of right and wrong among the options of a judgement."""


_SPELT = {"<=": "≤", ">=": "≥", "!=": "≠", "≦": "≤", "≧": "≥", "⩽": "≤", "⩾": "≥"}
_SPELT |= {"−": "-", "–": "-", "—": "-", "〜": "-", "~": "-", "⁄": "/", "∶": ":", "*": "×"}
_THOUSANDS = re.compile(r"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))")
_POINT = re.compile(r"(?<=[0-9])[。·](?=[0-9])")
_COUNTS = re.compile(
    r"(?<=[0-9])[-.,:/+×÷](?=[0-9])"  # 3.5, 3/4, 15-20, 8:30
    r"|(?<![a-z0-9])[-±](?=[0-9])|(?<![^<>≤≥=≠])\.(?=[0-9])"  # -5, .5
    r"|(?<=[0-9])[%‰]|(?<=[0-9])[<>≤≥=≠]|[<>≤≥=≠](?=[-±.]?[0-9])"
)


def plain(words: str) -> str:
    """Return words as they are compared: half-width, small, without spaces and signs.

    Signs that make another number of digits stay: "3.5" is not "35", nor "-5" "5".
    """
    narrow = "".join(unicodedata.normalize("NFKC", words).casefold().split())
    spelt = narrow
    for written, sign in _SPELT.items():
        spelt = spelt.replace(written, sign)
    spelt = _THOUSANDS.sub("", _POINT.sub(".", spelt)).replace("、", ",")
    kept = {found.start() for found in _COUNTS.finditer(spelt)}
    return "".join(s for at, s in enumerate(spelt) if s.isalnum() or at in kept) or narrow


def labels(kind: str, options: Sequence[str]) -> list[str]:
    """Return the options of a question as they are drawn: behind letters, or right and wrong."""
    if kind == Kind.JUDGE:
        return [pgettext("judgement", "Right"), pgettext("judgement", "Wrong")]
    return [f"{letter}. {option}" for letter, option in zip(LETTERS, options, strict=False)]


def key_of(draft: ItemDraft) -> str:
    """Return what makes two questions the same one: their words and their options."""
    options = sorted(plain(option) for option in draft.options)
    said = "\x1f".join([plain(draft.text), *options])
    return hashlib.sha256(said.encode()).hexdigest()


def joined(tags: Sequence[str]) -> str:
    """Return tags as they are kept, each once."""
    clean = dict.fromkeys(tag.strip().replace("|", "") for tag in tags)
    found = [tag for tag in clean if tag]
    return f"|{'|'.join(found)}|" if found else ""


def faults(draft: ItemDraft) -> list[Fault]:
    """Return what a draft lacks, each with the field it is about."""
    bad: list[Fault] = []
    if not draft.text.strip():
        bad.append(("text", _("Write the question.")))
    elif len(draft.text.strip()) > LONGEST_TEXT:
        bad.append(("text", _("At most %(n)d characters.") % {"n": LONGEST_TEXT}))
    if len(draft.why.strip()) > LONGEST_WHY:
        bad.append(("why", _("At most %(n)d characters.") % {"n": LONGEST_WHY}))
    if len(draft.tags) > MOST_TAGS or any(len(tag) > LONGEST_TAG for tag in draft.tags):
        words = _("At most %(n)d tags of %(long)d characters each.")
        bad.append(("tags", words % {"n": MOST_TAGS, "long": LONGEST_TAG}))
    if draft.kind == Kind.FILL:
        return bad + _filled(draft)
    if draft.kind != Kind.JUDGE:
        bad += _options(draft.options)
    return bad + _right(draft)


def _filled(draft: ItemDraft) -> list[Fault]:
    if not [words for words in draft.accepted if words.strip()]:
        return [("right", _("Write the words that are right."))]
    if any(len(words) > LONGEST_OPTION for words in draft.accepted):
        return [("right", _("At most %(n)d characters.") % {"n": LONGEST_OPTION})]
    return []


def _options(options: Sequence[str]) -> list[Fault]:
    gap = next((n for n, one in enumerate(options[:MOST_OPTIONS]) if not one.strip()), None)
    if gap is not None:  # the letters behind it would name other options
        return [("options", _("Option %(letter)s is empty.") % {"letter": LETTERS[gap]})]
    if not 2 <= len(options) <= MOST_OPTIONS:
        words = _("Between %(low)s and %(high)s options.") % {"low": 2, "high": MOST_OPTIONS}
        return [("options", words)]
    if any(len(one.strip()) > LONGEST_OPTION for one in options):
        return [("options", _("At most %(n)d characters.") % {"n": LONGEST_OPTION})]
    if len({one.strip() for one in options}) < len(options):
        return [("options", _("Two options are the same."))]
    return []


def _right(draft: ItemDraft) -> list[Fault]:
    there = 2 if draft.kind == Kind.JUDGE else len(draft.options)
    right = set(draft.right)
    if not right:
        return [("right", _("Say which answer is right."))]
    if not right <= set(range(there)):
        return [("right", _("The right answer names an option that is not there."))]
    if draft.kind != Kind.MULTIPLE and len(right) > 1:
        return [("right", _("Only one answer can be right here."))]
    return []


def is_right(kind: str, right: Sequence[Any], given: Given) -> bool:
    """Return whether an answer is the right one: all right options and no other."""
    if kind == Kind.FILL:
        return plain(given.words) in {plain(words) for words in right}
    return set(given.options) == set(right)


def fits(kind: str, options: int, given: Given) -> bool:
    """Return whether an answer is one at all."""
    if kind == Kind.FILL:
        return 0 < len(given.words.strip()) <= LONGEST_OPTION
    there = 2 if kind == Kind.JUDGE else options
    most = there if kind == Kind.MULTIPLE else 1
    return 1 <= len(given.options) <= most and set(given.options) <= set(range(there))


def kept(kind: str, given: Given) -> list[Any]:
    """Return an answer as it is stored."""
    return [given.words.strip()] if kind == Kind.FILL else sorted(set(given.options))
