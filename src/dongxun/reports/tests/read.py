"""Read a PDF back as text, page by page, with Debian's poppler-utils."""

import subprocess
from pathlib import Path


def pages_of(pdf: bytes, folder: Path) -> list[str]:
    """Return the text of each page, spaces and line ends taken out."""
    path = folder / "paper.pdf"
    path.write_bytes(pdf)
    done = subprocess.run(  # noqa: S603 - our own file
        ["/usr/bin/pdftotext", "-layout", str(path), "-"],
        check=True,
        capture_output=True,
        timeout=240,
    )
    text = done.stdout.decode("utf-8")
    return ["".join(page.split()) for page in text.split("\f")[:-1]]
