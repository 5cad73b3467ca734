"""The dossier (台账): numbered sections in one zip, written as it comes, hashed, complete.

The index says what is there and what is missing; nothing is left out silently. The same
files, moment and order give the same bytes, so two copies can be compared by their sum.
"""

import hashlib
import json
import re
import unicodedata
import zipfile
from contextlib import AbstractContextManager
from dataclasses import asdict
from datetime import datetime
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from django.utils import timezone

from dongxun.reports import papers, workbooks
from dongxun.reports.contracts import (
    Cover,
    DossierFile,
    DossierIndex,
    DossierSection,
    Imprint,
    Paper,
)

SECTIONS = {
    "01": "通知方案",
    "02": "领导小组与责任分工",
    "03": "参训对象名册",
    "04": "课程与授课安排",
    "05": "签到与请假",
    "06": "补学",
    "07": "送学上门",
    "08": "流动党员",
    "09": "课件资料与发放",
    "13": "志愿服务",
    "14": "问题清单",
}
CHUNK = 1 << 20
LONGEST_NAME = 80
_UNSAFE = re.compile(r'[\\/:*?"<>|]')


def safe_name(text: str) -> str:
    """Return ``text`` as a file name that every system can unpack, never a path."""
    kept = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in text)
    kept = " ".join(_UNSAFE.sub("_", kept).split()).strip(". ")
    stem, dot, suffix = kept.rpartition(".")
    if dot and len(suffix) <= 5 and stem:
        return f"{stem[: LONGEST_NAME - 1 - len(suffix)]}.{suffix}"
    return kept[:LONGEST_NAME] or "未命名"


class Dossier(AbstractContextManager["Dossier"]):
    """A dossier being written; it appears under its name only when it is finished.

    Leaving the block without ``finish`` leaves nothing behind.
    """

    def __init__(
        self,
        target: Path,
        *,
        season: str,
        organisation: str,
        definitions: str,
        imprint: Imprint,
        sections: dict[str, str] | None = None,
    ) -> None:
        self._target = target
        self._unfinished = target.with_name(f"{target.name}.part")
        self._head = (season, organisation, definitions, imprint)
        self._titles = SECTIONS if sections is None else sections
        self._files: dict[str, list[DossierFile]] = {number: [] for number in self._titles}
        self._missing: dict[str, list[str]] = {number: [] for number in self._titles}
        self._paths: set[str] = set()
        self._zip = zipfile.ZipFile(self._unfinished, "w", zipfile.ZIP_DEFLATED)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._zip.close()
        self._unfinished.unlink(missing_ok=True)

    def add(
        self,
        section: str,
        name: str,
        content: bytes | Path | BinaryIO,
        *,
        title: str = "",
        pages: int | None = None,
    ) -> DossierFile:
        """Put one file into a section; an equal name gets a number.

        Raises:
            KeyError: there is no such section.
        """
        files = self._files[section]
        folder = f"{section} {safe_name(self._titles[section])}"
        path = self._free(f"{folder}/{safe_name(name)}")
        size, digest = self._write(path, content)
        file = DossierFile(path, title or Path(path).stem, size, digest, pages)
        files.append(file)
        return file

    def add_paper(self, section: str, title: str, paper: Paper) -> DossierFile:
        """Put a finished paper into a section, under its title."""
        name = f"{safe_name(title)}.pdf"
        return self.add(section, name, paper.pdf, title=title, pages=paper.pages)

    def lack(self, section: str, item: str) -> None:
        """Note what the section should hold and does not."""
        self._missing[section].append(item)

    def index(self) -> DossierIndex:
        """Return what is in the dossier so far, and what is missing."""
        season, organisation, definitions, imprint = self._head
        sections = tuple(
            DossierSection(number, title, tuple(self._files[number]), tuple(self._missing[number]))
            for number, title in self._titles.items()
        )
        return DossierIndex(season, organisation, sections, definitions, imprint)

    def finish(self) -> DossierIndex:
        """Write covers, both indexes and the manifest; give the dossier its name."""
        for number, title in self._titles.items():
            self._cover(number, title)
        index = self.index()
        at = index.imprint.as_of
        book = BytesIO()
        workbooks.dossier_index(book, index)
        extra = {
            "index.pdf": papers.dossier_index(index, at=at).pdf,
            "index.xlsx": book.getvalue(),
        }
        sums = {name: self._write(name, content) for name, content in extra.items()}
        self._write("manifest.json", _manifest(index, sums))
        self._zip.close()
        self._unfinished.replace(self._target)
        return index

    def _cover(self, number: str, title: str) -> None:
        season, organisation, _, imprint = self._head
        contents = [file.title for file in self._files[number]]
        contents += [f"{item}（还缺）" for item in self._missing[number]]
        day = timezone.localtime(imprint.as_of).date()
        page = Cover(season, organisation, number, title, tuple(contents), day)
        made = papers.cover(page, at=imprint.as_of)
        cover = self.add(number, "00 封面.pdf", made.pdf, title="封面", pages=made.pages)
        self._files[number].remove(cover)
        self._files[number].insert(0, cover)

    def _free(self, path: str) -> str:
        stem, dot, suffix = path.rpartition(".")
        number, free = 1, path
        while free in self._paths:
            number += 1
            free = f"{stem} ({number}).{suffix}" if dot else f"{path} ({number})"
        self._paths.add(free)
        return free

    def _write(self, path: str, content: bytes | Path | BinaryIO) -> tuple[int, str]:
        info = zipfile.ZipInfo(path, _moment(self._head[3].as_of))
        info.compress_type = zipfile.ZIP_DEFLATED
        info.create_system = 3
        info.external_attr = 0o100644 << 16
        if isinstance(content, Path):
            with content.open("rb") as source:
                return self._copy(info, source)
        return self._copy(info, BytesIO(content) if isinstance(content, bytes) else content)

    def _copy(self, info: zipfile.ZipInfo, source: BinaryIO) -> tuple[int, str]:
        digest, size = hashlib.sha256(), 0
        with self._zip.open(info, "w", force_zip64=True) as out:
            while chunk := source.read(CHUNK):
                digest.update(chunk)
                size += len(chunk)
                out.write(chunk)
        return size, digest.hexdigest()


def _moment(at: datetime) -> tuple[int, int, int, int, int, int]:
    local = timezone.localtime(at)
    return local.year, local.month, local.day, local.hour, local.minute, local.second


def _manifest(index: DossierIndex, sums: dict[str, tuple[int, str]]) -> bytes:
    files = [asdict(file) for section in index.sections for file in section.files]
    files += [
        {"path": path, "title": path, "size": size, "sha256": digest, "pages": None}
        for path, (size, digest) in sums.items()
    ]
    content = {
        "season": index.season,
        "organisation": index.organisation,
        "as_of": timezone.localtime(index.imprint.as_of).isoformat(),
        "source": index.imprint.source,
        "definitions": index.definitions,
        "files": sorted(files, key=lambda file: str(file["path"])),
        "missing": [
            {"section": f"{section.number} {section.title}", "item": item}
            for section in index.sections
            for item in section.missing
        ],
    }
    return json.dumps(content, ensure_ascii=False, indent=1).encode()
