"""The zip around a workbook: looked at, unpacked under a meter, and packed anew.

The reader never sees the stranger's zip. Each part that matters is inflated once
here, counted and scanned; its compressed bytes, now known to be harmless, go into
a fresh zip with nothing else in it: no macros, no links, no pictures, no lies
about sizes.
"""

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from dongxun.files.workbook import limits
from dongxun.files.workbook.refusal import Refused

_PIECE = 1024 * 1024
_END = b"PK\x05\x06"
_OTHER_KINDS = (
    ("word/", "not_a_workbook"),
    ("ppt/", "not_a_workbook"),
    ("xl/workbook.bin", "xlsb"),
    ("content.xml", "ods"),
)
_NOT_READ = (
    "xl/externalLinks/",
    "xl/drawings/",
    "xl/charts/",
    "xl/media/",
    "xl/embeddings/",
    "xl/theme/",
    "xl/printerSettings/",
    "xl/ctrlProps/",
    "xl/activeX/",
    "xl/pivotCache/",
    "xl/pivotTables/",
    "xl/queryTables/",
    "xl/customXml/",
    "xl/comments",
    "xl/threadedComments/",
    "xl/persons/",
    "docProps/",
    "customXml/",
)


@dataclass(frozen=True, slots=True)
class Part:
    """One member of the fresh zip: still compressed, already measured."""

    name: str
    method: int
    crc: int
    packed: bytes
    size: int


def check_directory(raw: bytes) -> list[zipfile.ZipInfo]:
    """Return the members of a workbook's zip after a look at its directory alone.

    Raises:
        Refused: too many members, too large, encrypted, a link, or no workbook.
    """
    _check_end_record(raw)
    try:
        members = zipfile.ZipFile(io.BytesIO(raw)).infolist()
    except (zipfile.BadZipFile, struct.error, ValueError, NotImplementedError) as error:
        raise Refused("damaged") from error
    if len(members) > limits.ENTRIES:
        raise Refused("too_many_parts", count=len(members), limit=limits.ENTRIES)
    names = [member.filename for member in members]
    if len(set(names)) != len(names):
        raise Refused("damaged", where=max(names, key=names.count))
    for member in members:
        _check_member(member)
    total = sum(member.file_size for member in members)
    _check_size(total, len(raw))
    _check_kind(names)
    return members


def _check_end_record(raw: bytes) -> None:
    at = raw.rfind(_END, max(0, len(raw) - 65_557))
    if at < 0 or len(raw) < at + 22:
        raise Refused("damaged")
    count, size = struct.unpack_from("<HI", raw, at + 10)
    if count > limits.ENTRIES:
        raise Refused("too_many_parts", count=count, limit=limits.ENTRIES)
    if size > limits.DIRECTORY_BYTES:
        raise Refused("damaged")


def _check_member(member: zipfile.ZipInfo) -> None:
    if member.flag_bits & 0x1:
        raise Refused("password", where=member.filename)
    if stat.S_ISLNK(member.external_attr >> 16):
        raise Refused("damaged", where=member.filename)
    if member.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise Refused("damaged", where=member.filename)


def _check_size(unpacked: int, packed: int) -> None:
    if unpacked > limits.UNPACKED_BYTES:
        raise Refused(
            "unpacks_too_large",
            size=unpacked // 1024 // 1024,
            limit=limits.UNPACKED_BYTES // 1024 // 1024,
        )
    if unpacked > limits.RATIO_FROM_BYTES and unpacked > packed * limits.RATIO:
        raise Refused("ratio", ratio=unpacked // max(packed, 1), limit=limits.RATIO)


def _check_kind(names: list[str]) -> None:
    if "[Content_Types].xml" in names and any(
        name.startswith("xl/") and name.endswith(".xml") for name in names
    ):
        return
    for prefix, code in _OTHER_KINDS:
        if any(name.startswith(prefix) for name in names):
            raise Refused(code)
    if any(name.lower().endswith((".xlsx", ".xls", ".csv", ".zip")) for name in names):
        raise Refused("zip_of_files")
    raise Refused("not_a_workbook")


def is_read(name: str) -> bool:
    """Return whether a part can hold cells, texts or the list of sheets."""
    return name.endswith((".xml", ".rels")) and not name.startswith(_NOT_READ)


def _pieces(raw: bytes, member: zipfile.ZipInfo) -> Iterator[tuple[bytes, int]]:
    """Yield pieces of the part unpacked; last, an empty one with the packed length used."""
    start = member.header_offset
    if raw[start : start + 4] != b"PK\x03\x04":
        raise Refused("damaged", where=member.filename)
    name_length, extra_length = struct.unpack_from("<HH", raw, start + 26)
    start += 30 + name_length + extra_length
    end = start + member.compress_size
    if end > len(raw):
        raise Refused("damaged", where=member.filename)
    if member.compress_type == zipfile.ZIP_STORED:
        for at in range(start, end, _PIECE):
            yield raw[at : min(at + _PIECE, end)], 0
        yield b"", member.compress_size
        return
    unpacker = zlib.decompressobj(-15)
    rest = raw[start:end]
    try:
        while rest and not unpacker.eof:
            if piece := unpacker.decompress(rest, _PIECE):
                yield piece, 0
            rest = unpacker.unconsumed_tail
        if piece := unpacker.flush():
            yield piece, 0
    except zlib.error as error:
        raise Refused("damaged", where=member.filename) from error
    if not unpacker.eof:
        raise Refused("damaged", where=member.filename)
    yield b"", member.compress_size - len(unpacker.unused_data)


def unpack(raw: bytes, members: list[zipfile.ZipInfo], look: Callable[[str, bytes], None]) -> bytes:
    """Unpack each part that is read past ``look``, and return the fresh zip.

    Args:
        look: called with a part's name and each unpacked piece of it, in order,
            and with an empty piece at its end; may raise ``Refused``.
    """
    parts, total = [], 0
    for member in members:
        if not is_read(member.filename):
            continue
        crc, size, used = 0, 0, 0
        for piece, packed_size in _pieces(raw, member):
            used = packed_size
            size += len(piece)
            if size > member.file_size:
                raise Refused("damaged", where=member.filename)
            _check_size(total + size, len(raw))
            crc = zlib.crc32(piece, crc)
            look(member.filename, piece)
        if size != member.file_size or crc != member.CRC:
            raise Refused("damaged", where=member.filename)
        total += size
        start = member.header_offset
        name_length, extra_length = struct.unpack_from("<HH", raw, start + 26)
        start += 30 + name_length + extra_length
        packed = raw[start : start + used]
        parts.append(Part(member.filename, member.compress_type, crc, packed, size))
    return pack(parts)


def pack(parts: list[Part]) -> bytes:
    """Return a plain zip of parts that are compressed already.

    Source: PKWARE APPNOTE 6.3.9, sections 4.3.7, 4.3.12 and 4.3.16.
    """
    body, directory = bytearray(), bytearray()
    for part in parts:
        name = part.name.encode()
        middle = struct.pack(
            "<HHHHHIIIHH",
            *(20, 0x800, part.method, 0, 33),
            *(part.crc, len(part.packed), part.size, len(name), 0),
        )
        directory += b"PK\x01\x02" + struct.pack("<H", 20) + middle
        directory += struct.pack("<HHHII", 0, 0, 0, 0, len(body)) + name
        body += b"PK\x03\x04" + middle + name + part.packed
    end = (0, 0, len(parts), len(parts), len(directory), len(body), 0)
    return bytes(body + directory + _END + struct.pack("<HHHHIIH", *end))
