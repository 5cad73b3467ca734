"""What a sound is, by its content: what telephones record and play."""

_LOOKED_AT = 4096


def sound_type(raw: bytes) -> str:
    """Return the type of a sound by its content, "" for anything else."""
    if raw[:4] == b"RIFF" and raw[8:12] == b"WAVE":
        return "audio/wav"
    if raw[:4] == b"OggS":
        heard = any(mark in raw[:200] for mark in (b"OpusHead", b"vorbis"))
        return "audio/ogg" if heard else ""
    if raw[:4] == b"\x1aE\xdf\xa3":
        head = raw[:_LOOKED_AT]
        return "audio/webm" if b"webm" in head and b"A_OPUS" in head and b"V_VP" not in head else ""
    if raw[4:8] == b"ftyp":
        return "audio/mp4" if b"soun" in raw and b"vide" not in raw else ""
    if raw[:3] == b"ID3" and len(raw) > 10:
        tag = sum((raw[9 - place] & 0x7F) << (7 * place) for place in range(4))
        after = raw[10 + tag : 10 + tag + _LOOKED_AT]
        found = (_frame(after[at : at + 4]) for at in range(len(after)))
        return next(filter(None, found), "")
    return _frame(raw[:4])


def _frame(head: bytes) -> str:
    """Return what a frame's first bytes say: MP3, AAC, or nothing."""
    if len(head) < 4 or head[0] != 0xFF:
        return ""
    if head[1] & 0xF6 == 0xF0:
        return "audio/aac"
    is_layer_3 = head[1] & 0xE6 == 0xE2
    has_rates = head[2] & 0xF0 not in {0x00, 0xF0} and head[2] & 0x0C != 0x0C
    return "audio/mpeg" if is_layer_3 and has_rates else ""
