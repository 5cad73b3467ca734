import struct
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from dongxun.files import images


def segment(marker, body):
    return struct.pack(">HH", marker, len(body) + 2) + body


def exif(turned):
    entries = struct.pack(">HHIHH", 0x0112, 3, 1, turned, 0)
    entries += struct.pack(">HHII", 0x8825, 4, 1, 99)
    return b"Exif\0\0MM\0*" + struct.pack(">IH", 8, 2) + entries + b"\0\0\0\0GPS-32.0-121.0"


def photo(turned=1):
    return (
        b"\xff\xd8"
        + segment(0xFFE0, b"JFIF\0\1\1\0\0\1\0\1\0\0")
        + segment(0xFFE1, exif(turned))
        + segment(0xFFFE, b"made by a phone")
        + segment(0xFFDB, b"\0" * 65)
        + segment(0xFFDA, b"\1\1\0\0\x3f\0")
        + b"picture\xff\xd9"
    )


def upload():
    return SimpleUploadedFile("路灯.jpg", photo(), content_type="image/jpeg")


def png():
    def chunk(kind, body):
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    return (
        images.PNG
        + chunk(b"IHDR", b"\0\0\0\1\0\0\0\1\x08\2\0\0\0")
        + chunk(b"tEXt", b"Author\0me")
        + chunk(b"IDAT", zlib.compress(b"\0\0\0\0"))
        + chunk(b"IEND", b"")
    )


def test_place_time_and_device_do_not_stay_in_a_photo():
    clean = images.clean(photo())
    assert b"GPS" not in clean
    assert b"phone" not in clean
    assert clean.endswith(b"picture\xff\xd9")
    assert b"JFIF" in clean


def test_which_way_is_up_stays():
    clean = images.clean(photo(turned=6))
    assert b"GPS" not in clean
    assert struct.pack(">HHIHH", 0x0112, 3, 1, 6, 0) in clean
    assert images.clean(clean) == clean


def test_a_png_loses_its_texts():
    clean = images.clean(png())
    assert b"Author" not in clean
    assert images.content_type(clean) == "image/png"


@pytest.mark.parametrize(
    "raw", [b"", b"GIF89a", photo()[:40], png()[:-6], b"\xff" * 20, images.JPEG]
)
def test_what_is_no_whole_picture_is_refused_in_words(raw):
    with pytest.raises(images.PictureRefused):
        images.clean(raw)


def test_a_small_picture_that_is_drawn_enormous_is_refused():
    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    body = struct.pack(">I", len(head)) + b"IHDR" + head + struct.pack(">I", 0)
    frame = segment(0xFFC0, struct.pack(">BHHB", 8, 60_000, 60_000, 3) + b"\0" * 9)
    for raw in (images.PNG + body, b"\xff\xd8" + frame + segment(0xFFDA, b"\1\1\0\0\x3f\0")):
        with pytest.raises(images.PictureRefused) as refusal:
            images.clean(raw)
        assert "像素" in str(refusal.value)


def test_what_a_phone_hangs_behind_a_picture_is_left_out_and_further_scans_stay():
    scan = segment(0xFFDA, b"\1\1\0\0\x3f\0")
    twice = photo()[:-2] + segment(0xFFC4, b"table") + scan + b"\xff\x00more\xff\xd9"
    clean = images.clean(twice + b"ftypmp42 +32.08+121.07/" + photo())
    assert clean.endswith(segment(0xFFC4, b"table") + scan + b"\xff\x00more\xff\xd9")
    assert clean.count(b"picture") == 1
