"""What two spellings of one organisation's name share."""

import re

_PREFIX = re.compile(r"^(中国共产党|中共)")
_SUFFIX = re.compile(
    r"(支部委员会|总支部委员会|党总支部|党总支|党支部|总支部|总支|支部|委员会|党委|党组)$"
)
_NOISE = re.compile(r"[\s()（）\-—_·.,，、/|>→:：]+")


def name_key(text: str) -> str:
    """Return a name without what people leave out or add: spaces, brackets, 中共."""
    return _PREFIX.sub("", _NOISE.sub("", text))


def name_stem(text: str) -> str:
    """Return the key without 党支部 and its like at the end."""
    return _SUFFIX.sub("", name_key(text)) or name_key(text)
