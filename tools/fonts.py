"""Build the committed font subsets of ``reports/fonts`` from their npm packages.

Run by hand when a font or its range changes; never at build time. Every package is
pinned by version and SHA-512, so the same subsets come out again: ``python
tools/fonts.py`` writes them with the OFL texts and ``SHA256SUMS``.
"""

import base64
import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

OUT = Path(__file__).resolve().parents[1] / "src" / "dongxun" / "reports" / "fonts"
FEATURES = ["ccmp", "chws", "halt", "kern", "palt", "pnum", "tnum"]
# What every paper may need besides ideographs: Latin, punctuation, numerals, shapes.
SIGNS = [
    (0x20, 0x7E),
    (0xA0, 0x17F),
    (0x1CD, 0x1DC),
    (0x2C6, 0x2DD),
    (0x391, 0x3C9),
    (0x2000, 0x206F),
    (0x20A0, 0x20BF),
    (0x2100, 0x22FF),
    (0x2460, 0x257F),
    (0x25A0, 0x27BF),
    (0x3000, 0x303F),
    (0x3200, 0x33FF),
    (0xFE10, 0xFE4F),
    (0xFF00, 0xFFEF),
]
# Full ideographs beyond GBK, for the rare characters of names and places.
RARE = [(0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF)]


@dataclass(frozen=True, slots=True)
class Package:
    """One npm package that carries a font, pinned by its registry integrity."""

    name: str
    version: str
    sha512: str
    licence: str


@dataclass(frozen=True, slots=True)
class Subset:
    """One font file to be made: where it comes from and how far it reaches."""

    package: Package
    member: str
    target: str
    reach: str


SERIF = Package(
    "@expo-google-fonts/noto-serif-sc",
    "0.4.3",
    "fSmUpiSFtSeyHV45/2xUOy5SdfExklQwwMKN3cQjAZAujITHDmSbpMHCVdCMhRqMjQtu0ZRgc29u8A+CU3akfw==",
    "LICENSE_FONT",
)
SANS = Package(
    "@expo-google-fonts/noto-sans-sc",
    "0.4.3",
    "9rAwdFTFHbO/u6Cs0gj2jZbW74TGIiaFNQnXYH2s5wA1bzVkwbaviL4t8YUV642eGYjg86eH6DkAEQmfNHDncQ==",
    "LICENSE_FONT",
)
KAI = Package(
    "@fontsource/lxgw-wenkai",
    "5.3.0",
    "+U5AAOXeaB7o+3G0Qm7I7Djz2Jd1hqNY+kClOZH8bTunyyGa2WxY12LZftt2AqUsxlfxwdQpd75Js1HQIt4H4g==",
    "LICENSE",
)
SUBSETS = [
    Subset(SERIF, "400Regular/NotoSerifSC_400Regular.ttf", "NotoSerifSC-Regular.ttf", "all"),
    Subset(SERIF, "700Bold/NotoSerifSC_700Bold.ttf", "NotoSerifSC-Bold.ttf", "gb2312"),
    Subset(SANS, "500Medium/NotoSansSC_500Medium.ttf", "NotoSansSC-Medium.ttf", "gb2312"),
    Subset(KAI, "files/lxgw-wenkai-latin-500-normal.woff2", "LXGWWenKai-Medium.ttf", "gb2312"),
]


def _of_ranges(ranges: list[tuple[int, int]]) -> Iterator[int]:
    for first, last in ranges:
        yield from range(first, last + 1)


def _of_gb2312() -> Iterator[int]:
    """Yield every character of GB 2312-80, signs and both levels of ideographs."""
    for lead in range(0xA1, 0xF8):
        for trail in range(0xA1, 0xFF):
            text = bytes((lead, trail)).decode("gb2312", errors="ignore")
            yield from map(ord, text)


def characters(reach: str) -> set[int]:
    """Return the code points a subset keeps: ``gb2312``, or ``all`` the font has."""
    wanted = set(_of_ranges(SIGNS)) | set(_of_gb2312())
    return wanted | set(_of_ranges(RARE)) if reach == "all" else wanted


def unpack(package: Package, folder: Path) -> Path:
    """Fetch ``package`` with npm, check its hash and return its unpacked root.

    Raises:
        SystemExit: the registry served something else than what is pinned here.
    """
    spec = f"{package.name}@{package.version}"
    npm = shutil.which("npm") or sys.exit("npm is missing")
    call = [npm, "pack", "--silent", spec]
    done = subprocess.run(call, cwd=folder, check=True, capture_output=True, text=True)
    archive = folder / done.stdout.split()[-1]
    digest = hashlib.sha512(archive.read_bytes()).digest()
    if base64.b64encode(digest).decode() != package.sha512:
        sys.exit(f"{spec}: the archive is not the pinned one")
    root = folder / archive.stem
    with tarfile.open(archive) as tar:
        tar.extractall(root, filter="data")
    return root / "package"


def cut(source: Path, target: Path, keep: set[int]) -> None:
    """Write the characters of ``keep`` that ``source`` has to ``target``, without hints."""
    options = subset.Options(
        layout_features=FEATURES,
        hinting=False,
        name_IDs=["*"],
        name_languages=["*"],
        notdef_outline=True,
        recalc_timestamp=False,
        drop_tables=["vhea", "vmtx", "VORG", "DSIG", "BASE", "FFTM", "feat", "morx"],
    )
    font = TTFont(source, recalcTimestamp=False)
    font.flavor = None
    tool = subset.Subsetter(options)
    tool.populate(unicodes=keep)
    tool.subset(font)
    font.save(target)


def ranges(path: Path) -> list[tuple[int, int]]:
    """Return the code points of a font as closed ranges, for the report of missing ones."""
    found: list[tuple[int, int]] = []
    for code in sorted(TTFont(path).getBestCmap()):
        if found and found[-1][1] == code - 1:
            found[-1] = (found[-1][0], code)
        else:
            found.append((code, code))
    return found


def main() -> None:
    """Build every subset, copy the licences, write the sums and the last font's reach."""
    OUT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        roots = {p: unpack(p, Path(name)) for p in (SERIF, SANS, KAI)}
        for job in SUBSETS:
            target = OUT / job.target
            cut(roots[job.package] / job.member, target, characters(job.reach))
            print(f"{target.name}: {target.stat().st_size / 1e6:.1f} MB")
        for package, root in roots.items():
            text = (root / package.licence).read_text(encoding="utf-8")
            (OUT / f"OFL-{package.name.rsplit('/', 1)[1]}.txt").write_text(
                text.replace("\r\n", "\n"), encoding="utf-8"
            )
    reach = json.dumps(ranges(OUT / SUBSETS[0].target), separators=(",", ":"))
    (OUT / "ranges.json").write_text(reach + "\n", encoding="utf-8")
    sums = [
        f"{hashlib.sha256((OUT / job.target).read_bytes()).hexdigest()}  {job.target}\n"
        for job in SUBSETS
    ]
    (OUT / "SHA256SUMS").write_text("".join(sums), encoding="utf-8")


if __name__ == "__main__":
    main()
