"""How private values lie in the table: sealed for reading back, hashed for matching."""

from functools import lru_cache

from dongxun.kernel import secret
from dongxun.people.models import PersonPrivate

PHONE, ID_NUMBER, ADDRESS, MATCH = "phone", "id_number", "address", "match"


def phone_hash(phone: str) -> str:
    """Return what equal phone numbers share."""
    return secret.keyed_hash(phone, PHONE)


def id_hash(id_number: str) -> str:
    """Return what equal ID numbers share."""
    return secret.keyed_hash(id_number.upper(), ID_NUMBER)


def match_hash(name: str, phone: str) -> str:
    """Return what a name with the phone's last four digits shares; empty without a phone."""
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
