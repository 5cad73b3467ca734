from django.utils import translation
from django.utils.translation import gettext, pgettext

from tools import messages


def test_every_word_means_what_our_own_catalogues_say():
    other = {}
    with translation.override("zh-hans"):
        for catalogue in messages.catalogues("zh_Hans").values():
            for entry in catalogue:
                if entry.obsolete or entry.msgid_plural:
                    continue
                asked = (entry.msgctxt, entry.msgid) if entry.msgctxt else (entry.msgid,)
                said = pgettext(*asked) if entry.msgctxt else gettext(*asked)
                if said != entry.msgstr:
                    other[entry.msgid] = said
    assert other == {}
