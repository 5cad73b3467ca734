import hashlib
import re
import unicodedata

from django.db import migrations, models

_SPELT = {"<=": "≤", ">=": "≥", "!=": "≠", "≦": "≤", "≧": "≥", "⩽": "≤", "⩾": "≥"}
_SPELT |= {"−": "-", "–": "-", "—": "-", "〜": "-", "~": "-", "⁄": "/", "∶": ":", "*": "×"}
_THOUSANDS = re.compile(r"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))")
_POINT = re.compile(r"(?<=[0-9])[。·](?=[0-9])")
_COUNTS = re.compile(
    r"(?<=[0-9])[-.,:/+×÷](?=[0-9])"  # 3.5, 3/4, 15-20, 8:30
    r"|(?<![a-z0-9])[-±](?=[0-9])|(?<![^<>≤≥=≠])\.(?=[0-9])"  # -5, .5
    r"|(?<=[0-9])[%‰]|(?<=[0-9])[<>≤≥=≠]|[<>≤≥=≠](?=[-±.]?[0-9])"
)


def _plain(words: str) -> str:
    """Return words as they were compared when this was written."""
    narrow = "".join(unicodedata.normalize("NFKC", words).casefold().split())
    spelt = narrow
    for written, sign in _SPELT.items():
        spelt = spelt.replace(written, sign)
    spelt = _THOUSANDS.sub("", _POINT.sub(".", spelt)).replace("、", ",")
    kept = {found.start() for found in _COUNTS.finditer(spelt)}
    return "".join(s for at, s in enumerate(spelt) if s.isalnum() or at in kept) or narrow


def _key_of(text, options):
    said = "\x1f".join([_plain(text), *sorted(_plain(option) for option in options)])
    return hashlib.sha256(said.encode()).hexdigest()


def keys_anew(apps, schema_editor):
    """Tell apart what is told apart from now on, such as 1.5 and 15.

    What differed before differs still, so no two questions meet under one key. How keys are made
    is written down here, for it may change again.
    """
    versions = apps.get_model("quizzes", "Version").objects.select_related("item")
    for one in versions.filter(number=models.F("item__number")):
        key = _key_of(one.text, one.options)
        if key != one.item.key:
            one.item.key = key
            one.item.save(update_fields=["key"])


class Migration(migrations.Migration):
    dependencies = [("quizzes", "0003_surveys_and_replies")]
    operations = [migrations.RunPython(keys_anew, migrations.RunPython.noop)]
