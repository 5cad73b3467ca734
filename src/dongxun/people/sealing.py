"""How private values lie in the table: sealed for reading back, hashed for matching."""

import re
from functools import lru_cache
from typing import Final
from unicodedata import normalize

from dongxun.kernel import secret
from dongxun.people.models import PersonPrivate

PHONE, ID_NUMBER, ADDRESS, MATCH = "phone", "id_number", "address", "match"
_LOOSE: Final = re.compile(r"[\s\u00b7\u0387\u2022\u2027\u2219\u22c5\u30fb\uff65.。]+")


def phone_hash(phone: str) -> str:
    """Return what equal phone numbers share."""
    return secret.keyed_hash(phone, PHONE)


def id_hash(id_number: str) -> str:
    """Return what equal ID numbers share."""
    return secret.keyed_hash(id_number.upper(), ID_NUMBER)


def plain_name(name: str) -> str:
    """Return a name without what people type in different ways: blanks, dots, width, case."""
    return _LOOSE.sub("", normalize("NFKC", name)).casefold()


def match_hash(name: str, phone: str) -> str:
    """Return what a name with the phone's last four digits shares; empty without a phone."""
    return _hash_of(plain_name(name), phone)


def match_hashes(name: str, digits: str) -> set[str]:
    """Return the hashes to look for; those written before names were made plain, too."""
    typed = {plain_name(name), "".join(name.split()), " ".join(name.split())}
    return {_hash_of(each, digits) for each in typed} - {""}


def _hash_of(name: str, phone: str) -> str:
    return secret.keyed_hash(f"{name}|{phone[-4:]}", MATCH) if phone else ""


def put_phone(row: PersonPrivate, name: str, phone: str) -> None:
    """Write a phone number into a row, unsaved."""
    row.phone = secret.seal(phone, PHONE)
    row.phone_hash = phone_hash(phone)
    row.match = match_hash(name, phone)


def put_id_number(row: PersonPrivate, id_number: str) -> None:
    """Write an ID number into a row, unsaved."""
    row.id_number = secret.seal(id_number, ID_NUMBER)
    row.id_hash = id_hash(id_number)


def phone_of(row: PersonPrivate) -> str:
    """Return the phone number of a row."""
    return secret.unseal(row.phone, PHONE)


@lru_cache(maxsize=8192)
def _initial(character: str) -> str:
    from pypinyin import Style, lazy_pinyin  # large, and seldom needed

    return lazy_pinyin(character, style=Style.FIRST_LETTER)[0][:1].lower()


def initials(name: str) -> str:
    """Return the letters a person types to find a name: 林小满 → lxm."""
    return "".join(_initial(character) for character in name[:40])[:40]
