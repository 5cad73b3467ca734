"""What a sound is, by its content: what telephones record and play."""

from dongxun.kernel.ranges import Content

_LOOKED_AT = 4096


def sound_type(raw: Content, *, is_known: bool = False) -> str:
    """Return the type of a sound by its content, "" for anything else.

    Args:
        is_known: it was looked at whole before, so that its beginning tells enough.
    """
    head = raw[:_LOOKED_AT]
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return "audio/wav"
    if head[:4] == b"OggS":
        heard = any(mark in head[:200] for mark in (b"OpusHead", b"vorbis"))
        return "audio/ogg" if heard else ""
    if head[:4] == b"\x1aE\xdf\xa3":
        return "audio/webm" if b"webm" in head and b"A_OPUS" in head and b"V_VP" not in head else ""
    if head[4:8] == b"ftyp":
        whole = b"soun" if is_known else raw[:]
        return "audio/mp4" if b"soun" in whole and b"vide" not in whole else ""
    if head[:3] == b"ID3" and len(head) > 10:
        tag = sum((head[9 - place] & 0x7F) << (7 * place) for place in range(4))
        after = raw[10 + tag : 10 + tag + _LOOKED_AT]
        found = (_frame(after[at : at + 4]) for at in range(len(after)))
        return next(filter(None, found), "")
    return _frame(head[:4])


def _frame(head: bytes) -> str:
    """Return what a frame's first bytes say: MP3, AAC, or nothing."""
    if len(head) < 4 or head[0] != 0xFF:
        return ""
    if head[1] & 0xF6 == 0xF0:
        return "audio/aac"
    is_layer_3 = head[1] & 0xE6 == 0xE2
    has_rates = head[2] & 0xF0 not in {0x00, 0xF0} and head[2] & 0x0C != 0x0C
    return "audio/mpeg" if is_layer_3 and has_rates else ""
